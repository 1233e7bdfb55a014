//! Dirichlet priors of counts: how likely the counts are, and the prior that makes them likeliest.
//!
//! Enters: how often each count occurs. Leaves: sums of differences of lnGamma and of its derivative, digamma, of which
//! likelihoods and fixed points are made (Minka 2000, "Estimating a Dirichlet distribution", equation 55; Wallach 2008,
//! section 2.3, for doing it on histograms). `libm` alone, so that the bits are the same everywhere. Nothing here knows of
//! tokens.

/// Counts from here on are listed one by one.
const N_BINS: usize = 4_096;

/// Smaller than any prior that is of use; keeps products of priors from vanishing.
const LEAST: f64 = 1e-6;

/// The most steps of a fixed point; what is left is done the next time.
const MOST_STEPS: usize = 20;

/// How often each count occurs.
///
/// ```
/// use leitmotif::topics::Histogram;
/// let mut histogram = Histogram::default();
/// [0.0, 2.0, 2.0].into_iter().for_each(|count| histogram.add(count));
/// // Gamma(2 + a) / Gamma(a) = a (a + 1), twice.
/// assert!((histogram.log_gammas(0.5) - 2.0 * 0.75_f64.ln()).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Histogram {
    /// How many are n, by n.
    bins: Vec<u64>,
    /// Those that have no bin: great ones, and such as are not whole.
    others: Vec<f64>,
}

impl Histogram {
    /// Counts one more.
    pub fn add(&mut self, count: f64) {
        let bin = count as usize;
        if bin >= N_BINS || bin as f64 != count {
            self.others.push(count);
            return;
        }
        if bin >= self.bins.len() {
            self.bins.resize(bin + 1, 0);
        }
        self.bins[bin] += 1;
    }

    /// Counts what another has counted, too.
    pub fn join(&mut self, other: &Histogram) {
        if other.bins.len() > self.bins.len() {
            self.bins.resize(other.bins.len(), 0);
        }
        self.bins.iter_mut().zip(&other.bins).for_each(|(to, n)| *to += n);
        self.others.extend(&other.others);
    }

    /// The sum over all counts n of lnGamma(n + prior) - lnGamma(prior); 0 for none. `prior` is above 0.
    pub fn log_gammas(&self, prior: f64) -> f64 {
        let base = libm::lgamma(prior);
        let of = |count: f64| libm::lgamma(count + prior) - base;
        let bins = self.bins.iter().enumerate().skip(1).filter(|(_, times)| **times > 0);
        let bins: f64 = bins.map(|(count, &times)| times as f64 * of(count as f64)).sum();
        bins + self.others.iter().map(|&count| of(count)).sum::<f64>()
    }

    /// The sum over all counts n of digamma(n + prior) - digamma(prior); 0 for none. `prior` is above 0.
    /// For whole n the difference is 1 / prior + 1 / (prior + 1) + ... of n terms.
    pub fn digammas(&self, prior: f64) -> f64 {
        let (mut sum, mut difference) = (0.0, 0.0);
        for (count, &times) in self.bins.iter().enumerate().skip(1) {
            difference += 1.0 / (prior + (count - 1) as f64);
            sum += times as f64 * difference;
        }
        let base = digamma(prior);
        sum + self.others.iter().map(|&count| digamma(count + prior) - base).sum::<f64>()
    }
}

/// The derivative of lnGamma at `x` above 0: by digamma(x) = digamma(x + 1) - 1 / x up to 10, then by the asymptotic
/// series (Abramowitz and Stegun 6.3.18); right to some 13 digits.
///
/// ```
/// assert!((leitmotif::topics::digamma(1.0) + 0.577_215_664_901_533).abs() < 1e-13);
/// ```
pub fn digamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < 10.0 {
        below -= 1.0 / x;
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series =
        [1.0 / 12.0, -1.0 / 120.0, 1.0 / 252.0, -1.0 / 240.0, 5.0 / 660.0, -691.0 / 32_760.0];
    let tail = series.iter().rev().fold(0.0, |sum, term| (sum + term) * inverse);
    below + libm::log(x) - 0.5 / x - tail
}

