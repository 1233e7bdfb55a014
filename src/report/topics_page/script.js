// The page shows all topics; this leaves the chosen one, and orders terms by the lambda of the slider.
// What is chosen stands in the address (#topic-3), so that links, the back button and bookmarks work by themselves.
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
  function order(place, lambda) {
    const all = [...terms[place]].sort((a, b) => relevance(b, lambda) - relevance(a, lambda));
    const longest = Math.max(...all.map(([, weight]) => weight));
    topics[place].querySelectorAll(".term-bars li").forEach((bar, rank) => {
      const [term, weight, lift] = all[rank];
      bar.querySelector("bdi").textContent = term;
      bar.querySelector("rect").setAttribute("width", (longest > 0 ? (weight / longest) * 100 : 0).toFixed(1) + "%");
      bar.querySelector("b").textContent = percent(weight);
      bar.querySelector("small").textContent = times(lift);
    });
  }

  function orderAll() {
    const lambda = Number(slider.value).toFixed(2);
    document.querySelector(".slider output").textContent = "\u03bb " + lambda;
    document.querySelectorAll(".lambda").forEach((said) => { said.textContent = lambda; });
    topics.forEach((_, place) => order(place, Number(lambda)));
  }

  function choose(place) {
    chosen = place;
    topics.forEach((topic, other) => { topic.hidden = other !== place; });
    choices.forEach((choice, other) => {
      choice.setAttribute("tabindex", other === place ? "0" : "-1");
      if (other === place) choice.setAttribute("aria-current", "true");
      else choice.removeAttribute("aria-current");
    });
    status.textContent = "Shown: topic " + topics[place].querySelector("h3").textContent;
  }

  const addressed = () => topics.findIndex((topic) => "#" + topic.id === location.hash);
  const go = (place) => location.replace("#" + topics[place].id);
  const isInView = (element) => {
    const { top } = element.getBoundingClientRect();
    return top >= 0 && top < innerHeight * 0.7;
  };

  // A link to a topic that was hidden could not lead there; now it can. Arrow keys leave the page where it is.
  let isStepping = false;
  addEventListener("hashchange", () => {
    const place = addressed();
    if (place < 0) return;
    choose(place);
    if (!isStepping && !isInView(topics[place])) topics[place].scrollIntoView();
    isStepping = false;
  });

  function step(place) {
    isStepping = place !== chosen;
    if (isStepping) go(place);
  }

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
    choices[place].focus({ preventScroll: true });
    step(place);
  });
  document.querySelector(".turning").addEventListener("click", ({ target }) => {
    const by = Number(target.dataset.step);
    if (by) step((chosen + by + topics.length) % topics.length);
  });
  document.querySelector(".controls").addEventListener("submit", (event) => event.preventDefault());
  slider.addEventListener("input", orderAll);

  document.documentElement.classList.add("scripted");
  document.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });
  choose(Math.max(addressed(), 0));
})();
