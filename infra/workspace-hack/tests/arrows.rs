//! Which packages may know which: a package of `infra` depends only on packages that stand below it. So each compiles, and can be read,
//! without those above.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The packages of `infra` from the ground up. Those of one floor do not know each other. Everybody may depend on `workspace-hack`.
const FLOORS: [&[&str]; 8] = [
    &["workspace-hack"],
    // Data, and how labs are cut: neither knows of a socket.
    &["course", "stack"],
    &["models"],
    // From text to data. Its tests compile models.
    &["cloudformation"],
    // What reads a stack: the local cloud runs it, and `cost` counts what is paid for.
    &["cost", "local"],
    // What is plugged into the local cloud.
    &["dynamodb", "s3"],
    // What checks are written in, and the command. Neither waits for the other.
    &["kit", "workbook"],
    &["xtask"],
];

/// Libraries that a learner waits for only where a lab needs them: who alone may bring each. SQLite comes with tables and with buckets:
/// both must be whole after a kill, and it is compiled once for both.
const ALONE: [(&str, &[&str]); 3] =
    [("dynoxide-rs", &["dynamodb"]), ("rusqlite", &["dynamodb", "s3"]), ("jsonschema", &["models"])];

/// A package of the workspace.
struct Package {
    name: String,
    /// The folder that its own is in: `infra`, `labs`, …
    folder: String,
    /// What it depends on: a name, and whether that is for its tests alone.
    dependencies: Vec<(String, bool)>,
}

fn packages() -> Vec<Package> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--locked", "--offline", "--format-version", "1"]).current_dir(root);
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let package = |package: &Value| {
        let manifest = text(&package["manifest_path"]);
        let folder = Path::new(&manifest).ancestors().nth(2).and_then(Path::file_name).unwrap_or_default();
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        let dependencies = dependencies.map(|one| (text(&one["name"]), one["kind"] == "dev")).collect();
        Package { name: text(&package["name"]), folder: folder.to_string_lossy().into_owned(), dependencies }
    };
    metadata["packages"].as_array().into_iter().flatten().map(package).collect()
}

fn floor(package: &str) -> Option<usize> {
    FLOORS.iter().position(|packages| packages.contains(&package))
}

#[test]
fn no_package_of_infra_depends_on_one_above_it() {
    let packages: Vec<Package> = packages().into_iter().filter(|package| package.folder == "infra").collect();
    let mut listed = FLOORS.concat();
    let mut found: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    listed.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, listed, "each package of infra stands on one floor");
    for Package { name, dependencies, .. } in &packages {
        for (to, _) in dependencies.iter().filter(|(to, _)| floor(to).is_some()) {
            assert!(floor(to) < floor(name), "{name} depends on {to}, which stands no lower");
        }
    }
}

#[test]
fn functions_meet_the_local_cloud_in_their_checks_alone() {
    let packages = packages();
    let functions = packages.iter().filter(|package| ["labs", "solutions"].contains(&package.folder.as_str()));
    let mut seen = 0;
    for Package { name, dependencies, .. } in functions {
        seen += 1;
        for (to, in_tests) in dependencies.iter().filter(|(to, _)| floor(to).is_some()) {
            let may = to == "workspace-hack" || (to == "kit" && *in_tests);
            assert!(may, "{name} depends on {to}");
        }
    }
    assert!(seen >= 24, "the functions are found: {seen}");
}

#[test]
fn what_takes_long_to_compile_comes_with_one_package_alone() {
    for Package { name, dependencies, .. } in packages() {
        for (library, owners) in ALONE {
            let depends = dependencies.iter().any(|(to, _)| to == library);
            assert_eq!(depends, owners.contains(&name.as_str()), "{name}: {library} comes with {owners:?}");
        }
        let sdk = dependencies.iter().find(|(to, _)| to.starts_with("aws-sdk-"));
        let is_cloud = ["cloudformation", "dynamodb", "local", "models", "s3", "stack"].contains(&name.as_str());
        assert!(!is_cloud || sdk.is_none(), "{name} depends on {sdk:?}");
    }
}
