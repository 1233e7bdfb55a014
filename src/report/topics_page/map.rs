//! The map of topics: near ones are alike, large ones have more of the texts.

use maud::{Markup, html};

use super::labels::{Label, placed};
use super::layout::{Circle, SIZE, circles};
use super::{called, percent};
use crate::report::page::numbers::coordinate;
use crate::report::page::parts::flowing;
use crate::report::topics_document::{TopicDigest, TopicsDocument};

/// The room for a name above a circle, or below it.
const ABOVE: f64 = 20.0;

/// The map with what its signs mean.
pub fn map(document: &TopicsDocument) -> Markup {
    let topics = &document.topics;
    let circles = circles(topics);
    let numbers: Vec<usize> = topics.iter().map(|topic| topic.number).collect();
    let names: Vec<String> = topics.iter().map(|topic| flowing(&topic.name)).collect();
    let labels = placed(&circles, &numbers, &names);
    html! {
        figure.map {
            // The circles lie below all links, so that no circle covers the name of another.
            svg viewBox=(extent(&circles)) role="group" aria-label="Map of the topics" {
                g aria-hidden="true" {
                    @for (topic, circle) in topics.iter().zip(&circles) { (disc(circle, kind(topic))) }
                }
                @for (place, topic) in topics.iter().enumerate() { (choice(topic, &circles[place], &labels[place])) }
            }
            (legend(topics))
        }
    }
}

/// What is seen of the drawing: no more height than circles and their names need.
fn extent(circles: &[Circle]) -> String {
    let top = circles.iter().map(|circle| circle.y - circle.radius).fold(SIZE.1, f64::min);
    let bottom = circles.iter().map(|circle| circle.y + circle.radius).fold(0.0, f64::max);
    let (top, bottom) = ((top - ABOVE).max(0.0), (bottom + ABOVE).min(SIZE.1));
    format!("0 {} {} {}", coordinate(top), SIZE.0, coordinate(bottom - top))
}

/// How a circle looks: what is new, and what is not found again, can be told without colours.
fn kind(topic: &TopicDigest) -> &'static str {
    match (topic.is_new, topic.grade.as_deref()) {
        (true, _) => "new",
        (_, Some("fleeting")) => "fleeting",
        _ => "plain",
    }
}

fn disc(circle: &Circle, class: &str) -> Markup {
    let [x, y, radius] = [circle.x, circle.y, circle.radius].map(coordinate);
    html! { circle.disc.(class) cx=(x) cy=(y) r=(radius) {} }
}

/// What is pressed: a link over the circle, with its number and name.
fn choice(topic: &TopicDigest, circle: &Circle, label: &Label) -> Markup {
    let about = format!("Topic {}, {} of the whole", called(topic), percent(topic.share, 1));
    html! {
        a.choice href={ "#topic-" (topic.number) } aria-label=(about) {
            (disc(&Circle { radius: circle.radius + 1.5, ..*circle }, "ring"))
            @if label.has_number_inside {
                text.number.middle x=(coordinate(circle.x)) y=(coordinate(circle.y + 4.0)) { (topic.number) }
                " "
            }
            text.(label.anchor).tucked[label.is_tucked] x=(coordinate(label.x)) y=(coordinate(label.y)) { (label.text) }
        }
    }
}

fn legend(topics: &[TopicDigest]) -> Markup {
    let has = |wanted: &str| topics.iter().any(|topic| kind(topic) == wanted);
    html! {
        figcaption {
            "The larger a circle, the more of the texts; the nearer two, the more alike (classical scaling of their "
            "distances; circles that would cover each other are moved apart). "
            @if has("new") { (sign("new")) " no theme asked for it. " }
            @if has("fleeting") { (sign("fleeting")) " fleeting: other runs do not find it again. " }
            span.needs-script hidden { "Press a circle, or use the arrow keys." }
        }
    }
}

fn sign(class: &str) -> Markup {
    html! {
        svg.sign viewBox="0 0 16 16" aria-hidden="true" { (disc(&Circle { x: 8.0, y: 8.0, radius: 6.0 }, class)) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn every_topic_is_a_link_that_says_what_it_is() {
        let map = map(&sample::small()).into_string();
        assert_eq!(map.matches("<a class=\"choice\"").count(), 4);
        let wanted =
            "href=\"#topic-1\" aria-label=\"Topic 1 harbour, ferry, 41.0\u{a0}% of the whole\"";
        assert!(map.contains(wanted), "{map}");
    }

    #[test]
    fn what_is_new_is_drawn_and_explained() {
        let map = map(&sample::small()).into_string();
        assert_eq!(map.matches("class=\"disc new\"").count(), 2);
        assert!(map.contains("no theme asked for it"));
    }
}
