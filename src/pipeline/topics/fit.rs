//! Texts to topics: the whole way.
//!
//! Enters: texts, and what is asked for. Leaves: [`Topics`]. What does not make sense is an error that says what to do; what
//! was made smaller to make sense is said in the notes.

use std::collections::BTreeSet;

use super::choose::{Choice, choose};
use super::digest::{Digest, TopicNotes};
use super::judge::{Judged, grades, judge, mixtures, rivals};
use super::kept::{joined, reread, weight_of_kept};
use super::learn::{Draw, learn, n_steps};
use super::material::Material;
use super::reader::Topics;
use super::settings::{Method, TopicSettings};
use super::shown::{add_months, add_texts};
use super::texts::TopicTexts;
use super::themes::{Theme, ThemeShare, themes_of};
use crate::corpus::Codebook;
use crate::error::{Error, Result};
use crate::matrix::TermMatrix;
use crate::pipeline::Progress;
use crate::tokenize::Tokenizer;
use crate::topics::TopicModel;
use crate::topics::relevance::{LAMBDA, relevant_terms};
use crate::topics::seeded::{Given, given_counts};
use crate::vectorize::{TermSequences, TopicTerms};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct FitRequest<'a> {
    /// The settings.
    pub settings: TopicSettings,
    /// Themes whose seed words pull a topic each; these come first.
    pub guided: Option<&'a Codebook>,
    /// Themes to hold the topics against.
    pub themes: Option<&'a Codebook>,
    /// Topics to keep as they are.
    pub beside: Option<Beside<'a>>,
}

/// Topics that are kept as they are while new ones are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// They come first, in their order.
    pub kept: &'a Topics,
    /// How many new ones.
    pub n_new: usize,
}

