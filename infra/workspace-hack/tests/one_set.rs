//! Whatever a reader builds, each crate has the same features, so Cargo compiles it once: third-party crates and those of `infra`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Its records of a stream hold items, which convert to the types of a table's SDK, and labs without a table shall not compile one.
const TWO_SETS: [&str; 1] = ["aws_lambda_events"];

/// What each lab puts together for itself, by features.
const IN_PARTS: [&str; 1] = ["kit"];

/// The features of every crate in a build, by name and version.
type Features = BTreeMap<String, BTreeSet<String>>;

/// What `cargo tree` says of a selection of packages; `edges` says whether their tests belong to it.
fn features(selection: &[&str], edges: &str) -> Features {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p}|{f}", "-e", edges]);
    let output = cargo.args(selection).current_dir(root).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found = Features::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let line = line.trim_end_matches(" (*)");
        let Some((package, features)) = line.split_once('|') else { continue };
        // A package of the workspace is followed by its folder.
        let mut words = package.split(' ').filter(|word| *word != "(proc-macro)" && !word.starts_with('('));
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            found.entry(format!("{name} {version}")).or_default().insert(features.to_string());
        }
    }
    assert!(found.len() > 20, "the answer is read: {found:?}");
    found
}

#[test]
fn no_crate_has_two_sets_of_features() {
    const WITH_TESTS: &str = "normal,build,dev";
    let labs: Vec<String> = (1..=12).map(|lab| format!("lab-{lab:02}")).collect();
    let mut builds: Vec<(String, Features)> =
        labs.iter().map(|lab| (format!("cargo test -p {lab}"), features(&["-p", lab], WITH_TESTS))).collect();
    // What a board builds of a lab that it runs: no tests, and so no kit, whose crates it must not need.
    builds.extend(labs.iter().map(|lab| (format!("the functions of {lab}"), features(&["-p", lab], "normal,build"))));
    builds.push(("cargo run".to_string(), features(&["-p", "workbook"], "normal,build")));
    builds.push(("cargo xtask".to_string(), features(&["-p", "xtask"], "normal,build")));
    // Functions are built without their tests.
    builds.push((
        "the board's functions".to_string(),
        features(&["-p", "solution-05", "-p", "solution-06", "-p", "solution-08"], "normal,build"),
    ));
    builds.push(("cargo test".to_string(), features(&[], WITH_TESTS)));

    let mut sets: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
    for (build, features) in &builds {
        for (package, lists) in features {
            for list in lists {
                sets.entry(package).or_default().entry(list).or_default().push(build);
            }
        }
    }
    let is_known =
        |package: &str| TWO_SETS.iter().chain(&IN_PARTS).any(|known| package.split(' ').next() == Some(known));
    let twice: Vec<String> = sets
        .iter()
        .filter(|(package, lists)| lists.len() > 1 && !is_known(package))
        .map(|(package, lists)| {
            let lists = lists.iter().map(|(list, builds)| format!("\n  [{list}] in {}", builds.join(", ")));
            format!("{package}{}", lists.collect::<String>())
        })
        .collect();
    assert!(
        twice.is_empty(),
        "Cargo compiles these more than once. Name them, with all features, in the manifests of infra/workspace-hack:\n{}",
        twice.join("\n")
    );
}
