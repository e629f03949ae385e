//! Templates in, stacks or error texts out.
//!
//! Every file of `cases/good` has beside it an excerpt of the stack that it describes; every file of `cases/bad` has the errors
//! that it is refused with, word for word; every file of `cases/expanded` has what SAM's transform makes of it, which the local
//! cloud need not run, or SAM's refusal. CI holds these against AWS's transform. A case's settings are in its first comments: `# set Stage=prod`, `# site_domain
//! 127.0.0.1:8081`, `# api_domain 127.0.0.1:8082`, `# s3_domain 127.0.0.1:8083`. `cargo xtask bless --templates` writes both kinds of files anew.

mod attributes;
mod deep;
mod golden;
mod mutations;

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use golden::Ordered;

use stack::{Architecture, LoggingLevel, Stack};

use super::{SamInput, StackOptions, TemplateError, deployment_only, expand, parse};

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cases").join(folder);
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    files.sort();
    assert!(!files.is_empty(), "no cases in {}", folder.display());
    files
}

fn load(path: &Path) -> Result<Stack, TemplateError> {
    parse(
        &std::fs::read_to_string(path).unwrap(),
        path,
        &StackOptions { models: Some(models::compile), ..StackOptions::default() },
    )
}

fn check(path: &Path) -> Result<Stack, TemplateError> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut options = StackOptions { models: Some(models::compile), ..StackOptions::default() };
    for line in text.lines() {
        if let Some((name, value)) = line.strip_prefix("# set ").and_then(|set| set.split_once('=')) {
            options.parameters.insert(name.to_string(), value.to_string());
        } else if let Some(domain) = line.strip_prefix("# s3_domain ") {
            options.addresses.s3_domain = Some(domain.to_string());
        } else if let Some(domain) = line.strip_prefix("# site_domain ") {
            options.addresses.site_domain = Some(domain.to_string());
        } else if let Some(domain) = line.strip_prefix("# api_domain ") {
            options.addresses.api_domain = Some(domain.to_string());
        }
    }
    // Errors name the file as it was given; the cases' texts hold its name alone.
    parse(&text, path, &options).map_err(|error| TemplateError { path: path.file_name().unwrap().into(), ..error })
}

/// Where `found` is not what `expected` says. Keys that `expected` leaves out may be anything, `null` means absent.
fn difference(expected: &Json, found: &Json, at: &str) -> Option<String> {
    match (expected, found) {
        (Json::Object(expected), Json::Object(found)) => expected
            .iter()
            .find_map(|(key, value)| difference(value, found.get(key).unwrap_or(&Json::Null), &format!("{at}.{key}"))),
        (Json::Array(expected), Json::Array(found)) if expected.len() == found.len() => {
            let pairs = expected.iter().zip(found).enumerate();
            pairs.into_iter().find_map(|(index, (one, other))| difference(one, other, &format!("{at}[{index}]")))
        }
        _ if expected == found => None,
        _ => Some(format!("{at}: expected {expected}, found {found}")),
    }
}

#[test]
fn a_good_template_becomes_a_stack() {
    for path in cases("good") {
        let stack = check(&path).unwrap_or_else(|error| panic!("{error}"));
        // Code lies in this package's folder, which is another on every machine.
        let text = serde_json::to_string(&stack).unwrap().replace(env!("CARGO_MANIFEST_DIR"), ".");
        let found = serde_json::from_str(&text).unwrap();
        let file = path.with_extension("json");
        let kept = std::fs::read_to_string(&file);
        let expected: Option<Json> = kept.as_ref().ok().map(|kept| serde_json::from_str(kept).unwrap());
        let difference = match &expected {
            Some(expected) => difference(expected, &found, "stack"),
            None => Some("no .json beside it; cargo xtask bless --templates makes one".to_string()),
        };
        match difference {
            None => {}
            Some(_) if golden::are_blessed() => {
                let whole = Ordered::parse(&text);
                let text = kept.map_or_else(|_| whole.text(), |kept| Ordered::parse(&kept).updated(&whole).text());
                std::fs::write(&file, text).unwrap();
            }
            Some(difference) => panic!("{}: {difference}", path.display()),
        }
    }
}

