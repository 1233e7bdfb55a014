//! Which of a topic's terms come first.
//!
//! Enters: terms with p(w|t) and lift. Leaves: their order. The script does the same for any lambda.
//!
//! Sievert and Shirley 2014, "LDAvis", equation (1):
//!   r(w, t | lambda) = lambda ln p(w|t) + (1 - lambda) ln (p(w|t) / p(w)),   0 <= lambda <= 1
//! At 1 the most frequent words of the topic come first, at 0 those that are its own; readers named topics best by the
//! terms at about 0.6 (section 3.2 there).

use crate::math::ln;
use crate::report::topics_document::TermDigest;

/// The lambda that the page begins with.
pub const LAMBDA: f64 = 0.6;

/// What weights and lifts are raised to, so that their logarithm is finite; `script.js` has the same.
const LEAST: f64 = 1e-12;

/// The terms, the most relevant first; equally relevant ones stay in their order.
pub fn ordered(terms: &[TermDigest], lambda: f64) -> Vec<&TermDigest> {
    let mut ordered: Vec<&TermDigest> = terms.iter().collect();
    ordered.sort_by(|a, b| relevance(b, lambda).total_cmp(&relevance(a, lambda)));
    ordered
}

fn relevance(term: &TermDigest, lambda: f64) -> f64 {
    // `max` also takes the other side where one is not a number.
    lambda * ln(term.weight.max(LEAST)) + (1.0 - lambda) * ln(term.lift.max(LEAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Vec<TermDigest> {
        [("often", 0.20, 1.1), ("own", 0.01, 30.0), ("both", 0.12, 20.0), ("none", f64::NAN, 0.0)]
            .map(|(term, weight, lift)| TermDigest { term: term.into(), weight, lift })
            .into()
    }

    #[test]
    fn lambda_leads_from_own_words_to_frequent_ones() {
        let order = |lambda| -> Vec<String> {
            ordered(&terms(), lambda).iter().map(|term| term.term.clone()).collect()
        };
        assert_eq!(order(0.0), ["own", "both", "often", "none"]);
        assert_eq!(order(LAMBDA), ["both", "often", "own", "none"]);
        assert_eq!(order(1.0), ["often", "both", "own", "none"]);
    }
}
