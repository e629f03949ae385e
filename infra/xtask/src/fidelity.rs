//! `fidelity`: the page that admits what the local cloud has, on which evidence, and what it does otherwise than AWS.
//!
//! Its lists are made, so that they cannot be forgotten: operations from the services' own tables, properties from what the readers of
//! templates ask for in the good cases and in the course's templates, differences and evidence from `book/fidelity.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cloudformation::StackOptions;
use serde::Deserialize;

use crate::made::{MadeError, bring, put, read};

/// The page.
const PAGE: &str = "book/src/fidelity.md";
/// What only people know.
const KNOWN: &str = "book/fidelity.toml";
/// Cases of AWS's behaviour.
const CASES: [&str; 2] = ["tests/conformance/cases.json", "tests/conformance/neighbours.json"];
/// Templates that between them have every property that is read.
const TEMPLATES: [&str; 3] = ["infra/cloudformation/src/cases/good", "infra", "solutions"];

/// Why the page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FidelityError {
    /// A file cannot be read or written, or is old.
    #[error(transparent)]
    Made(#[from] MadeError),
    /// A file does not say what it should.
    #[error("{0}: {1}")]
    Form(String, String),
    /// What the file knows and what there is are two things.
    #[error("{KNOWN} and the local cloud disagree:\n  {}\nMend the file, then run the same command again.", .0.join("\n  "))]
    Disagreement(Vec<String>),
}

/// How an answer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Evidence {
    Recorded,
    Documentation,
    Reading,
}

impl Evidence {
    fn words(self) -> &'static str {
        match self {
            Evidence::Recorded => "recorded",
            Evidence::Documentation => "documentation",
            Evidence::Reading => "own reading",
        }
    }

    /// The class of a case's tag, as `tests/conformance` has them.
    fn of_case(tag: &str) -> Option<Evidence> {
        match tag {
            "recorded" | "transcript" | "validated" => Some(Evidence::Recorded),
            "docs" | "source" => Some(Evidence::Documentation),
            "derived" | "impl" => Some(Evidence::Reading),
            _ => None,
        }
    }
}

/// `book/fidelity.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    service: Vec<KnownService>,
    gap: Vec<Gap>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownService {
    prefix: String,
    name: String,
    evidence: Evidence,
    why: String,
    #[serde(default)]
    except: Vec<Exception>,
}

/// Operations whose answers are known otherwise than the service's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    evidence: Evidence,
    operations: Vec<String>,
}

/// Something that AWS does and the local cloud does not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    of: String,
    what: String,
    aws: String,
}

#[derive(Debug, Deserialize)]
struct Case {
    topic: String,
    evidence: String,
}

/// Makes the page, or with `check` compares it with what it would be.
///
/// # Errors
///
/// See [`FidelityError`].
pub fn run(root: &Path, check: bool) -> Result<(), FidelityError> {
    bring(root, PAGE, "fidelity", check, |page| made(root, page))
}

/// The page with its lists as they are now.
fn made(root: &Path, page: &str) -> Result<String, FidelityError> {
    let text = read(&root.join(KNOWN))?;
    let known: Known = toml::from_str(&text).map_err(|why| FidelityError::Form(KNOWN.to_string(), why.to_string()))?;
    let services = services();
    let wrong = disagreements(&known, &services);
    if !wrong.is_empty() {
        return Err(FidelityError::Disagreement(wrong));
    }
    let understood = understood(root)?;
    let lists = [
        ("gaps", gaps(&known)),
        ("cases", cases(root)?),
        ("operations", operations(&known, &services)),
        ("types", types(&understood)),
        ("taken", taken()),
    ];
    lists.iter().try_fold(page.to_string(), |page, (name, list)| Ok(put(PAGE, &page, name, list)?))
}

/// The services by the prefix of their actions, with the names of their operations.
fn services() -> BTreeMap<&'static str, Vec<&'static str>> {
    let hosted = [("dynamodb", dynamodb::operations()), ("s3", s3::operations())];
    local::endpoint::operations().into_iter().chain(hosted).collect()
}

fn disagreements(known: &Known, services: &BTreeMap<&str, Vec<&str>>) -> Vec<String> {
    let mut wrong = Vec::new();
    for prefix in services.keys().filter(|prefix| !known.service.iter().any(|service| service.prefix == **prefix)) {
        wrong.push(format!("it says nothing of {prefix}"));
    }
    for service in &known.service {
        let Some(operations) = services.get(service.prefix.as_str()) else {
            wrong.push(format!("there is no service {}", service.prefix));
            continue;
        };
        let excepted = service.except.iter().flat_map(|exception| &exception.operations);
        for operation in excepted.filter(|operation| !operations.contains(&operation.as_str())) {
            wrong.push(format!("{} has no {operation}", service.prefix));
        }
    }
    wrong
}

fn gaps(known: &Known) -> String {
    let mut lines = vec!["| Of | Here | On AWS |".to_string(), "|---|---|---|".to_string()];
    lines.extend(known.gap.iter().map(|gap| format!("| {} | {} | {} |", gap.of, gap.what, gap.aws)));
    lines.join("\n") + "\n"
}

