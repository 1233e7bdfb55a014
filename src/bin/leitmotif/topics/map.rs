//! `leitmotif topics map`: a file of topics in, a page for the browser out.

use leitmotif::Result;
use leitmotif::report::topics::assemble::document;
use leitmotif::report::topics_page;

use super::load;
use crate::args::topics::Map;
use crate::output::{Output, write_page};
use crate::{Outcome, notice, train};

pub fn run(args: &Map) -> Result<Outcome> {
    train::refuse_overwriting(&args.out, std::slice::from_ref(&args.model))?;
    let topics = load(&args.model)?;
    let output = Output::open(Some(&args.out))?;
    let name = args.model.file_stem().map(|name| name.to_string_lossy().into_owned());
    let document = document(&topics, &format!("Topics of {}", name.unwrap_or_default()))?;
    write_page(output, &topics_page::page(&document))?;
    notice(&format!("wrote {}", args.out.display()));
    Ok(Outcome::AllGood)
}