#[test]
fn a_bad_template_is_refused_with_all_that_is_wrong() {
    for path in cases("bad") {
        let error = check(&path).expect_err(&format!("{} was accepted", path.display()));
        let file = path.with_extension("txt");
        let expected = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
        let said = error.to_string();
        if golden::are_blessed() && said.trim_end() != expected.trim_end() {
            std::fs::write(&file, format!("{}\n", said.trim_end())).unwrap();
            continue;
        }
        assert_eq!(said.trim_end(), expected.trim_end(), "{}", path.display());
    }
}

#[test]
fn a_sam_template_becomes_what_awss_transform_makes_of_it() {
    for path in cases("expanded") {
        let text = std::fs::read_to_string(&path).unwrap();
        let input = SamInput { region: stack::REGION.to_string(), ..SamInput::default() };
        let (said, file) = match expand(&text, &path, &input) {
            Ok(template) => (template, path.with_extension("json")),
            Err(refusal) => (refusal.to_string(), path.with_extension("txt")),
        };
        let expected = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
        if golden::are_blessed() && said.trim_end() != expected.trim_end() {
            std::fs::write(&file, format!("{}\n", said.trim_end())).unwrap();
            continue;
        }
        assert_eq!(said.trim_end(), expected.trim_end(), "{}", path.display());
    }
}

#[test]
fn the_template_of_the_board_loads() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let stack = load(&path).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(stack.functions.len(), 3);
    let code = stack.functions[0].code.clone();
    assert!(code.is_absolute() && code.ends_with("solutions/solution-05"), "{}", code.display());
    let mapping = &stack.event_source_mappings[0];
    assert!(stack.tables.iter().any(|table| table.name == mapping.table));
    assert!(stack.functions.iter().any(|function| function.name == mapping.function));
}

#[test]
fn parameters_of_the_board_switch_what_they_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let with = |given: &[(&str, &str)]| {
        let parameters = given.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        parse(&text, &path, &StackOptions { parameters, ..StackOptions::default() })
    };
    let plain = with(&[]).unwrap();
    let may_trace = |stack: &Stack| stack.functions.iter().all(|one| one.role.allows("xray:PutTraceSegments", "*"));
    assert!(plain.functions.iter().all(|one| one.architecture == Architecture::Arm64 && !one.is_traced));
    assert!(!may_trace(&plain));
    let changed = with(&[("Architecture", "x86_64"), ("Tracing", "true")]).unwrap();
    assert!(changed.functions.iter().all(|one| one.architecture == Architecture::X86 && one.is_traced));
    assert!(may_trace(&changed));

    let is_protected = |stack: &Stack| stack.tables[0].create["DeletionProtectionEnabled"] == true;
    assert!(!is_protected(&plain) && is_protected(&with(&[("DeletionProtection", "true")]).unwrap()));

    let limits = |stack: &Stack| stack.apis[0].throttle.map(|limit| (limit.rate_limit, limit.burst_limit));
    let slow = with(&[("ThrottlingRateLimit", "5"), ("ThrottlingBurstLimit", "10")]).unwrap();
    assert_eq!((limits(&plain), limits(&slow)), (Some((100.0, 200.0)), Some((5.0, 10.0))));
    assert!(with(&[("ThrottlingRateLimit", "0")]).is_err());

    // Whether the stack sets the account's role, whether its stage writes logs, and whether that needs a role from elsewhere.
    let logs = |stack: &Stack| {
        let api = &stack.apis[0];
        let writes = api.access_log.is_some() && api.execution_logging.level == LoggingLevel::Info;
        assert_eq!(api.access_log.is_some(), writes);
        assert_eq!(stack.log_groups.contains(&"/aws/apigateway/board".to_string()), writes);
        [stack.api_gateway_account.is_some(), writes, !stack.premature_logging.is_empty()]
    };
    assert_eq!(logs(&plain), [true, true, false]);
    assert_eq!(logs(&with(&[("ApiLogging", "AccountRole")]).unwrap()), [false, true, true]);
    assert_eq!(logs(&with(&[("ApiLogging", "NoLogs")]).unwrap()), [false, false, false]);

    let has_budget = |stack: &Stack| stack.resources.iter().any(|one| one.resource_type == "AWS::Budgets::Budget");
    assert!(!has_budget(&plain) && has_budget(&with(&[("AlarmAddress", "ada@example.com")]).unwrap()));

    let refused = with(&[("Architecture", "x86")]).unwrap_err().to_string();
    assert!(refused.contains("Parameters.Architecture") && refused.contains("arm64"), "{refused}");
}