fn cases(root: &Path) -> Result<String, FidelityError> {
    let mut topics: BTreeMap<String, BTreeMap<Evidence, usize>> = BTreeMap::new();
    for file in CASES {
        let cases: Vec<Case> = serde_json::from_str(&read(&root.join(file))?)
            .map_err(|why| FidelityError::Form(file.to_string(), why.to_string()))?;
        for case in cases {
            let Some(evidence) = Evidence::of_case(&case.evidence) else {
                return Err(FidelityError::Form(
                    file.to_string(),
                    format!("{} is not a class of evidence", case.evidence),
                ));
            };
            *topics.entry(case.topic).or_default().entry(evidence).or_default() += 1;
        }
    }
    let classes = [Evidence::Recorded, Evidence::Documentation, Evidence::Reading];
    let mut lines =
        vec![format!("| Topic | {} |", classes.map(Evidence::words).join(" | ")), "|---|--:|--:|--:|".to_string()];
    for (topic, counts) in &topics {
        let counts = classes.map(|class| counts.get(&class).map(usize::to_string).unwrap_or_default());
        lines.push(format!("| {} | {} |", topic.replace('-', " "), counts.join(" | ")));
    }
    Ok(lines.join("\n") + "\n")
}

fn operations(known: &Known, services: &BTreeMap<&str, Vec<&str>>) -> String {
    let mut blocks = Vec::new();
    for service in &known.service {
        let mut by_class: BTreeMap<Evidence, Vec<&str>> = BTreeMap::new();
        for operation in &services[service.prefix.as_str()] {
            let exception = service.except.iter().find(|one| one.operations.iter().any(|name| name == operation));
            by_class.entry(exception.map_or(service.evidence, |one| one.evidence)).or_default().push(operation);
        }
        let mut block = format!("**{}.** {}\n", service.name, service.why);
        for (evidence, names) in by_class {
            block.push_str(&format!("\n- {}: {}", evidence.words(), in_code(names)));
        }
        blocks.push(block);
    }
    blocks.join("\n\n") + "\n"
}

/// What the readers of templates ask for, from every template that the repository reads without a finding.
fn understood(root: &Path) -> Result<BTreeMap<&'static str, BTreeSet<&'static str>>, FidelityError> {
    let mut all: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
    for folder in TEMPLATES {
        for path in yaml_below(&root.join(folder))? {
            for (of, names) in cloudformation::understood(&read(&path)?, &path, &StackOptions::default()) {
                all.entry(of).or_default().extend(names);
            }
        }
    }
    Ok(all)
}

fn yaml_below(folder: &Path) -> Result<Vec<PathBuf>, FidelityError> {
    let failed = |why| MadeError::File { path: folder.to_path_buf(), why };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let template = path.join("template.yaml");
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        } else if template.is_file() {
            files.push(template);
        }
    }
    files.sort();
    Ok(files)
}

fn types(understood: &BTreeMap<&'static str, BTreeSet<&'static str>>) -> String {
    let overlooked: Vec<(String, &str)> = cloudformation::deployment_only().collect();
    let properties = |of: &str| -> Vec<&str> {
        let prefix = format!("{of}.");
        let below = overlooked.iter().filter_map(|(name, _)| name.strip_prefix(&prefix));
        below.filter(|name| !name.contains('.')).collect()
    };
    let mut lines = vec!["| Type | Acted on | Taken |".to_string(), "|---|---|---|".to_string()];
    for (of, names) in understood.iter().filter(|(of, _)| of.starts_with("AWS::")) {
        let taken = properties(of);
        let acted_on = names.iter().copied().filter(|name| !taken.contains(name));
        lines.push(format!("| `{of}` | {} | {} |", in_code(acted_on), in_code(taken.iter().copied())));
    }
    lines.join("\n") + "\n"
}

/// Types and properties that do nothing here, by their reasons.
fn taken() -> String {
    let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, reason) in cloudformation::deployment_only() {
        reasons.entry(reason).or_default().push(name);
    }
    let mut lines = vec!["| Why | What |".to_string(), "|---|---|".to_string()];
    lines.extend(
        reasons.iter().map(|(why, names)| format!("| {why} | {} |", in_code(names.iter().map(String::as_str)))),
    );
    lines.join("\n") + "\n"
}

fn in_code<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        course::root::workspace().expect("the tests run in the workbook")
    }

    #[test]
    fn the_page_is_as_it_would_be_made() {
        run(&root(), true).unwrap();
    }

    #[test]
    fn a_service_that_is_forgotten_and_an_operation_that_is_gone_are_named() {
        let text = "gap = []\n[[service]]\nprefix = \"sts\"\nname = \"STS\"\nevidence = \"reading\"\nwhy = \"\"\n\
                    [[service.except]]\nevidence = \"recorded\"\noperations = [\"AssumeRole\"]\n";
        let known: Known = toml::from_str(text).unwrap();
        let services = BTreeMap::from([("sts", vec!["GetCallerIdentity"]), ("sqs", vec!["SendMessage"])]);
        assert_eq!(disagreements(&known, &services), ["it says nothing of sqs", "sts has no AssumeRole"]);
    }

    /// Every type that a reader has is read from some template: none is missing on the page.
    #[test]
    fn every_supported_type_is_on_the_page() {
        let page = fs::read_to_string(root().join(PAGE)).unwrap();
        let missing: Vec<&str> =
            cloudformation::supported_types().filter(|name| !page.contains(&format!("`{name}`"))).collect();
        assert_eq!(missing, Vec::<&str>::new());
    }
}
