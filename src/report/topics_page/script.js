// The page shows all topics; this leaves the chosen one, and orders terms by the lambda of the slider.
// Links to topics (#topic-3) work as all links do, with bookmarks and the back button.
"use strict";
(() => {
  const terms = JSON.parse(document.getElementById("terms").textContent);
  const topics = [...document.querySelectorAll(".topic")];
  if (topics.length === 0) return;
  const choices = [...document.querySelectorAll(".choice")];
  const slider = document.getElementById("lambda");
  const status = document.querySelector("[role=status]");
  let chosen = 0;

  // Sievert and Shirley 2014, equation (1), as in relevance.rs.
  const relevance = ([, weight, lift], lambda) =>
    lambda * Math.log(Math.max(weight, 1e-12)) + (1 - lambda) * Math.log(Math.max(lift, 1e-12));
  const percent = (share) => (share * 100).toFixed(2) + "\u00a0%";
  const times = (lift) => "\u00d7" + lift.toFixed(lift < 9.95 ? 1 : 0);

  // The bars stay where they are; their words and lengths change.
  function order(place) {
    const lambda = Number(slider.value);
    const all = [...terms[place]].sort((a, b) => relevance(b, lambda) - relevance(a, lambda));
    const longest = Math.max(...all.map(([, weight]) => weight));
    topics[place].querySelectorAll(".lambda").forEach((said) => { said.textContent = lambda.toFixed(2); });
    topics[place].querySelectorAll(".term-bars li").forEach((bar, rank) => {
      const [term, weight, lift] = all[rank];
      bar.querySelector("bdi").textContent = term;
      bar.querySelector("rect").setAttribute("width", (longest > 0 ? (weight / longest) * 100 : 0).toFixed(1) + "%");
      bar.querySelector("b").textContent = percent(weight);
      bar.querySelector("small").textContent = times(lift);
    });
  }

  function choose(place) {
    chosen = place;
    order(place);
    topics.forEach((topic, other) => { topic.hidden = other !== place; });
    choices.forEach((choice, other) => {
      choice.setAttribute("tabindex", other === place ? "0" : "-1");
      if (other === place) choice.setAttribute("aria-current", "true");
      else choice.removeAttribute("aria-current");
    });
    // Its name lies above the others if it comes last; moving the others leaves it its focus.
    while (choices[place].nextElementSibling) choices[place].before(choices[place].nextElementSibling);
    status.textContent = "Shown: topic " + topics[place].querySelector("h3").textContent;
  }

  const placeOf = (address) => topics.findIndex((topic) => "#" + topic.id === address);
  const isNear = ({ top }) => top >= 0 && top < innerHeight * 0.7;

  // A link leads to its topic by itself once the topic is there. On the map one stays on the map, if it can be helped.
  function follow(event) {
    const link = event.target.closest("a[href^='#topic-']");
    const place = link ? placeOf(link.getAttribute("href")) : -1;
    if (place < 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const stays = choices.includes(link) && place !== chosen;
    choose(place);
    if (!stays) return;
    event.preventDefault();
    link.focus({ preventScroll: true });
    if (!isNear(topics[place].getBoundingClientRect())) topics[place].scrollIntoView();
  }
  document.addEventListener("click", follow);
  addEventListener("hashchange", () => {
    if (placeOf(location.hash) >= 0) choose(placeOf(location.hash));
  });

  document.querySelector(".map").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const last = topics.length - 1;
    const place = {
      ArrowLeft: Math.max(chosen - 1, 0), ArrowUp: Math.max(chosen - 1, 0),
      ArrowRight: Math.min(chosen + 1, last), ArrowDown: Math.min(chosen + 1, last),
      Home: 0, End: last,
    }[event.key];
    if (place === undefined) return;
    event.preventDefault();
    choose(place);
    choices[place].focus({ preventScroll: true });
  });
  document.querySelector(".turning").addEventListener("click", ({ target }) => {
    const by = Number(target.dataset.step);
    if (by) choose((chosen + by + topics.length) % topics.length);
  });
  document.querySelector(".controls").addEventListener("submit", (event) => event.preventDefault());
  slider.addEventListener("input", () => {
    document.querySelector(".slider output").textContent = "\u03bb " + Number(slider.value).toFixed(2);
    order(chosen);
  });
  // What is hidden is ordered when it is chosen, or printed.
  addEventListener("beforeprint", () => topics.forEach((_, place) => order(place)));

  document.documentElement.classList.add("scripted");
  document.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });
  choose(Math.max(placeOf(location.hash), 0));
})();
