//! Seed words of themes to counts that pull topics to them.
//!
//! Enters: counts of shape (documents, terms), and for each theme terms with weights. Leaves: for each theme and term the
//! number of occurrences that its topic is given from the start, which the sampler adds to beta for that cell
//! (`super::lda`; seeded topics after Jagarlamudi, Daumé and Udupa 2012, and Eshima, Imai and Sasaki 2023, give them to the seed words alone).
//!
//! Seed words are few, and most paragraphs about a theme have none of them. So the company that they keep is learned first. With idf_w = ln(D /
//! D_w), D_w the documents with w, and s_wk the seed's weight,
//!
//! ```text
//! h_dk = sum over terms w of d of s_wk idf_w                            how much d says of k outright
//! r_dk = (1 - exp(-h_dk / 6)) h_dk / sum_j h_dj                         how far d is of k, in 0..1
//! l_wk = ln( (sum over d with w of r_dk + 10 m_k) / ((D_w + 10) m_k) )  m_k the mean of r_dk: how much more w is in such company
//! n_wk = n_w (min(max(l_wk, 0), 2) / 4 + s_wk / 2)                      the counts given
//! ```
//!
//! The 6 is the idf of two or three seed words; the 10 keeps rare words from being sure of anything; the 2 stops at a word that is seven times
//! as frequent in the theme's company. They were chosen by how well the topics of themes rank labelled paragraphs of `seeds/`.

use crate::matrix::TermMatrix;

/// Counts given to a topic: (term, count), terms rising.
pub type Given = Vec<(u32, f32)>;

const SURE: f64 = 6.0;
const DOUBT: f64 = 10.0;
const MOST_LIFT: f64 = 2.0;

/// For each theme the counts that its topic is given. Cost: one look at each count for each theme.
///
/// ```
/// use leitmotif::matrix::TermMatrix;
/// use leitmotif::topics::seeded::given_counts;
/// let mut counts = TermMatrix::new(4);
/// for row in 0..40 {
///     // Term 1 keeps the company of the seed word 0, term 3 that of 2.
///     let first = 2 * (row % 2);
///     counts.push_row([(first, 1.0), (first + 1, 1.0)]);
/// }
/// let given = given_counts(&counts, &[vec![(0, 1.0)], vec![(2, 1.0)]]);
/// assert_eq!(given[0].iter().map(|cell| cell.0).collect::<Vec<_>>(), [0, 1]);
/// ```
pub fn given_counts(counts: &TermMatrix, themes: &[Vec<(u32, f32)>]) -> Vec<Given> {
    let (n_with, n_of) = frequencies(counts);
    let company = company(counts, themes, &n_with);
    let lift_of = |theme: usize, term: usize, within: f64| {
        let mean = company.means[theme];
        if mean <= 0.0 {
            return 0.0;
        }
        let lift = (within + DOUBT * mean) / ((n_with[term] + DOUBT) * mean);
        libm::log(lift).clamp(0.0, MOST_LIFT)
    };
    let given = |theme: usize| {
        let mut seeds = vec![0.0; counts.n_terms()];
        themes[theme].iter().for_each(|&(term, weight)| seeds[term as usize] = f64::from(weight));
        let within = &company.within[theme];
        let count = |term: usize| {
            n_of[term]
                * (lift_of(theme, term, within[term]) / (2.0 * MOST_LIFT) + seeds[term] / 2.0)
        };
        let cells = (0..counts.n_terms()).map(|term| (term as u32, count(term) as f32));
        cells.filter(|cell| cell.1 > 0.0).collect()
    };
    (0..themes.len()).map(given).collect()
}

/// In how many documents each term stands, and how often.
fn frequencies(counts: &TermMatrix) -> (Vec<f64>, Vec<f64>) {
    let mut n_with = vec![0.0; counts.n_terms()];
    let mut n_of = n_with.clone();
    for row in counts.rows() {
        for (term, count) in row.iter() {
            n_with[term as usize] += 1.0;
            n_of[term as usize] += f64::from(count);
        }
    }
    (n_with, n_of)
}

/// What documents are of each theme, summed up.
struct Company {
    /// The mean of r_dk over documents, by theme.
    means: Vec<f64>,
    /// For each theme and term the sum of r_dk over the documents with the term.
    within: Vec<Vec<f64>>,
}

fn company(counts: &TermMatrix, themes: &[Vec<(u32, f32)>], n_with: &[f64]) -> Company {
    let n_documents = counts.n_rows() as f64;
    // Seeds by term, so that a document is looked at once.
    let mut seeds_of: Vec<Vec<(usize, f64)>> = vec![Vec::new(); counts.n_terms()];
    for (theme, seeds) in themes.iter().enumerate() {
        for &(term, weight) in seeds {
            let n_with = n_with[term as usize].max(1.0);
            let idf = libm::log(n_documents / n_with);
            seeds_of[term as usize].push((theme, f64::from(weight) * idf));
        }
    }
    let mut company = Company {
        means: vec![0.0; themes.len()],
        within: vec![vec![0.0; counts.n_terms()]; themes.len()],
    };
    let mut hits = vec![0.0; themes.len()];
    for row in counts.rows() {
        hits.fill(0.0);
        for &term in row.terms {
            seeds_of[term as usize].iter().for_each(|&(theme, weight)| hits[theme] += weight);
        }
        let sum: f64 = hits.iter().sum();
        if sum > 0.0 {
            for (theme, &hit) in hits.iter().enumerate().filter(|(_, hit)| **hit > 0.0) {
                let of_theme = (1.0 - libm::exp(-hit / SURE)) * hit / sum;
                company.means[theme] += of_theme / n_documents;
                row.terms.iter().for_each(|&term| company.within[theme][term as usize] += of_theme);
            }
        }
    }
    company
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn company_gives_less_than_being_a_seed() {
        let mut counts = TermMatrix::new(3);
        for row in 0..60 {
            if row % 3 == 0 {
                counts.push_row([(0, 1.0), (1, 1.0)])
            } else {
                counts.push_row([(2, 1.0)])
            }
        }
        let given = &given_counts(&counts, &[vec![(0, 1.0)]])[0];
        assert!(given[0].1 > given[1].1 && given[1].1 > 0.0);
        assert_eq!(given.len(), 2, "a word that keeps other company is given nothing");
        assert!(given[0].1 <= 20.0, "never more than there are occurrences");
    }

    #[test]
    fn themes_without_words_and_empty_documents_do_no_harm() {
        let mut counts = TermMatrix::new(2);
        counts.push_row([]);
        counts.push_row([(0, 2.0)]);
        assert_eq!(given_counts(&counts, &[vec![], vec![(1, 1.0)]]), [vec![], vec![]]);
        assert!(given_counts(&TermMatrix::new(2), &[vec![(0, 1.0)]])[0].is_empty());
    }
}
