//! Where the circles' numbers and names stand so that none covers another.
//!
//! Enters: circles and names. Leaves: for each circle a number, inside where it fits, and a name beside it where there is
//! room; the others are written only while they are chosen or pointed at. Large circles come first. The width of text is
//! guessed, for a drawing cannot measure it; the guess is rather too wide.

use super::layout::{Circle, SIZE};

/// The size of the letters, in the units of the drawing.
pub const LETTERS: f64 = 12.0;

/// The most characters of a name on the map.
const MOST_CHARACTERS: usize = 24;

/// Between a circle and its name.
const GAP: f64 = 4.5;

/// A name, where it stands and whether always.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// What is written, perhaps with an ellipsis.
    pub text: String,
    /// Where it begins, has its middle or ends, by the anchor.
    pub x: f64,
    /// Its base line.
    pub y: f64,
    /// What `x` is of it: "start", "middle" or "end".
    pub anchor: &'static str,
    /// Whether it shows only while its circle is chosen or pointed at.
    pub is_tucked: bool,
    /// Whether the number stands inside of the circle and not in the text.
    pub has_number_inside: bool,
}

/// A label for each circle, in their order.
pub fn placed(circles: &[Circle], numbers: &[usize], names: &[String]) -> Vec<Label> {
    let mut order: Vec<usize> = (0..circles.len()).collect();
    order.sort_by(|&a, &b| circles[b].radius.total_cmp(&circles[a].radius));
    let mut taken: Vec<Frame> = Vec::new();
    let mut labels: Vec<Option<Label>> = vec![None; circles.len()];
    for place in order {
        let digits = numbers[place].to_string();
        let is_inside = width(&digits) + 2.0 < 2.0 * circles[place].radius;
        let full = if is_inside {
            short(&names[place])
        } else {
            digits.clone() + " " + &short(&names[place])
        };
        let mut wishes = vec![full.trim().to_owned()];
        if !is_inside {
            wishes.push(digits);
        }
        let found =
            wishes.iter().find_map(|text| Some((text, free(place, circles, &taken, text)?)));
        taken.extend(found.as_ref().map(|(_, frame)| *frame));
        let (text, frame) =
            found.unwrap_or((&wishes[0], around(circles[place], &wishes[0])[TUCKED]));
        labels[place] = Some(label(text.clone(), frame, found.is_none(), is_inside));
    }
    labels.into_iter().flatten().collect()
}

fn label(text: String, frame: Frame, is_tucked: bool, has_number_inside: bool) -> Label {
    // Letters stand on a line about a third of their size below the middle.
    let (x, y) = (frame.x + frame.side * frame.half.0, frame.y + LETTERS * 0.35);
    let anchor = ["start", "middle", "end"][(frame.side + 1.0) as usize];
    Label { text, x, y, anchor, is_tucked, has_number_inside }
}

/// The first place beside a circle that nothing else needs.
fn free(place: usize, circles: &[Circle], taken: &[Frame], text: &str) -> Option<Frame> {
    around(circles[place], text).into_iter().find(|frame| {
        frame.is_inside()
            && !taken.iter().any(|other| frame.meets(other))
            && !circles.iter().enumerate().any(|(i, circle)| i != place && frame.covers(circle))
    })
}

/// The place, of those around a circle, of a name that is written over others: above it.
const TUCKED: usize = 3;

/// Right of a circle, left of it, below and above it (moved into the drawing), and aslant.
fn around(circle: Circle, text: &str) -> [Frame; 8] {
    let half = (width(text) / 2.0, LETTERS * 0.6);
    let (away, off) = (circle.radius + GAP, circle.radius + GAP / 2.0 + half.1);
    // Aslant, the corner of the text touches the circle.
    let (near, slant) = (circle.radius * 0.75 + GAP / 2.0, circle.radius * 0.75 + half.1);
    let beside = |side: f64, away: f64, up: f64| {
        let x = circle.x - side * (away + half.0);
        Frame { x, y: circle.y + up, half, side }
    };
    let x = circle.x.min(SIZE.0 - half.0).max(half.0);
    let level = |y: f64| Frame { x, y: y.min(SIZE.1 - half.1).max(half.1), half, side: 0.0 };
    [
        beside(-1.0, away, 0.0),
        beside(1.0, away, 0.0),
        level(circle.y + off),
        level(circle.y - off),
        beside(-1.0, near, slant),
        beside(-1.0, near, -slant),
        beside(1.0, near, slant),
        beside(1.0, near, -slant),
    ]
}

/// Without its end where it is long.
fn short(name: &str) -> String {
    match name.char_indices().nth(MOST_CHARACTERS) {
        Some(_) => {
            name.chars().take(MOST_CHARACTERS - 1).collect::<String>().trim_end().to_owned()
                + "\u{2026}"
        }
        None => name.to_owned(),
    }
}

/// About how wide a text is: characters from Hangul on are as wide as high, others little more than half of that.
fn width(text: &str) -> f64 {
    let of = |c: char| if c as u32 >= 0x1100 && c != '\u{2026}' { 1.0 } else { 0.56 };
    text.chars().map(of).sum::<f64>() * LETTERS
}

/// The rectangle of a text: its middle, half of its size, and on which side of it the circle is: -1 left, 1 right.
#[derive(Debug, Clone, Copy)]
struct Frame {
    x: f64,
    y: f64,
    half: (f64, f64),
    side: f64,
}

impl Frame {
    fn is_inside(&self) -> bool {
        let fits = |at: f64, half: f64, length: f64| at - half >= 0.0 && at + half <= length;
        fits(self.x, self.half.0, SIZE.0) && fits(self.y, self.half.1, SIZE.1)
    }

    fn meets(&self, other: &Frame) -> bool {
        (self.x - other.x).abs() < self.half.0 + other.half.0
            && (self.y - other.y).abs() < self.half.1 + other.half.1
    }

    fn covers(&self, circle: &Circle) -> bool {
        let across = ((self.x - circle.x).abs() - self.half.0).max(0.0);
        let up = ((self.y - circle.y).abs() - self.half.1).max(0.0);
        across * across + up * up < circle.radius * circle.radius
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(x: f64, y: f64, radius: f64) -> Circle {
        Circle { x, y, radius }
    }

    fn labelled(circles: &[Circle]) -> Vec<Label> {
        let numbers: Vec<usize> = (1..=circles.len()).collect();
        placed(circles, &numbers, &vec!["harbour, ferry".to_owned(); circles.len()])
    }

    #[test]
    fn a_large_circle_has_its_number_inside_and_its_name_beside_it() {
        let labels = labelled(&[circle(100.0, 100.0, 20.0), circle(100.0, 300.0, 4.0)]);
        assert_eq!(
            (labels[0].text.as_str(), labels[0].has_number_inside),
            ("harbour, ferry", true)
        );
        assert_eq!(
            (labels[1].text.as_str(), labels[1].has_number_inside),
            ("2 harbour, ferry", false)
        );
    }

    #[test]
    fn names_give_way_at_the_edge_and_where_there_is_no_room() {
        let labels = labelled(&[circle(380.0, 100.0, 10.0)]);
        assert!(labels[0].x < 380.0, "{labels:?}");
        let crowd: Vec<Circle> = (0..400)
            .map(|i| circle(f64::from(i % 20) * 20.0 + 10.0, f64::from(i / 20) * 17.0 + 8.0, 8.0))
            .collect();
        assert!(labelled(&crowd).iter().any(|label| label.is_tucked));
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(short("\u{e9}".repeat(30).as_str()).chars().count(), MOST_CHARACTERS);
        assert_eq!(short("ferry"), "ferry");
    }
}
