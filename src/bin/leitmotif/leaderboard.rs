//! `leitmotif evaluate --learner all`: every learner in turn on the same split.

use std::time::Instant;

use leitmotif::audit::Copies;
use leitmotif::classify::LearnerKind;
use leitmotif::evaluate::Evaluation;
use leitmotif::pipeline::{Progress, Split, Wishes, cross_validate};
use leitmotif::report::leaderboard;
use leitmotif::{Error, Result};
use serde::Serialize;

use crate::args::{self, PageFormat};
use crate::evaluate::json_page;
use crate::progress::Bar;
use crate::{memory, train};

/// The page.
pub fn page(args: &args::Evaluate, format: PageFormat) -> Result<String> {
    let Some(n_folds) = args.cv else {
        return Err(Error::settings("--learner all compares learners on folds: add --cv K"));
    };
    if !matches!(format, PageFormat::Text | PageFormat::Json) || args.learning_curve {
        return Err(Error::settings(
            "the leaderboard of all learners comes as text or json, and without a learning curve",
        ));
    }
    let wishes = train::unchecked_settings(&args.settings, &args.data)?;
    let tokenizer = train::tokenizer(&args.settings)?;
    let (corpus, _) = train::load(&args.data, args.form.data_format.map(Into::into), &wishes)?;
    let params = wishes.settled();
    let copies = Copies::find(&corpus.texts, params.seed)?;
    let split = Split::folds(&params, &corpus, &copies, n_folds)?;
    let mut entries = Vec::new();
    for learner in LearnerKind::ALL {
        let wishes = settings_of(learner, &wishes);
        memory::forget_peak();
        let begin = Instant::now();
        let bar = Named { bar: Bar::new(false), learner };
        let answers = cross_validate(&wishes, &corpus, &split, &tokenizer, &[], &bar);
        let seconds = begin.elapsed().as_secs_f64();
        let judged = answers.map(|own| Evaluation::new(&own.judged)).map_err(|e| e.to_string());
        let judged = judged.as_ref().map_err(String::clone);
        entries.push(leaderboard::Entry::new(learner.name(), judged, seconds, memory::peak()));
    }
    leaderboard::sort(&mut entries);
    match format {
        PageFormat::Json => {
            json_page(serde_json::to_string_pretty(&Board { n_folds, learners: &entries }))
        }
        _ => Ok(leaderboard::table(&entries)),
    }
}

/// The leaderboard as JSON.
#[derive(Serialize)]
struct Board<'a> {
    n_folds: usize,
    learners: &'a [leaderboard::Entry],
}

/// `wishes` for another learner, without what that learner does not have.
fn settings_of(learner: LearnerKind, wishes: &Wishes) -> Wishes {
    let is_blend = learner == LearnerKind::Blend;
    Wishes {
        learner: Some(learner),
        cost: wishes.cost.filter(|_| learner.has_cost() || is_blend),
        smoothing: wishes.smoothing.filter(|_| learner.has_smoothing() || is_blend),
        blend: wishes.blend.clone().filter(|_| is_blend),
        ..wishes.clone()
    }
}

/// A bar that tells the learner, too.
struct Named {
    bar: Bar,
    learner: LearnerKind,
}

impl Progress for Named {
    fn stage(&self, _name: &str, n_steps: usize) {
        self.bar.stage(self.learner.name(), n_steps);
    }

    fn advance(&self, n_steps: usize) {
        self.bar.advance(n_steps);
    }
}