/// The type of a resource is looked up in AWS's schema of it, so a type that is new in the template is asked for its tags as well.
#[test]
fn everything_of_the_board_that_can_carry_a_tag_says_whose_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("../template.yaml");
    let text = std::fs::read_to_string(&path).unwrap().replace("CodeUri: ../", "CodeUri: s3://code/");
    let expanded = expand(&text, &path, &SamInput::default()).unwrap();
    let expanded: Json = serde_json::from_str(&expanded).unwrap();
    let mut tagged = 0;
    for (id, resource) in expanded["Resources"].as_object().unwrap() {
        let kind = resource["Type"].as_str().unwrap();
        let facts = root.join("src/schemas").join(format!("{}.json", kind.replace("::", "-")));
        let facts: Json = serde_json::from_str(&std::fs::read_to_string(facts).unwrap()).unwrap();
        // SAM gives none to what it makes of an event.
        if facts["properties"]["Tags"].is_null() || kind == "AWS::Lambda::EventSourceMapping" {
            continue;
        }
        let tags = resource["Properties"]["Tags"].as_array().cloned().unwrap_or_default();
        let project = tags.iter().find(|tag| tag["Key"] == "project").map(|tag| &tag["Value"]);
        assert_eq!(project, Some(&serde_json::json!({ "Ref": "Project" })), "{kind} {id}");
        tagged += 1;
    }
    assert!(tagged >= 20, "{tagged}");
}

#[test]
fn every_template_of_the_labs_loads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut seen = 0;
    for folder in ["solutions", "labs"] {
        for package in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = package.unwrap().path().join("template.yaml");
            if path.exists() {
                load(&path).unwrap_or_else(|error| panic!("{error}"));
                seen += 1;
            }
        }
    }
    assert!(seen > 0, "no lab has a template");
}

#[test]
fn nothing_of_a_file_is_repeated_that_is_not_a_template() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets");
    for text in [
        "root:$6$hidden:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n",
        "root: $6$hidden\ndaemon: '*'\n",
        "-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----\n",
        "- hidden\n- other\n",
        "{\"hidden\": 1}",
        "hidden: [\n",
        "hidden",
        "? hidden",
    ] {
        std::fs::write(&path, text).unwrap();
        let said = load(&path).unwrap_err().to_string();
        assert!(!said.contains("hidden"), "{said}");
    }
    // A word of a template is repeated, so that it is found, and no more than anybody reads.
    std::fs::write(&path, format!("Resources: {{}}\nOutputs: {{A: {{Value: !{} 1}}}}\n", "Long".repeat(50_000)))
        .unwrap();
    let said = load(&path).unwrap_err().to_string();
    assert!(said.contains("!LongLong") && said.len() < 5_000, "{}: {said:.2000}", said.len());
}

#[test]
fn a_missing_code_folder_is_named_whole() {
    let text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: \
                {CodeUri: a/../nowhere, Handler: bootstrap, Runtime: provided.al2023}\n";
    let folder = tempfile::tempdir().unwrap();
    let error = parse(text, &folder.path().join("template.yaml"), &StackOptions::default()).unwrap_err();
    let folder = folder.path().join("nowhere");
    assert!(error.to_string().contains(&format!("there is no folder {}", folder.display())), "{error}");
}

