//! Templates that a slip, a merge or an enemy has changed: no panic, no endless work, and every refusal names a place.
//!
//! The mutations are drawn from a seed, so a failure can be repeated. `TEMPLATE_MUTATIONS=100000` draws as many; a test run draws
//! few.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::finding::Findings;
use crate::tree::{Node, Value, list, map};
use crate::{ExpandError, PreflightInput, SamInput, StackOptions, TemplateError, expand, parse, preflight, yaml};

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % most.max(1) as u64).unwrap()
    }
}

fn templates() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut all = vec![root.join("infra/template.yaml")];
    for folder in ["good", "bad", "expanded"].map(|folder| format!("infra/cloudformation/src/cases/{folder}")) {
        let files = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        all.extend(files.filter(|path| path.extension().is_some_and(|end| end == "yaml")));
    }
    let folder = root.join("infra/cloudformation/src/preflight/templates");
    all.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    all.sort();
    all
}

/// Something else that a value could be.
fn junk(draw: &mut Draw) -> Node {
    match draw.below(14) {
        0 => Node::nothing(),
        1 => "".into(),
        2 => 0.into(),
        3 => true.into(),
        4 => "${AWS::Region".into(),
        5 => list![],
        6 => map! {},
        7 => list!["a", 1],
        8 => map! { "Ref" => "AWS::NoValue" },
        9 => map! { "Ref" => "Nobody.Arn" },
        10 => map! { "Fn::If" => list!["Never", "a"] },
        11 => map! { "Fn::GetAtt" => list!["A"] },
        12 => map! { "Fn::Sub" => list!["${a}", map! { "a" => map! { "Fn::Sub" => "${a}" } }] },
        _ => "\u{202e}\u{0}한".into(),
    }
}

/// One value of the tree changed, taken out, or put somewhere else.
fn mutate(node: &mut Node, draw: &mut Draw) {
    let deeper = draw.below(6) > 0;
    match &mut node.value {
        Value::Mapping(entries) if !entries.is_empty() => {
            let at = draw.below(entries.len());
            if deeper {
                return mutate(&mut entries[at].1, draw);
            }
            match draw.below(4) {
                0 => drop(entries.remove(at)),
                1 => entries[at].1 = junk(draw),
                2 => entries[at].0.name.push('x'),
                _ => {
                    let copy = entries[draw.below(entries.len())].1.clone();
                    entries[at].1 = copy;
                }
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            let at = draw.below(items.len());
            if deeper {
                return mutate(&mut items[at], draw);
            }
            match draw.below(3) {
                0 => drop(items.remove(at)),
                1 => items[at] = junk(draw),
                _ => items.push(items[at].clone()),
            }
        }
        _ => *node = junk(draw),
    }
}

/// A byte changed, taken out or doubled, a line moved, the end cut off.
fn garble(text: &str, draw: &mut Draw) -> String {
    let mut bytes = text.as_bytes().to_vec();
    if bytes.is_empty() {
        return "a".to_string();
    }
    let at = draw.below(bytes.len());
    match draw.below(5) {
        0 => bytes[at] = b"\t:-{}[]&*!|>'\"%@`#,\0x"[draw.below(21)],
        1 => drop(bytes.remove(at)),
        2 => bytes.truncate(at),
        3 => bytes.insert(at, b' '),
        _ => {
            let mut lines: Vec<&str> = text.lines().collect();
            if lines.is_empty() {
                return "a".to_string();
            }
            let line = lines.remove(draw.below(lines.len()));
            lines.insert(draw.below(lines.len() + 1), line);
            return lines.join("\n");
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Every mistake of a template that can be read at all stands somewhere.
fn has_places(error: &TemplateError) -> bool {
    let whole = ["Template may not exceed", "is not a template"];
    let placed = |finding: &crate::Finding| {
        finding.position.is_some() || whole.iter().any(|part| finding.message.contains(part))
    };
    !error.findings.is_empty() && error.findings.iter().all(placed)
}

#[test]
fn no_mutation_is_too_much() {
    let count = std::env::var("TEMPLATE_MUTATIONS").map_or(1_500, |count| count.parse().unwrap());
    let files = templates();
    let texts: Vec<(PathBuf, String)> =
        files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect();
    let trees: Vec<Option<Node>> = texts.iter().map(|(_, text)| yaml::read(text, &Findings::default())).collect();
    let input = SamInput { region: stack::REGION.to_string(), ..SamInput::default() };
    let judged = |seed: u64| {
        let mut draw = Draw(seed);
        let at = draw.below(texts.len());
        let (path, text) = &texts[at];
        let text = match &trees[at] {
            Some(tree) if draw.below(3) > 0 => {
                let mut tree = tree.clone();
                for _ in 0..=draw.below(3) {
                    mutate(&mut tree, &mut draw);
                }
                serde_json::to_string(&tree).unwrap()
            }
            _ => garble(text, &mut draw),
        };
        let begun = Instant::now();
        let parsed = parse(&text, path, &StackOptions::default());
        if let Err(error) = &parsed {
            assert!(has_places(error), "seed {seed}, {}: {error}", path.display());
        }
        let report = preflight(&text, path, &PreflightInput::default());
        assert!(report.refused.iter().all(|judgement| !judgement.message.is_empty()), "seed {seed}");
        if let Some(policy) = &report.deployer {
            assert!(policy.document["Statement"].is_array(), "seed {seed}");
        }
        match expand(&text, path, &input) {
            Ok(_) => {}
            Err(ExpandError::Template(error)) => assert!(has_places(&error), "seed {seed}: {error}"),
            Err(ExpandError::Sam(error)) => assert!(!error.causes.is_empty(), "seed {seed}"),
        }
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(20), "seed {seed}, {}: {took:?}", path.display());
        (parsed.is_err(), took)
    };
    // Every core draws every so-manieth: the same templates as one alone.
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let drawn = |core: usize| (0..count).skip(core).step_by(cores).map(judged).collect::<Vec<_>>();
    let all: Vec<(bool, Duration)> = thread::scope(|scope| {
        let cores: Vec<_> = (0..cores).map(|core| scope.spawn(move || drawn(core))).collect();
        cores.into_iter().flat_map(|core| core.join().unwrap()).collect()
    });
    let refused = all.iter().filter(|(is_refused, _)| *is_refused).count();
    let slowest = all.iter().map(|(_, took)| *took).max().unwrap_or_default();
    println!("{count} templates, {refused} refused, the slowest after {slowest:?}");
    assert!(refused > 0);
}
