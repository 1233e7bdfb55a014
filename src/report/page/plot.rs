//! Drawings with two axes: a frame, and what is drawn into it.
//!
//! Enters: points in the units of the data. Leaves: inline SVG in the colours of the style sheet. Every drawing has a
//! sentence that stands for it where it cannot be seen.

use maud::{Markup, html};

use super::numbers::coordinate;

/// The extent of an axis, its name and where it has numbers.
pub struct Axis {
    /// What is measured along it.
    pub name: &'static str,
    /// Its first and last value.
    pub ends: (f64, f64),
    /// Where it is marked, and with what.
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// From 0 to 1.
    pub fn of_share(name: &'static str) -> Self {
        let ticks = [(0.0, "0"), (0.5, "0.5"), (1.0, "1")].map(|(at, text)| (at, text.into()));
        Axis { name, ends: (0.0, 1.0), ticks: ticks.into() }
    }

    fn along(&self, value: f64) -> f64 {
        ((value - self.ends.0) / (self.ends.1 - self.ends.0)).clamp(0.0, 1.0)
    }
}

/// A drawing's size and axes.
pub struct Frame {
    /// Its size in its own units, about the pixels of a narrow screen.
    pub size: (f64, f64),
    /// From left to right.
    pub x: Axis,
    /// From the bottom to the top.
    pub y: Axis,
}

const LEFT: f64 = 30.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 36.0;

impl Frame {
    /// A small one, both axes from 0 to 1.
    pub fn of_shares(x: &'static str, y: &'static str) -> Self {
        Frame { size: (240.0, 208.0), x: Axis::of_share(x), y: Axis::of_share(y) }
    }

    /// The whole drawing; `about` says in a sentence what it shows.
    pub fn drawing(&self, about: &str, inside: &Markup) -> Markup {
        let (width, height) = self.size;
        html! {
            svg.plot viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(about) {
                (self.axes())
                (inside)
            }
        }
    }

    fn axes(&self) -> Markup {
        let (left, right) = (self.across(self.x.ends.0), self.across(self.x.ends.1));
        let (bottom, top) = (self.up(self.y.ends.0), self.up(self.y.ends.1));
        html! {
            g.axes {
                @for (value, text) in &self.y.ticks {
                    (segment((left, self.up(*value)), (right, self.up(*value)), "grid"))
                    text.end x=(coordinate(left - 6.0)) y=(coordinate(self.up(*value) + 3.5)) { (text) }
                }
                @for (value, text) in &self.x.ticks {
                    (segment((self.across(*value), bottom), (self.across(*value), top), "grid"))
                    // A long number at the right end would leave the drawing if it stood under its mark.
                    @let (shift, class) = if *value == self.x.ends.1 && text.len() > 3 { (RIGHT, "end") } else { (0.0, "middle") };
                    text.(class) x=(coordinate(self.across(*value) + shift)) y=(coordinate(bottom + 17.0)) { (text) }
                }
                (segment((left, bottom), (right, bottom), "axis"))
                text.name x="0" y="11" { (self.y.name) }
                text.name.end x=(coordinate(right)) y=(coordinate(self.size.1 - 3.0)) { (self.x.name) }
            }
        }
    }

    /// A line through points.
    pub fn line(&self, points: impl Iterator<Item = (f64, f64)>, class: &str) -> Markup {
        let points: Vec<String> = points
            .map(|(x, y)| format!("{},{}", coordinate(self.across(x)), coordinate(self.up(y))))
            .collect();
        html! { polyline.line.(class) points=(points.join(" ")) {} }
    }

    /// The area between a lower and an upper line, of points (x, low, high).
    pub fn area(&self, points: &[(f64, f64, f64)], class: &str) -> Markup {
        let there = points.iter().map(|&(x, _, high)| (x, high));
        let back = points.iter().rev().map(|&(x, low, _)| (x, low));
        let corners: Vec<String> = there
            .chain(back)
            .map(|(x, y)| format!("{},{}", coordinate(self.across(x)), coordinate(self.up(y))))
            .collect();
        html! { polygon.(class) points=(corners.join(" ")) {} }
    }

    /// A round mark of so many units.
    pub fn dot(&self, (x, y): (f64, f64), radius: f64, class: &str) -> Markup {
        let (x, y) = (coordinate(self.across(x)), coordinate(self.up(y)));
        html! { circle.(class) cx=(x) cy=(y) r=(coordinate(radius)) {} }
    }

    /// An upright line at `x`, from `low` to `high`.
    pub fn upright(&self, x: f64, (low, high): (f64, f64), class: &str) -> Markup {
        segment((self.across(x), self.up(low)), (self.across(x), self.up(high)), class)
    }

    fn across(&self, x: f64) -> f64 {
        LEFT + self.x.along(x) * (self.size.0 - LEFT - RIGHT)
    }

    fn up(&self, y: f64) -> f64 {
        self.size.1 - BOTTOM - self.y.along(y) * (self.size.1 - TOP - BOTTOM)
    }
}

fn segment(from: (f64, f64), to: (f64, f64), class: &str) -> Markup {
    let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(coordinate);
    html! { line.(class) x1=(x1) y1=(y1) x2=(x2) y2=(y2) {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_the_axes_is_drawn_at_their_ends() {
        let frame = Frame::of_shares("recall", "precision");
        let drawn = frame.line([(0.0, 0.0), (2.0, 1.5)].into_iter(), "first").into_string();
        assert_eq!(
            drawn,
            "<polyline class=\"line first\" points=\"30.0,172.0 230.0,22.0\"></polyline>"
        );
    }
}