#[test]
fn what_is_overlooked_is_a_list_with_reasons() {
    let all: Vec<(String, &str)> = deployment_only().collect();
    assert!(all.iter().any(|(name, _)| name == "AWS::SNS::Topic"));
    assert!(all.iter().any(|(name, _)| name == "AWS::DynamoDB::Table.PointInTimeRecoverySpecification"));
    for (at, (name, reason)) in all.iter().enumerate() {
        assert!(reason.len() > 10, "{name} has no reason");
        assert!(!all[at + 1..].iter().any(|(other, _)| other == name), "{name} is listed twice");
    }
}

/// What editors on Windows make of a file.
#[test]
fn line_ends_and_byte_order_mark_do_not_matter() {
    let path = &cases("good")[0];
    let text = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let plain = parse(&text, path, &StackOptions::default()).unwrap();
    let other = parse(&format!("\u{feff}{}", text.replace('\n', "\r\n")), path, &StackOptions::default()).unwrap();
    assert_eq!(serde_json::to_value(plain).unwrap(), serde_json::to_value(other).unwrap());
}

/// The same template gives the same ids, and another stack others: tables and checkpoints are found again by them.
#[test]
fn derived_ids_are_stable() {
    let text = "Resources:\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:\n      BillingMode: PAY_PER_REQUEST\n      \
                AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]\n      KeySchema: [{AttributeName: pk, KeyType: HASH}]\n";
    let name = |stack: &str| {
        let options = StackOptions { stack_name: stack.to_string(), ..StackOptions::default() };
        parse(text, Path::new("template.yaml"), &options).unwrap().tables[0].name.clone()
    };
    assert_eq!(name("board"), "board-Table");
    assert_eq!(name("other"), "other-Table");
}

/// Aliases that repeat each other make millions of values in a few lines.
#[test]
fn a_small_file_cannot_become_enormous() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_string();
    for level in 1..12 {
        let before = level - 1;
        let copies = vec![format!("*a{before}"); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{copies}]\n"));
    }
    let error = parse(&text, Path::new("template.yaml"), &StackOptions::default()).unwrap_err();
    assert!(error.to_string().contains("do aliases repeat each other?"), "{error}");
    let deep = "[".repeat(100_000);
    assert!(parse(&deep, Path::new("template.yaml"), &StackOptions::default()).is_err());
    let mut doubling = "Resources:\n  Q0: {Type: AWS::SQS::Queue, Properties: {QueueName: name}}\n".to_string();
    for level in 1..100 {
        let before = format!("${{Q{0}.QueueName}}", level - 1);
        doubling.push_str(&format!(
            "  Q{level}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Sub '{before}{before}'}}}}\n"
        ));
    }
    let error = parse(&doubling, Path::new("template.yaml"), &StackOptions::default()).unwrap_err();
    assert!(error.to_string().contains("has more than"), "{error}");
}

/// For any file, the answer is a stack or an error: the cases with bytes dropped, doubled and replaced.
#[test]
fn no_template_makes_it_panic() {
    let mut state = 0x2026_1122_u64;
    let mut draw = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    for path in cases("good").into_iter().chain(cases("bad")) {
        let text = std::fs::read(&path).unwrap();
        for _ in 0..60 {
            let mut bytes = text.clone();
            for _ in 0..=draw(4) {
                let at = draw(bytes.len());
                match draw(4) {
                    0 if !bytes.is_empty() => drop(bytes.remove(at)),
                    1 => bytes.insert(at, b"{}[]:!&*'\"$- \n#,"[draw(16)]),
                    2 if !bytes.is_empty() => bytes[at] = b'A' + draw(26) as u8,
                    _ => {
                        let end = (at + draw(40)).min(bytes.len());
                        let piece = bytes[at..end].to_vec();
                        let to = draw(bytes.len());
                        bytes.splice(to..to, piece);
                    }
                }
            }
            if let Ok(text) = String::from_utf8(bytes) {
                drop(parse(&text, &path, &StackOptions::default()));
            }
        }
    }
}
