//! Invented topic models, for tests of the page.
//!
//! Enters: nothing. Leaves: documents with everything in them that the page can show, the same every time.

use crate::math::Generator;
use crate::report::topics_document::{
    Band, QualityFigure, TermDigest, TextDigest, ThemeDigest, TopicDigest, TopicsDocument,
};

/// Four topics, two themes, four periods, of which the third has no texts.
pub fn small() -> TopicsDocument {
    let mut document = TopicsDocument {
        title: "Letters to a harbour town".into(),
        made_of: "96 records, 11,204 words".into(),
        method: "Latent Dirichlet allocation, 200 sweeps, seed 1.".into(),
        unit: "paragraph".into(),
        n_texts: 412,
        n_terms: 1_830,
        periods: ["2017-10", "2017-11", "2017-12", "2018-01"].map(String::from).into(),
        quality: vec![figure("coherence", Some(0.412)), figure("held-out gain", None)],
        notes: vec!["Of 8 texts nothing was left after rare words went.".into()],
        topics: vec![
            harbour(),
            named(2, "tram, timetable"),
            named(3, "choir, concert"),
            named(4, "frost, potatoes"),
        ],
        ..TopicsDocument::default()
    };
    document.topics[3].is_new = true;
    document.topics[2].grade = Some("fleeting".into());
    document.themes =
        vec![theme("transport", &[0.8, 0.7, 0.1, 0.0]), theme("culture", &[0.1, 0.0, 0.25, 0.9])];
    document
}

/// As many topics as wanted, with generated words.
pub fn many(n_topics: usize) -> TopicsDocument {
    let mut chance = Generator::new(7);
    let mut document = small();
    document.topics =
        (1..=n_topics).map(|number| generated(number, n_topics, &mut chance)).collect();
    for theme in &mut document.themes {
        theme.by_topic = (0..n_topics).map(|_| unit(&mut chance)).collect();
    }
    document
}

/// With words that would like to be markup or commands.
pub fn hostile() -> TopicsDocument {
    let mut document = small();
    let markup = "</script><script>alert(1)</script></title></style>\"onload=\"x\u{1b}[2J";
    for text in
        [&mut document.title, &mut document.method, &mut document.made_of, &mut document.unit]
    {
        text.push_str(markup);
    }
    let topic = &mut document.topics[0];
    topic.name = markup.into();
    topic.theme = Some(markup.into());
    topic.grade = Some(markup.into());
    topic.terms[0].term = markup.into();
    topic.texts[0].text = markup.into();
    topic.texts[0].place = markup.into();
    document.themes[0].name = markup.into();
    document.periods[0] = markup.into();
    document.quality[0].meaning = markup.into();
    document.notes.push(markup.into());
    document
}

/// Nothing at all.
pub fn empty() -> TopicsDocument {
    TopicsDocument::default()
}

fn harbour() -> TopicDigest {
    let terms = [("harbour", 0.08, 8.0), ("water", 0.06, 1.2), ("ferry", 0.04, 20.0)];
    let band = |share: f64| Some(Band { share, low: share * 0.8, high: share * 1.2 });
    TopicDigest {
        share: 0.41,
        theme: Some("transport".into()),
        grade: Some("stable".into()),
        coherence: Some(0.51),
        exclusivity: Some(0.8),
        terms: terms
            .map(|(term, weight, lift)| TermDigest { term: term.into(), weight, lift })
            .into(),
        over_time: vec![band(0.3), band(0.4), None, band(0.2)],
        ..named(1, "harbour, ferry")
    }
}

fn named(number: usize, name: &str) -> TopicDigest {
    let place = (number as f64, (number * number % 5) as f64);
    let text = TextDigest {
        place: format!("quay.txt, paragraph {}", number * 3),
        text: format!("At night the {name} is all that one hears, letter {number} says."),
        share: 0.83,
    };
    TopicDigest {
        number,
        name: name.into(),
        share: 0.2,
        place,
        texts: vec![text],
        ..TopicDigest::default()
    }
}

fn generated(number: usize, n_topics: usize, chance: &mut Generator) -> TopicDigest {
    let terms = (0..60).map(|rank| TermDigest {
        term: format!("word{number}x{rank}"),
        weight: 0.05 / f64::from(rank + 1),
        lift: 1.0 + 30.0 * unit(chance),
    });
    TopicDigest {
        terms: terms.collect(),
        share: 1.0 / n_topics as f64,
        place: (unit(chance), unit(chance)),
        ..named(number, "generated, words")
    }
}

/// In 0..1.
fn unit(chance: &mut Generator) -> f64 {
    chance.below(1_000) as f64 / 1_000.0
}

fn theme(name: &str, by_topic: &[f64]) -> ThemeDigest {
    let covers = (0..by_topic.len()).filter(|&topic| by_topic[topic] >= 0.5).collect();
    ThemeDigest { name: name.into(), by_topic: by_topic.into(), covers }
}

fn figure(name: &str, value: Option<f64>) -> QualityFigure {
    QualityFigure { name: name.into(), value, meaning: "Higher is better.".into() }
}