impl FitRequest<'_> {
    /// Finds the topics of `texts`.
    ///
    /// # Errors
    /// Where settings are out of their range or do not go together, or the texts are too few or too alike to have topics.
    pub fn fit(
        &self,
        texts: &TopicTexts,
        tokenizer: Tokenizer,
        progress: &dyn Progress,
    ) -> Result<Topics> {
        self.check()?;
        let material = self.material(texts, &tokenizer, progress)?;
        let themes = self.themes(&material.terms, &tokenizer)?;
        let given = self.given(&material, &themes)?;
        let mut digest = Digest::default();
        let n_topics = self.n_topics(&material, &given, &mut digest, progress)?;

        let settings = &self.settings;
        let draw =
            Draw { n_topics, seed: settings.seed, n_sweeps: settings.n_sweeps, given: &given };
        let n_rivals = settings.rivals();
        let rival_sweeps = settings.n_sweeps.min(TopicSettings::RIVAL_SWEEPS);
        let rival_draw = Draw { n_sweeps: rival_sweeps, ..draw };
        let n_rival_steps = n_rivals * n_steps(settings, rival_draw);
        progress.stage("topics", n_steps(settings, draw) + n_rival_steps);
        let done = |n: usize| progress.advance(n);
        let model = learn(settings, &material.counts, draw, &done)?;
        if model.n_topics() < n_topics {
            digest.notes.push(format!(
                "{n_topics} topics were asked for; the texts differ in no more than {}",
                model.n_topics()
            ));
        }
        let rivals = rivals(settings, &material.counts, rival_draw, n_rivals, &done)?;

        let judged = judge(&model, &material.counts, &material.sequences)?;
        let (stability, mean_stability) = grades(&model, &rivals)?;
        let held_out: Vec<Option<f64>> = rivals.iter().map(|rival| rival.held_out).collect();
        digest.figures = judged.figures;
        digest.figures.stability = mean_stability;
        digest.figures.held_out = super::judge::mean(&held_out);
        let term_counts = column_sums(&material.counts);
        digest.topics = self.notes(&model, &material, &term_counts, &judged, &themes)?;
        digest.topics.iter_mut().zip(stability).for_each(|(notes, found)| notes.stability = found);
        let mixtures = mixtures(&model, &material.counts);
        add_texts(&mut digest, &mixtures, &material, texts)?;
        add_months(&mut digest, &mixtures, &material, texts, settings.seed)?;
        let probabilities = model.probabilities();
        let probabilities = |topic: usize| probabilities.row(topic).to_slice().unwrap_or(&[]);
        let share = |theme: &Theme| ThemeShare::new(theme, probabilities, model.shares());
        digest.themes = themes.iter().map(share).collect();
        digest.n_texts = material.kept.len();
        digest.n_articles =
            material.kept.iter().map(|&t| texts.groups[t]).collect::<BTreeSet<_>>().len();
        digest.n_tokens = material.sequences.n_tokens();
        let Material { terms, .. } = material;
        let settings = settings.clone();
        Ok(Topics { tokenizer, terms, term_counts, model, settings, digest })
    }

    fn check(&self) -> Result<()> {
        self.settings.check()?;
        let is_gibbs = self.settings.method == Method::Lda;
        if !is_gibbs && (self.guided.is_some() || self.beside.is_some()) {
            return Err(Error::settings(
                "seed words and kept topics go with the method lda (not online): leave out --method",
            ));
        }
        match (self.guided, self.settings.n_topics) {
            (Some(codebook), Some(n_topics)) if n_topics < codebook.themes.len() => {
                let n_themes = codebook.themes.len();
                Err(Error::settings(format!(
                    "{n_topics} topics for the codebook's {n_themes} themes: ask for more, so that there is room for others"
                )))
            }
            _ => Ok(()),
        }
    }

    fn material(
        &self,
        texts: &TopicTexts,
        tokenizer: &Tokenizer,
        progress: &dyn Progress,
    ) -> Result<Material> {
        if texts.is_empty() {
            return Err(Error::empty("no text to find topics in"));
        }
        progress.stage("reading words", texts.len());
        let params = self.settings.terms.clone();
        let (mut terms, mut all) =
            TopicTerms::fit(params, &texts.texts, tokenizer, |n| progress.advance(n))?;
        if let Some(Beside { kept, .. }) = self.beside {
            terms = joined(&terms, &kept.terms);
            all = reread(&terms, texts, tokenizer)?;
        }
        let (mut kept, mut sequences) = (Vec::new(), TermSequences::default());
        for (text, terms) in all.texts().enumerate().filter(|(_, terms)| !terms.is_empty()) {
            kept.push(text);
            sequences.push(terms);
        }
        if kept.is_empty() {
            let min = self.settings.terms.min_texts(texts.len());
            let share = self.settings.terms.max_share;
            return Err(Error::empty(format!(
                "no term is left of {} texts: no word of {} letters or more is in at least {min} texts and in at most {share} of them; \
                 give more or other texts, or see --min-texts, --max-share and --stop-words",
                texts.len(),
                self.settings.terms.min_letters
            )));
        }
        let counts = sequences.counts(terms.vocabulary().len());
        Ok(Material { terms, kept, sequences, counts })
    }

    fn themes(&self, terms: &TopicTerms, tokenizer: &Tokenizer) -> Result<Vec<Theme>> {
        let Some(codebook) = self.guided.or(self.themes) else { return Ok(Vec::new()) };
        themes_of(codebook, terms, tokenizer)
    }

    /// What the first topics are given from the start.
    fn given(&self, material: &Material, themes: &[Theme]) -> Result<Vec<Given>> {
        if let Some(Beside { kept, .. }) = self.beside {
            return Ok(weight_of_kept(kept, &material.terms, material.sequences.n_tokens()));
        }
        if self.guided.is_none() {
            return Ok(Vec::new());
        }
        if let Some(theme) = themes.iter().find(|theme| theme.seeds.is_empty()) {
            return Err(Error::data(format!(
                "no seed word of the theme {:?} is among the terms of these texts: give it others, or leave it out",
                theme.id
            )));
        }
        let seeds: Vec<Vec<(u32, f32)>> = themes.iter().map(|theme| theme.seeds.clone()).collect();
        Ok(given_counts(&material.counts, &seeds))
    }

    /// How many topics are fitted, no more than texts.
    fn n_topics(
        &self,
        material: &Material,
        given: &[Given],
        digest: &mut Digest,
        progress: &dyn Progress,
    ) -> Result<usize> {
        let n_texts = material.counts.n_rows();
        if let Some(Beside { kept, n_new }) = self.beside {
            return Ok(kept.len() + n_new);
        }
        let n_topics = match self.settings.n_topics {
            Some(n_topics) => n_topics,
            None => {
                let Choice { n_topics, curve, reason } =
                    choose(&self.settings, &material.counts, given, progress)?;
                (digest.curve, digest.reason) = (curve, Some(reason));
                n_topics
            }
        };
        if n_topics > n_texts {
            digest.notes.push(format!(
                "{n_topics} topics were asked for, and {n_texts} texts have terms: {} are fitted",
                n_texts.max(given.len())
            ));
        }
        Ok(n_topics.min(n_texts.max(given.len())))
    }

    /// Names, figures and origin of each topic.
    fn notes(
        &self,
        model: &TopicModel,
        material: &Material,
        term_counts: &[f32],
        judged: &Judged,
        themes: &[Theme],
    ) -> Result<Vec<TopicNotes>> {
        let counts: Vec<f64> = term_counts.iter().map(|&count| f64::from(count)).collect();
        let relevant = relevant_terms(model.probabilities().view(), &counts, LAMBDA, 3)?;
        let named = |topic: usize| {
            let terms = relevant[topic].iter();
            let terms: Vec<&str> =
                terms.map(|&(term, _)| material.terms.vocabulary().term(term)).collect();
            terms.join(", ")
        };
        let guiding = if self.guided.is_some() { themes } else { &[] };
        let note = |topic: usize| {
            let theme = guiding.get(topic);
            let kept = self.beside.and_then(|beside| beside.kept.digest.topics.get(topic));
            let name = theme.map(|theme| theme.name.clone());
            let name = name.or_else(|| kept.map(|kept| kept.name.clone()));
            TopicNotes {
                name: name.unwrap_or_else(|| named(topic)),
                theme: theme.map(|t| t.id.clone()).or_else(|| kept.and_then(|k| k.theme.clone())),
                is_kept: kept.is_some(),
                npmi: judged.npmi[topic],
                exclusivity: judged.exclusivity[topic],
                ..TopicNotes::default()
            }
        };
        Ok((0..model.n_topics()).map(note).collect())
    }
}

