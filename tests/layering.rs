//! The house keeps its shape: imports run downwards, and the map names what exists.
//!
//! Enters: the files of `src/` and ARCHITECTURE.md. Where a test here fails, the thing lies in the
//! wrong file, or the map is out of date.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The layer of each module; a module may import lower layers alone.
const LAYERS: [(&str, usize); 18] = [
    ("error", 0),
    ("corpus", 1),
    ("cpu", 1),
    ("math", 1),
    ("matrix", 1),
    ("output", 1),
    ("read", 2),
    ("segment", 2),
    ("tokenize", 2),
    ("evaluate", 3),
    ("vectorize", 3),
    ("audit", 4),
    ("classify", 4),
    ("topics", 4),
    ("pipeline", 5),
    ("model_file", 6),
    ("report", 7),
    ("shipped", 7),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The modules that a file names behind `crate::`, tests and comments left aside.
fn imports(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or(source);
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in lines {
        for behind in line.split("crate::").skip(1) {
            let name: String =
                behind.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push(name);
        }
    }
    found
}

#[test]
fn imports_run_downwards() {
    let layers: BTreeMap<&str, usize> = LAYERS.into_iter().collect();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut n_seen = 0;
    for path in sources(&src) {
        let inside = path.strip_prefix(&src).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs");
        if module == "lib" || module == "bin" {
            continue;
        }
        let own = layers.get(module).unwrap_or_else(|| panic!("{module} has no layer"));
        for import in imports(&fs::read_to_string(&path).unwrap()) {
            n_seen += 1;
            let is_reexport = ["Error", "ErrorKind", "Result"].contains(&import.as_str());
            let layer = layers.get(import.as_str()).copied().or(is_reexport.then_some(0));
            let layer = layer.unwrap_or_else(|| panic!("{}: crate::{import}?", inside.display()));
            if import != module && layer >= *own {
                wrong.push(format!("{} imports {import}", inside.display()));
            }
        }
    }
    assert!(n_seen > 50, "the test has lost sight of the imports: {n_seen}");
    assert!(wrong.is_empty(), "imports that do not run downwards:\n{}", wrong.join("\n"));
}

#[test]
fn the_program_uses_the_library_as_a_stranger_would() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/leitmotif");
    for path in sources(&folder) {
        let source = fs::read_to_string(&path).unwrap();
        assert!(!source.contains("#[path"), "{} reaches into the library", path.display());
    }
}

#[test]
fn the_map_names_every_module_and_every_path_it_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    for (module, _) in LAYERS {
        assert!(map.contains(&format!("`{module}")), "ARCHITECTURE.md does not name {module}");
    }
    let named = map.split('`').skip(1).step_by(2);
    let paths = named.filter(|name| {
        !name.contains(' ')
            && (name.ends_with(".rs") || name.ends_with('/') || name.ends_with(".md"))
    });
    let mut n_paths = 0;
    for path in paths {
        n_paths += 1;
        let exists = root.join(path).exists() || root.join("src").join(path).exists();
        assert!(exists, "ARCHITECTURE.md names {path}, which does not exist");
    }
    assert!(n_paths > 20, "the map names only {n_paths} paths");
}

#[test]
fn every_source_file_opens_with_what_it_is_for() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&src) {
        let source = fs::read_to_string(&path).unwrap();
        assert!(source.starts_with("//! "), "{} has no header", path.display());
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let map = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let tables = manifest.split("[dependencies]").nth(1).unwrap();
    let lines = tables.lines().take_while(|line| !line.starts_with("[profile"));
    let names = lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    for name in names {
        assert!(map.contains(&format!("`{name}`")), "ARCHITECTURE.md gives no reason for {name}");
    }
}
