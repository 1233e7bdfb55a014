//! The virtual environment of the peers: made once, made anew where the requirements change.
//!
//! Leaves the path of its `python`. An environment that is named is taken as it is. Other benches use this file, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;

/// The `python` of the environment `given`, or of the one of the bench `name` in `target`, which is made where it is missing.
pub fn python(given: Option<&Path>, target: &Path, name: &str) -> Result<PathBuf> {
    let folder = given.map_or_else(|| target.join(format!("{name}-venv")), Path::to_path_buf);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if given.is_none() {
        // Written last, so that half an environment is never taken for a whole one.
        let installed = folder.join("requirements.installed");
        let wanted = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(name);
        let wanted = wanted.join("requirements.txt");
        let requirements = fs::read_to_string(&wanted)?;
        if fs::read_to_string(&installed).is_ok_and(|found| found == requirements) {
            return Ok(python);
        }
        make(&folder, &python, &wanted)?;
        fs::write(installed, requirements)?;
    } else if !python.is_file() {
        return Err(format!("{} is no virtual environment", folder.display()).into());
    }
    Ok(python)
}

fn make(folder: &Path, python: &Path, requirements: &Path) -> Result<()> {
    eprintln!("making {} with the peers (some minutes, once)", folder.display());
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(folder);
    run(&mut venv, "python3 with its module venv is needed: install python3 and python3-venv")?;
    let mut install = Command::new(python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    install.arg(requirements);
    run(
        &mut install,
        "the peers could not be installed: a network is needed, or --venv DIR with an environment that has them",
    )
}

fn run(command: &mut Command, hint: &str) -> Result<()> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{hint} ({command:?}: {status})").into()),
        Err(error) => Err(format!("{hint} ({command:?}: {error})").into()),
    }
}
