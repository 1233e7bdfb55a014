//! How far two coders agree about a label, beyond chance.
//!
//! Counts add, so that an interval by articles is a matter of drawing them; kappa and alpha are ratios.

/// How the decisions of two coders about one label fell out.
///
/// ```
/// use leitmotif::evaluate::Agreement;
/// let pairs = Agreement { both: 20.0, only_first: 5.0, only_second: 10.0, neither: 15.0 };
/// assert!((pairs.kappa().unwrap() - 0.4).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Agreement {
    /// Texts to which both gave the label.
    pub both: f64,
    /// Texts to which only the first did.
    pub only_first: f64,
    /// Texts to which only the second did.
    pub only_second: f64,
    /// Texts to which neither did.
    pub neither: f64,
}

impl Agreement {
    /// Adds a text that counts `weight` times.
    pub fn add(&mut self, first: bool, second: bool, weight: f64) {
        match (first, second) {
            (true, true) => self.both += weight,
            (true, false) => self.only_first += weight,
            (false, true) => self.only_second += weight,
            (false, false) => self.neither += weight,
        }
    }

    /// Number of texts.
    pub fn n(&self) -> f64 {
        self.both + self.only_first + self.only_second + self.neither
    }

    /// Cohen's kappa (Cohen 1960): (p_o - p_e) / (1 - p_e), with p_o the share of texts on which they agree
    /// and p_e what two coders with these shares of the label would agree on by chance. Undefined where
    /// chance alone agrees on everything.
    pub fn kappa(&self) -> Option<f64> {
        let n = self.n();
        let (first, second) = (self.both + self.only_first, self.both + self.only_second);
        let by_chance = first * second + (n - first) * (n - second);
        let spread = n * n - by_chance;
        (spread > 0.0).then(|| ((self.both + self.neither) * n - by_chance) / spread)
    }

    /// Krippendorff's alpha for nominal data without gaps (Krippendorff 2004, section 11.3): 1 - D_o / D_e,
    /// with D_e the disagreement of any two of the 2 n decisions. Undefined where all decisions are alike.
    pub fn alpha(&self) -> Option<f64> {
        let n_decisions = 2.0 * self.n();
        let yes = 2.0 * self.both + self.only_first + self.only_second;
        let expected = yes * (n_decisions - yes);
        let observed = self.only_first + self.only_second;
        (expected > 0.0).then(|| 1.0 - (n_decisions - 1.0) * observed / expected)
    }

    /// The F1 of the second coder's decisions held against the first's, which is that of the first's held
    /// against the second's: what a model that labels as a coder does would reach.
    pub fn f1(&self) -> Option<f64> {
        let twice = 2.0 * self.both;
        let all = twice + self.only_first + self.only_second;
        (all > 0.0).then(|| twice / all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coders_who_always_agree_reach_one_and_chance_is_nought() {
        let alike = Agreement { both: 3.0, neither: 7.0, ..Agreement::default() };
        assert_eq!((alike.kappa(), alike.alpha(), alike.f1()), (Some(1.0), Some(1.0), Some(1.0)));
        let chance = Agreement { both: 1.0, only_first: 1.0, only_second: 1.0, neither: 1.0 };
        assert_eq!(chance.kappa(), Some(0.0));
        let never = Agreement { neither: 5.0, ..Agreement::default() };
        assert_eq!((never.kappa(), never.alpha(), never.f1()), (None, None, None));
    }
}
