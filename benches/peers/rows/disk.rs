//! From disk to disk: records of a .jsonl file in, answers in a file out.
//!
//! A large file against one of 10 MB, and two threads against one, in turns. Files lie in `target/`, where
//! the system may keep them in its cache; what is measured is the program.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};

use crate::Result;
use crate::bench::Bench;
use crate::child::{self, megabytes};
use crate::measure::Turns;
use crate::table::{Line, Outcome, ratio};

const SMALL_BYTES: usize = 10_000_000;

/// The files of this row.
struct Files {
    model: PathBuf,
    one_record: PathBuf,
    small: PathBuf,
    large: PathBuf,
    /// How large the large one is relative to the small one.
    factor: f64,
}

/// Seconds and the most memory of runs that are alike.
#[derive(Default)]
struct Runs {
    seconds: Turns,
    memory: Option<u64>,
}

/// Measures.
pub fn run(bench: &mut Bench) -> Result<Outcome> {
    let files = files(bench)?;
    let [mut start, mut small, mut large, mut small_one, mut large_one] = <[Runs; 5]>::default();
    let n_turns = bench.options.disk_turns;
    for turn in 1..=n_turns {
        start.take(bench, &files, &files.one_record, "2", "start.out")?;
        small.take(bench, &files, &files.small, "2", "small.out")?;
        small_one.take(bench, &files, &files.small, "1", "small.out")?;
        large.take(bench, &files, &files.large, "2", "two.out")?;
        large_one.take(bench, &files, &files.large, "1", "one.out")?;
        eprintln!("   turn {turn} of {n_turns}: {:.1} s", large.seconds.median());
    }
    let alike = same(&bench.folder.join("two.out"), &bench.folder.join("one.out"))?;
    if !alike {
        return Err("one thread and two give different bytes".into());
    }
    let mut outcome = told(bench, &files, [&start, &small, &large, &small_one, &large_one])?;
    outcome.tell("checked: one thread and two give the same bytes");
    if !bench.options.keep {
        for file in
            [files.large, files.small, bench.folder.join("two.out"), bench.folder.join("one.out")]
        {
            fs::remove_file(file)?;
        }
    }
    Ok(outcome)
}

fn files(bench: &Bench) -> Result<Files> {
    let (_, model) = bench.words_of_seeds()?;
    let (folder, large_bytes) = (&bench.folder, bench.options.disk_megabytes * 1_000_000);
    let write = |name: &str, n_bytes: usize, seed: u64| {
        let path = folder.join(name);
        let out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        eprintln!("   writing {name}");
        let (_, n) = bench.recombined.write(out, seed, |_, n| n >= n_bytes, |_| {})?;
        Ok::<(PathBuf, usize), std::io::Error>((path, n))
    };
    let (one_record, _) = write("one-record.jsonl", 1, 3)?;
    let (small, small_bytes) = write("small.jsonl", SMALL_BYTES, 4)?;
    let (large, large_bytes) = write("large.jsonl", large_bytes, 5)?;
    Ok(Files { model, one_record, small, large, factor: large_bytes as f64 / small_bytes as f64 })
}

impl Runs {
    fn take(
        &mut self,
        bench: &Bench,
        files: &Files,
        data: &Path,
        threads: &str,
        out: &str,
    ) -> Result<()> {
        let out = bench.folder.join(out);
        let [data, model, out] = [data, &files.model, &out].map(|path| path.display().to_string());
        let args = [
            "classify",
            &data,
            "--model",
            &model,
            "--format",
            "jsonl",
            "-o",
            &out,
            "--threads",
            threads,
        ];
        let (run, _) = child::measured(&args, &bench.folder)?;
        self.seconds.push(run.seconds);
        self.memory = self.memory.max(run.memory);
        Ok(())
    }
}

fn told(bench: &Bench, files: &Files, runs: [&Runs; 5]) -> Result<Outcome> {
    let [start, small, large, small_one, large_one] = runs;
    let n_bytes = fs::metadata(&files.large)?.len() as usize;
    let factor = files.factor;
    let growth = large.seconds.over(&small.seconds).times(1.0 / factor);
    let without = start.seconds.median();
    let bare = large.seconds.less(without).over(&small.seconds.less(without)).times(1.0 / factor);
    let by_threads = large_one.seconds.over(&large.seconds);
    let speed = |runs: &Runs, n: usize| format!("{:.1} MB/s", runs.seconds.megabytes_per_second(n));
    let large_name = format!("{} MB", bench.options.disk_megabytes);
    let mut outcome = Outcome::default();
    let mut tell = |what: String, runs: &Runs, n: usize| {
        let (seconds, speed) = (runs.seconds.told(3), speed(runs, n));
        outcome.tell(format!("{what}: {seconds} s, {speed}, {}", megabytes(runs.memory)));
    };
    tell(format!("{large_name}, 2 threads"), large, n_bytes);
    tell(format!("{large_name}, 1 thread"), large_one, n_bytes);
    tell("10 MB, 2 threads".into(), small, SMALL_BYTES);
    tell("10 MB, 1 thread".into(), small_one, SMALL_BYTES);
    outcome.tell(format!("one record: {} s", start.seconds.told(3)));
    outcome.tell(format!(
        "cost per MB against that at 10 MB: {}; without the time of one record: {}",
        ratio(&growth),
        ratio(&bare)
    ));
    outcome.tell(format!("2 threads against one: {}", ratio(&by_threads)));
    outcome.lines.push(Line {
        work: format!("classify from disk to disk, {large_name} of .jsonl"),
        against: "cost per MB against that at 10 MB; resident memory; 2 threads against one".into(),
        ours: speed(large, n_bytes),
        theirs: "-".into(),
        reached: format!(
            "{:.2} x (without start: {:.2} x); {}; {:.2} x",
            growth.median(),
            bare.median(),
            megabytes(large.memory),
            by_threads.median()
        ),
        wanted: "at most 1.1 x; at most 300 MB; 1.8 x".into(),
    });
    Ok(outcome)
}

/// Whether two files hold the same bytes.
fn same(one: &Path, other: &Path) -> Result<bool> {
    let open = |path: &Path| File::open(path).map(|file| BufReader::with_capacity(1 << 20, file));
    let (mut one, mut other) = (open(one)?, open(other)?);
    let (mut a, mut b) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    loop {
        let n = one.read(&mut a)?;
        if n == 0 {
            return Ok(other.read(&mut b)? == 0);
        }
        if other.read_exact(&mut b[..n]).is_err() || a[..n] != b[..n] {
            return Ok(false);
        }
    }
}