fn column_sums(counts: &TermMatrix) -> Vec<f32> {
    let mut sums = vec![0.0_f32; counts.n_terms()];
    counts.rows().flat_map(|row| row.iter()).for_each(|(term, n)| sums[term as usize] += n);
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;
    use crate::pipeline::Silent;
    use crate::pipeline::topics::{TextUnit, TopicMemory};
    use crate::read::codebook::parse_codebook;

    const LAND: [&str; 6] = ["army", "village", "siege", "bridge", "troops", "border"];
    const MONEY: [&str; 6] = ["oil", "tax", "bank", "revenue", "smuggling", "price"];

    /// Texts of eight words, the even ones of land, the odd ones of money.
    fn texts(n: usize) -> TopicTexts {
        let mut texts = TopicTexts::default();
        for number in 0..n {
            let words = if number % 2 == 0 { LAND } else { MONEY };
            let text: Vec<&str> =
                (0..8).map(|place| words[(number / 2 + place * (1 + number % 3)) % 6]).collect();
            let date = Some(format!("2016-{:02}-01", 1 + number % 4));
            texts.add_record(
                Record { text: text.join(" "), date, ..Record::default() },
                "d.jsonl",
                number + 1,
                TextUnit::Natural,
            );
        }
        texts
    }

    fn request(n_topics: Option<usize>) -> FitRequest<'static> {
        let settings = TopicSettings { n_topics, n_sweeps: 100, ..TopicSettings::default() };
        FitRequest { settings, ..FitRequest::default() }
    }

    fn fit(request: &FitRequest<'_>, texts: &TopicTexts) -> Result<Topics> {
        request.fit(texts, Tokenizer::default(), &Silent)
    }

    fn words(topics: &Topics, topic: usize) -> BTreeSet<&str> {
        topics.top_terms(topic, 6).into_iter().map(|(term, _)| term).collect()
    }

    #[test]
    fn every_method_finds_what_the_texts_are_made_of() {
        let both = [BTreeSet::from(LAND), BTreeSet::from(MONEY)];
        let clustering = crate::topics::Clustering::default();
        for method in [Method::Lda, Method::Nmf, Method::Clusters(clustering)] {
            let mut request = request(Some(2));
            request.settings.method = method;
            let topics = fit(&request, &texts(60)).unwrap();
            let found = [words(&topics, 0), words(&topics, 1)];
            assert!(
                found.iter().all(|words| both.contains(words)) && found[0] != found[1],
                "{method:?} {found:?}"
            );
            assert!(topics.digest.figures.diversity == Some(1.0) || topics.len() == 2);
            let (mixture, n) =
                topics.infer("Oil and tax, tax and oil", &mut TopicMemory::default()).unwrap();
            let money = usize::from(words(&topics, 1) == both[1]);
            assert!(mixture[money] > 0.6 && n == 4, "{method:?} {mixture:?}");
            assert_eq!(topics.digest.months.len(), 4);
        }
    }

    #[test]
    fn seed_words_pull_topics_to_their_themes() {
        let codebook = "[[theme]]\nid = \"money\"\nname = \"Money\"\ndefinition = \"\"\ntake = \"\"\nleave = \"\"\nseed_words = [\"revenue\"]\n";
        let codebook = parse_codebook(codebook).unwrap();
        let guided = FitRequest { guided: Some(&codebook), ..request(Some(2)) };
        let topics = fit(&guided, &texts(60)).unwrap();
        assert_eq!(words(&topics, 0), BTreeSet::from(MONEY));
        assert_eq!(topics.digest.topics[0].name, "Money");
        assert_eq!(topics.digest.themes[0].covered(topics.model.shares()), [0]);
    }

    #[test]
    fn new_topics_are_found_beside_kept_ones() {
        let kept = fit(&request(Some(2)), &texts(60)).unwrap();
        let mut later = texts(40);
        for number in 0..30 {
            let text = ["vote", "party", "ballot", "poll"].map(|word| word.to_string()).join(" ");
            later.add_record(
                Record { text, ..Record::default() },
                "e.jsonl",
                number + 1,
                TextUnit::Natural,
            );
        }
        let beside = Some(Beside { kept: &kept, n_new: 1 });
        let topics = fit(&FitRequest { beside, ..request(None) }, &later).unwrap();
        assert_eq!(topics.len(), 3);
        assert_eq!(
            [0, 1].map(|topic| words(&topics, topic)),
            [0, 1].map(|topic| words(&kept, topic))
        );
        assert!(words(&topics, 2).contains("ballot") && !topics.digest.topics[2].is_kept);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let message = |request: &FitRequest<'_>, texts: &TopicTexts| {
            fit(request, texts).unwrap_err().to_string()
        };
        assert!(message(&request(Some(0)), &texts(20)).contains("0 topics"));
        assert!(message(&request(Some(2)), &TopicTexts::default()).contains("no text"));
        assert!(message(&request(Some(2)), &texts(1)).contains("no term is left"));
        let alike = (0..20).fold(TopicTexts::default(), |mut all, n| {
            all.add_record(
                Record { text: "oil tax bank".into(), ..Record::default() },
                "d",
                n,
                TextUnit::Natural,
            );
            all
        });
        assert!(message(&request(Some(2)), &alike).contains("no term is left"));
        let topics = fit(&request(Some(50)), &texts(12)).unwrap();
        assert!(topics.len() <= 12 && topics.digest.notes[0].contains("12 texts"));
    }

    #[test]
    fn without_a_number_one_is_chosen_and_the_curve_told() {
        let topics = fit(&request(None), &texts(80)).unwrap();
        assert!(topics.digest.curve.len() >= 3 && topics.digest.reason.is_some());
        assert!(topics.digest.topics.iter().all(|notes| notes.stability.is_some()));
    }
}