/// exp(digamma(x)) for `x` above 0, without a logarithm: with y = x - 1/2 it is y + 1/(24 y) - 37/(5760 y^3) + ..., the
/// series beside DLMF 5.11 for the exponential; below 8 through exp(digamma(x)) = exp(digamma(x + 1)) exp(-1/x). Right
/// to some 11 digits; 0 where that is too small to tell.
///
/// ```
/// use leitmotif::topics::{digamma, exp_digamma};
/// assert!((exp_digamma(0.3) / digamma(0.3).exp() - 1.0).abs() < 1e-10);
/// ```
pub fn exp_digamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < 8.0 {
        below += 1.0 / x;
        x += 1.0;
    }
    let y = x - 0.5;
    let inverse = 1.0 / (y * y);
    let terms =
        [1.0 / 24.0, -37.0 / 5_760.0, 10_313.0 / 2_903_040.0, -5_509_121.0 / 1_393_459_200.0];
    let above = y + y * terms.iter().rev().fold(0.0, |sum, term| (sum + term) * inverse);
    if below == 0.0 { above } else { above * libm::exp(-below) }
}

/// The priors alpha_k that make counts of each k likelier: steps of
///
/// ```text
/// alpha_k <- alpha_k sum_d [digamma(n_dk + alpha_k) - digamma(alpha_k)] / sum_d [digamma(n_d + A) - digamma(A)],  A = sum_k alpha_k
/// ```
///
/// until no alpha changes by more than a thousandth, at most 20. `counts` has n_dk by k, `lengths` n_d. Where all counts
/// of a k are 0, its alpha becomes the least there is, a millionth.
pub fn fit_asymmetric(alpha: &mut [f64], counts: &[Histogram], lengths: &Histogram) {
    for _ in 0..MOST_STEPS {
        let below = lengths.digammas(alpha.iter().sum());
        if below <= 0.0 {
            return;
        }
        let mut change = 0.0_f64;
        for (alpha, counts) in alpha.iter_mut().zip(counts) {
            let next = (*alpha * counts.digammas(*alpha) / below).max(LEAST);
            change = change.max((next - *alpha).abs() / *alpha);
            *alpha = next;
        }
        if change < 1e-3 {
            return;
        }
    }
}

