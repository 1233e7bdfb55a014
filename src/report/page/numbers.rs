//! Numbers as the page writes them.
//!
//! Enters: figures. Leaves: strings with a fixed number of digits, so that the same report gives the same bytes.

use super::three_digits;
use crate::evaluate::{Interval, Value};

/// What stands where there is no figure.
pub const DASH: &str = "\u{2013}";

/// A figure with three digits, and a minus as wide as a digit where it is below 0.
pub fn three(value: f64) -> String {
    let digits = three_digits(Some(value.abs()));
    let is_below = value < 0.0 && digits != three_digits(Some(0.0));
    if is_below { format!("\u{2212}{digits}") } else { digits }
}

/// A figure with three digits, or a dash.
pub fn three_or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| DASH.into(), three)
}

/// A figure with its interval, for a line of text: "0.800 [0.710, 0.880]".
pub fn with_interval(value: Value, interval: Option<Interval>) -> String {
    match (value, interval) {
        (Ok(value), Some(ends)) => format!("{} {}", three(value), brackets(ends)),
        _ => three_or_dash(value.ok()),
    }
}

/// The ends of an interval.
pub fn brackets((low, high): Interval) -> String {
    format!("[{}, {}]", three(low), three(high))
}

/// A figure with its sign: what is added or taken away.
pub fn signed(value: f64) -> String {
    let digits = three(value);
    let is_above = value > 0.0 && digits != three(0.0);
    if is_above { format!("+{digits}") } else { digits }
}

/// A number of things, in groups of three digits: "12,034".
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of things with their name: "1 text", "2 texts".
pub fn counted(n: usize, thing: &str) -> String {
    format!("{} {thing}{}", count(n), if n == 1 { "" } else { "s" })
}

/// A coordinate or a length of a drawing.
pub fn coordinate(value: f64) -> String {
    // Without the negative zero, which is another string and the same place.
    format!("{:.1}", (value * 10.0).round() / 10.0 + 0.0)
}

/// A share as part of ten in words, for readers who do not read decimals: "about eight".
pub fn of_ten(share: f64) -> String {
    const WORDS: [&str; 11] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    match (share * 10.0).round().clamp(0.0, 10.0) as usize {
        0 if share > 0.0 => "hardly one".into(),
        0 => "none".into(),
        10 if share < 1.0 => "nearly all".into(),
        10 => "all ten".into(),
        tenths => format!("about {}", WORDS[tenths]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_near_an_end_is_not_called_the_end() {
        let told = [0.0, 0.02, 0.1, 0.79, 0.97, 1.0].map(of_ten);
        assert_eq!(
            told,
            ["none", "hardly one", "about one", "about eight", "nearly all", "all ten"]
        );
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!((counted(1, "text"), counted(2, "text")), ("1 text".into(), "2 texts".into()));
    }

    #[test]
    fn nothing_has_no_sign() {
        assert_eq!([0.5, -0.25, -0.0001].map(signed), ["+0.500", "\u{2212}0.250", "0.000"]);
        assert_eq!([-0.25, -0.0001].map(three), ["\u{2212}0.250", "0.000"]);
        assert_eq!(coordinate(-0.01), "0.0");
    }
}
