//! The workspace's programs: each has a name of its own, because Cargo puts all of them into one folder.
//!
//! Two of one name overwrite each other there, and `sam build` warns of every pair.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// What a folder holds; nothing where the folder does not exist.
fn paths(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn name_of(value: &Value) -> &str {
    value.as_str().expect("a name is text")
}

/// Every package's folder and manifest: those of the workspace's groups, and those that the root manifest names one by one.
fn packages(root: &Path) -> Vec<(PathBuf, Table)> {
    let manifest: Table = fs::read_to_string(root.join("Cargo.toml"))
        .expect("the workspace has a manifest")
        .parse()
        .expect("a manifest is TOML");
    let members = manifest["workspace"]["members"].as_array().expect("the workspace has members");
    let folders = members.iter().flat_map(|member| match name_of(member).strip_suffix("/*") {
        Some(group) => paths(&root.join(group)),
        None => vec![root.join(name_of(member))],
    });
    let with_manifest = folders.filter_map(|folder| {
        let text = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        Some((folder, text.parse().expect("a manifest is TOML")))
    });
    with_manifest.collect()
}

/// The names of a package's programs: those that its manifest gives, and Cargo's own for files that it does not mention.
fn programs(folder: &Path, manifest: &Table) -> BTreeSet<String> {
    let package = name_of(&manifest["package"]["name"]);
    let declared = manifest.get("bin").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let field = |bin: &Value, name: &str| bin.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    let mut names: BTreeSet<String> = declared.iter().map(|bin| field(bin, "name")).collect();
    let files: Vec<String> = declared.iter().map(|bin| field(bin, "path")).collect();
    if folder.join("src/main.rs").is_file() && !files.contains(&"src/main.rs".to_string()) {
        names.insert(package.to_string());
    }
    for path in paths(&folder.join("src/bin")) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let file = if path.is_dir() { format!("src/bin/{name}/main.rs") } else { format!("src/bin/{name}.rs") };
        if folder.join(&file).is_file() && !files.contains(&file) {
            names.insert(name);
        }
    }
    names
}

#[test]
fn no_two_packages_have_a_program_of_one_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..");
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (folder, manifest) in packages(&root) {
        for program in programs(&folder, &manifest) {
            let package = name_of(&manifest["package"]["name"]);
            owners.entry(program).or_default().push(package.to_string());
        }
    }
    // That programs are found at all, whichever of the three ways they come by their name.
    for known in ["lab-01", "solution-01", "solution-06-publish", "lab-09-replay", "workbook"] {
        assert!(owners.contains_key(known), "{known} is missing: {owners:?}");
    }
    let shared: Vec<String> = owners
        .iter()
        .filter(|(_, packages)| packages.len() > 1)
        .map(|(program, packages)| format!("{program}: {}", packages.join(", ")))
        .collect();
    let remedy =
        "give each a [[bin]] in its Cargo.toml with the package's name before its own, as solution-10-archive has";
    assert!(shared.is_empty(), "{remedy}\n{}", shared.join("\n"));
}