/// The one prior beta that makes counts of terms by topics likelier: steps of
///
/// ```text
/// beta <- beta sum_wk [digamma(n_wk + beta) - digamma(beta)] / (V sum_k [digamma(n_k + V beta) - digamma(V beta)])
/// ```
///
/// until it changes by less than a thousandth, at most 20. `counts` has n_wk, into which prior counts beyond beta may be
/// counted: `extra_counts` has them, and `extra_sums` their sum for each topic, which joins V beta. `sums` has n_k.
pub fn fit_symmetric(
    beta: f64,
    n_terms: usize,
    counts: &Histogram,
    extra_counts: &Histogram,
    sums: &[f64],
    extra_sums: &[f64],
) -> f64 {
    let (mut beta, n_terms) = (beta, n_terms as f64);
    for _ in 0..MOST_STEPS {
        let base = beta * n_terms;
        let of_topic = |(n, extra): (&f64, &f64)| digamma(n + base + extra) - digamma(base + extra);
        let below: f64 = sums.iter().zip(extra_sums).map(of_topic).sum();
        let above = counts.digammas(beta) - extra_counts.digammas(beta);
        let next = (beta * above / (n_terms * below)).max(LEAST);
        if !next.is_finite() || (next - beta).abs() < 1e-3 * beta {
            return beta;
        }
        beta = next;
    }
    beta
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Generator;

    #[test]
    fn digamma_is_what_tables_say() {
        // Abramowitz and Stegun, table 6.1 and 6.3.3.
        let expected = [
            (0.5, -1.963_510_026_021_423),
            (1.5, 0.036_489_973_978_576_5),
            (2.0, 0.422_784_335_098_467),
        ];
        for (x, value) in expected {
            assert!((digamma(x) - value).abs() < 1e-13, "{x}: {}", digamma(x));
        }
        // The slope of lnGamma, far out and near 0.
        for x in [1e-3, 0.2, 7.0, 4e3] {
            let step = x * 1e-5;
            let slope = (libm::lgamma(x + step) - libm::lgamma(x - step)) / (2.0 * step);
            assert!((digamma(x) - slope).abs() < 1e-6 * slope.abs().max(1.0), "{x}");
        }
    }

    #[test]
    fn its_exponential_is_that_of_digamma() {
        for x in [1e-4, 0.01, 0.1, 0.7, 1.0, 3.3, 7.99, 8.0, 20.0, 1e3, 1e7] {
            let expected = libm::exp(digamma(x));
            assert!(
                (exp_digamma(x) - expected).abs() <= 1e-10 * expected,
                "{x}: {} and {expected}",
                exp_digamma(x)
            );
        }
    }

    #[test]
    fn sums_over_bins_are_those_over_counts() {
        let mut generator = Generator::new(5);
        let counts: Vec<f64> =
            (0..300).map(|i| generator.below(9_000) as f64 + f64::from(i % 3) / 4.0).collect();
        let (mut halves, mut plain) = ([Histogram::default(), Histogram::default()], (0.0, 0.0));
        for (i, &count) in counts.iter().enumerate() {
            halves[i % 2].add(count);
            plain.0 += libm::lgamma(count + 0.3) - libm::lgamma(0.3);
            plain.1 += digamma(count + 0.3) - digamma(0.3);
        }
        let [mut all, other] = halves;
        all.join(&other);
        assert!((all.log_gammas(0.3) / plain.0 - 1.0).abs() < 1e-12);
        assert!((all.digammas(0.3) / plain.1 - 1.0).abs() < 1e-12);
        assert_eq!(Histogram::default().digammas(1.0), 0.0);
    }

    #[test]
    fn the_fixed_point_is_where_the_likelihood_is_highest() {
        let documents =
            [[3.0, 0.0, 1.0], [0.0, 5.0, 1.0], [4.0, 1.0, 0.0], [0.0, 0.0, 2.0], [6.0, 2.0, 1.0]];
        let mut counts = vec![Histogram::default(); 3];
        let mut lengths = Histogram::default();
        for document in documents {
            counts.iter_mut().zip(document).for_each(|(counts, n)| counts.add(n));
            lengths.add(document.iter().sum());
        }
        let mut alpha = [1.0; 3];
        (0..200).for_each(|_| fit_asymmetric(&mut alpha, &counts, &lengths));
        let likelihood = |alpha: [f64; 3]| {
            let of_counts: f64 =
                counts.iter().zip(alpha).map(|(counts, a)| counts.log_gammas(a)).sum();
            of_counts - lengths.log_gammas(alpha.iter().sum())
        };
        for (k, by) in [(0, 1.05), (0, 0.95), (1, 1.05), (1, 0.95), (2, 1.05), (2, 0.95)] {
            let mut moved = alpha;
            moved[k] *= by;
            assert!(likelihood(moved) < likelihood(alpha), "{alpha:?} and {moved:?}");
        }
    }

    #[test]
    fn one_beta_for_all_is_where_the_likelihood_is_highest() {
        // Two topics of four terms; a prior count of 2 beyond beta is in the first cell.
        let cells = [5.0, 0.0, 1.0, 0.0, 0.0, 4.0, 2.0, 0.0];
        let (mut counts, mut extra) = (Histogram::default(), Histogram::default());
        cells.into_iter().for_each(|n| counts.add(n));
        extra.add(2.0);
        let (sums, extra_sums) = ([4.0, 6.0], [2.0, 0.0]);
        let likelihood = |beta: f64| {
            let of_topic = |k: usize| {
                let prior = 4.0 * beta + extra_sums[k];
                libm::lgamma(sums[k] + prior) - libm::lgamma(prior)
            };
            counts.log_gammas(beta) - extra.log_gammas(beta) - of_topic(0) - of_topic(1)
        };
        let fitted = (0..200)
            .fold(1.0, |beta, _| fit_symmetric(beta, 4, &counts, &extra, &sums, &extra_sums));
        for by in [0.9, 1.1] {
            assert!(likelihood(fitted * by) < likelihood(fitted), "{fitted}");
        }
    }
}
