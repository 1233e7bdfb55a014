//! Topics as a whole: texts in, topics with names, grades and examples out; and the topics of new texts.
//!
//! * [`texts`]: what topics are found in, from articles and records;
//! * [`settings`]: what they are found by;
//! * [`themes`]: a codebook's seed words, and how topics stand to its themes;
//! * [`mod@fit`]: texts to [`Topics`], by `material` and `learn`; how many there are is chosen by `choose`, rival fits and figures come
//!   from `judge`, examples and months from `shown`; topics that stay as they are come from `kept`;
//! * [`digest`]: what is known of them beside numbers;
//! * [`mod@reader`]: the fitted whole, which sees them in other texts;
//! * [`matching`]: two fits side by side.

mod choose;
pub mod digest;
pub mod fit;
mod judge;
mod kept;
mod learn;
pub mod matching;
mod material;
pub mod reader;
pub mod settings;
mod shown;
pub mod texts;
pub mod themes;

pub use digest::{CurvePoint, Digest, Figures, MonthShare, ShownText, StabilityNotes, TopicNotes};
pub use fit::{Beside, FitRequest};
pub use matching::Matching;
pub use reader::{TopicMemory, Topics};
pub use settings::{Method, TopicSettings};
pub use texts::{TextPlace, TextUnit, TopicTexts};
pub use themes::{Theme, ThemeShare};
