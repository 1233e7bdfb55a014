//! How much memory this process held at most, where the system tells.

use std::fs;

/// Forgets what was held until now, so that [`peak`] tells of what comes. Where the system does not
/// offer it, the peak stays that of the whole run.
pub fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The most resident memory since [`forget_peak`], in bytes; `None` where the system does not tell.
pub fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}
