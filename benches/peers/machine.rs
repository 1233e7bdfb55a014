//! What machine this is: figures of time are nothing without it.

use std::fs;

use crate::Result;

/// Its processor and how many cores of it there are, in words.
pub fn machine() -> Result<String> {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model =
        model.map_or("an unknown processor", |name| name.trim_start_matches([' ', '\t', ':']));
    Ok(format!("{model}, {} cores", std::thread::available_parallelism()?))
}
