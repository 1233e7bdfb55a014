//! The month that a text is of, as data and datelines write it.

use serde::{Deserialize, Serialize};

/// A month of a year; earlier months are smaller. Written 2017-10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Month {
    year: u16,
    /// 1 to 12.
    month: u8,
}

/// The first letters by which a month's name is known in English.
const NAMES: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Month {
    /// Month `month` (1 to 12) of `year` (1900 to 2100).
    pub fn new(year: u16, month: u8) -> Option<Month> {
        let is_month = (1..=12).contains(&month) && (1900..=2100).contains(&year);
        is_month.then_some(Month { year, month })
    }

    /// The month of the first date in `text`: in figures with the year first (2017-10-17, 2017/10, 20171017), or with
    /// the month's English name beside the year (17 October 2017, Oct. 17, 2017, October 2017). Figures with the year last
    /// are not taken, since countries differ in what they mean.
    ///
    /// ```
    /// use leitmotif::corpus::Month;
    /// let month = |text| Month::find(text).map(|month| month.to_string());
    /// assert_eq!(month("2017-10-17T08:00:00Z").as_deref(), Some("2017-10"));
    /// assert_eq!(month("Published Oct. 17, 2017, 9 am").as_deref(), Some("2017-10"));
    /// assert_eq!(month("03/04/2017"), None);
    /// ```
    pub fn find(text: &str) -> Option<Month> {
        let words: Vec<&str> = text
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '/')))
            .filter(|word| !word.is_empty())
            .collect();
        (0..words.len()).find_map(|place| {
            // A path may have more before its date.
            let starts = words[place].match_indices('/').map(|(slash, _)| slash + 1);
            let by_figures = std::iter::once(0).chain(starts);
            let by_figures =
                by_figures.filter_map(|start| Month::of_figures(&words[place][start..])).next();
            by_figures.or_else(|| Month::of_names(&words[place..]))
        })
    }

    /// 2017-10-17 and what follows, 2017/10/17, 20171017.
    fn of_figures(word: &str) -> Option<Month> {
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let number = |from: usize, to: usize| word.get(from..to)?.parse::<u16>().ok();
        match digits.len() {
            4 if word[4..].starts_with(['-', '/']) => {
                let month = word[5..].chars().take_while(char::is_ascii_digit).collect::<String>();
                Month::new(number(0, 4)?, month.parse().ok()?)
            }
            8 if word.len() == 8 || !word.as_bytes()[8].is_ascii_alphanumeric() => {
                let day = number(6, 8)?;
                let month = u8::try_from(number(4, 6)?).ok()?;
                (1..=31).contains(&day).then(|| Month::new(number(0, 4)?, month))?
            }
            _ => None,
        }
    }

    /// A month's name at the first of `words`, and behind it a year, perhaps with a day between.
    fn of_names(words: &[&str]) -> Option<Month> {
        let name = words[0].to_lowercase();
        let is_name = |known: &&str| {
            name.starts_with(*known) && (name.len() <= 4 || LONG.contains(&name.as_str()))
        };
        let month = NAMES.iter().position(is_name)? + 1;
        let year = words[1..]
            .iter()
            .take(2)
            .find_map(|word| (word.len() == 4).then(|| word.parse::<u16>().ok()).flatten())?;
        Month::new(year, month as u8)
    }

    /// The month after this one.
    pub fn next(self) -> Month {
        if self.month == 12 {
            Month { year: self.year + 1, month: 1 }
        } else {
            Month { month: self.month + 1, ..self }
        }
    }
}

/// The names of more than four letters.
const LONG: [&str; 9] = [
    "january",
    "february",
    "march",
    "april",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:02}", self.year, self.month)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = String;

    fn try_from(text: String) -> Result<Month, String> {
        Month::of_figures(&text).ok_or_else(|| format!("{text:?} is no month"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_as_they_are_written() {
        let cases = [
            ("2016-02-29", "2016-02"),
            ("20160229-report.txt", "2016-02"),
            ("articles/2015/07/03 fall", "2015-07"),
            ("17 October 2017", "2017-10"),
            ("BEIRUT, Sept 3, 2014 (AP)", "2014-09"),
            ("Updated: May 2018", "2018-05"),
        ];
        for (text, month) in cases {
            assert_eq!(Month::find(text).map(|m| m.to_string()).as_deref(), Some(month), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "maybe 2016",
            "marching 2014",
            "March 3",
            "2017",
            "2017-13-01",
            "99999999",
            "1234-5",
        ] {
            assert_eq!(Month::find(text), None, "{text}");
        }
    }

    #[test]
    fn months_follow_one_another() {
        assert_eq!(Month::new(2016, 12).map(|m| m.next().to_string()).as_deref(), Some("2017-01"));
    }
}
