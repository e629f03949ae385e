//! Each rule for hints, proved by one edit of a file that keeps to all of them.

use std::fs;

use course::lab::Lab;
use course_linter::hints::faults;

const MANIFEST: &str = "[package]\nname = \"solution-07\"\ndescription = \"Permissions\"\n\n[[test]]\nname = \"check\"\npath = \"../../labs/lab-07/tests/check.rs\"\n";
const SOURCE: &str = "fn a() {\n    // lab-07.1 begin\n    grant(\"dynamodb:Query\");\n    // lab-07.1 starter\n    // | // TODO(lab-07.1): grant it\n    // lab-07.1 end\n}\n";
const GOOD: &str = "[[todo]]\nid = \"lab-07.1\"\nconcept = \"A policy allows what it names.\"\npage = \"07-permissions.md#what-is-named\"\nneighbour = \"\"\"\nAnother table:\n    read()\n\"\"\"\n\n\
    [[answer]]\nname = \"07.1-grants-all\"\nobserved = \"The function may do everything to the table, where it needs one action.\"\n";

/// The faults of the hints after replacing `from` by `to`.
fn faults_after(from: &str, to: &str) -> Vec<String> {
    assert!(GOOD.contains(from));
    let root = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("solutions/solution-07/Cargo.toml", MANIFEST),
        ("solutions/solution-07/src/main.rs", SOURCE),
        (
            "tests/wrong-answers/lab-07/07.1-grants-all.rs",
            "//! All will do.\n//! says: everything\n    grant(\"*\");\n",
        ),
        ("book/src/07-permissions.md", "# 07 Permissions\n\n## What is *named*\n\n## The task\n\n`TODO(lab-07.1)`\n"),
        ("book/hints/07.toml", &GOOD.replacen(from, to, 1)),
    ] {
        let file = root.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let lab = Lab::read(root.path(), "07").unwrap();
    match faults(root.path(), &lab) {
        Ok(faults) => faults.iter().map(ToString::to_string).collect(),
        Err(fault) => vec![fault.to_string()],
    }
}

#[test]
fn every_rule_names_the_line_and_what_to_do() {
    assert_eq!(faults_after("Another", "Another"), Vec::<String>::new());
    for (from, to, fault) in [
        ("id = \"lab-07.1\"", "id = \"lab-07.2\"", "book/hints/07.toml:1: the TODO lab-07.1 has no [[todo]]; add one"),
        (
            "07.1-grants-all",
            "07.1-grants",
            "book/hints/07.toml:1: the wrong answer 07.1-grants-all has no [[answer]]; add one",
        ),
        (
            "concept = \"A policy allows what it names.\"",
            "",
            "book/hints/07.toml:2: the TODO lab-07.1 has no `concept`; write it",
        ),
        (
            "#what-is-named",
            "#what",
            "book/hints/07.toml:2: the page 07-permissions.md#what has no heading of that anchor; mend `page`",
        ),
        (
            "The function may do everything to the table, where it needs one action.",
            "No.",
            "book/hints/07.toml:11: `observed` has 3 characters; one or two sentences have 40 to 400",
        ),
        (
            "A policy allows what it names.",
            "Write grant(\\\"dynamodb:Query\\\"); there.",
            "book/hints/07.toml:2: `concept` gives away a line of the solution, `grant(\"dynamodb:Query\");`; say it in words",
        ),
        ("[[todo]]", "[[TODO", "book/hints/07.toml:1: is not TOML"),
    ] {
        let found = faults_after(from, to);
        assert!(found.iter().any(|line| line.starts_with(fault)), "{fault}\nis not among\n{}", found.join("\n"));
    }
}
