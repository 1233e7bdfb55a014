//! x
use super::document::Document;
/// x
pub fn page(_document: &Document) -> String {
    String::new()
}
