//! What a red check says, held to the rules for it and to the words that were agreed on.

use std::path::Path;

use course::lab::Lab;
use course::run::Run;

use crate::root;

/// The most lines of an explanation.
const LINES: usize = 25;

/// Words of tools and machines that say nothing to a learner.
const NOT_FOR_LEARNERS: [&str; 6] =
    ["insta", "INSTA_", "panicked at", "RUST_BACKTRACE", "stack backtrace", ".snap.new"];

/// Holds one message to the rules: short, plain, and about a hole that exists.
pub(crate) fn assert_well_said(lab: &Lab, what: &str, said: &str) {
    assert!(said.lines().count() <= LINES, "{what} takes {} lines:\n{said}", said.lines().count());
    // A function's own log is quoted as it is: a panic in it is the very thing to be shown.
    let ours: Vec<&str> = said.lines().filter(|line| !is_quoted_log(said, line)).collect();
    for word in NOT_FOR_LEARNERS {
        assert!(!ours.iter().any(|line| line.contains(word)), "{what} speaks of {word:?}:\n{said}");
    }
    let first = said.lines().next().unwrap_or_default();
    let todo = first.split([':', ',']).next().unwrap_or_default();
    assert!(lab.regions().any(|region| region.id == todo), "{what} begins with no hole of {}:\n{said}", lab.name());
}

/// Whether `line` is part of the section `its log`.
fn is_quoted_log(said: &str, line: &str) -> bool {
    let Some(log) = said.split("\n  its log ").nth(1) else { return false };
    let log = log.split("\n  look at").next().unwrap_or_default();
    !line.trim().is_empty() && log.contains(line.trim().trim_start_matches("its log").trim())
}

/// Compares everything that a run said with what was kept as `name`.
pub(crate) fn assert_kept(lab: &Lab, name: &str, run: &Run) {
    let text =
        run.red.iter().map(|(test, said)| format!("---- {test}\n{}\n", masked(said))).collect::<Vec<_>>().join("\n");
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("messages").join(lab.name()));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    println!("{} {name}:\n{text}", lab.name());
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// What differs from run to run and machine to machine.
fn masked(said: &str) -> String {
    let root = root().display().to_string();
    let said = said.replace(&root, "[workspace]");
    // The one path that is not ours to write: the compiler puts it into a panic.
    let said = if cfg!(windows) { said.replace("\\src\\", "/src/").replace("labs\\", "labs/") } else { said };
    let said = between(&said, "thread 'main' (", |c| c == ')', "[thread]");
    let said = between(&said, "cursor=", |c| !is_base64url(c), "[cursor]");
    let said = between(&said, "\"next\":\"", |c| !is_base64url(c), "[cursor]");
    ids(&said)
}

/// Replaces what stands between `open` and the first character that ends it.
fn between(text: &str, open: &str, ends: impl Fn(char) -> bool + Copy, mask: &str) -> String {
    let mut parts = text.split(open);
    let mut masked = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let after = part.find(ends).map_or("", |at| &part[at..]);
        masked.push_str(&format!("{open}{mask}{after}"));
    }
    masked
}

fn is_base64url(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// Replaces UUIDs, dates and cursors, which are long words of digits and letters.
fn ids(text: &str) -> String {
    let mut masked = String::new();
    let mut word = String::new();
    for character in text.chars().chain(['\0']) {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | ':' | '.') {
            word.push(character);
            continue;
        }
        masked.push_str(if is_volatile(&word) { "[volatile]" } else { &word });
        word.clear();
        if character != '\0' {
            masked.push(character);
        }
    }
    masked
}

/// Also where a long line was cut in the middle of a word.
fn is_volatile(word: &str) -> bool {
    let nobodys = word.starts_with("019ac000-0000-7000-8000");
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let begins_like = |form: &str| {
        word.len() >= form.len()
            && word.bytes().zip(form.bytes()).all(|(byte, form)| match form {
                b'd' => byte.is_ascii_digit(),
                b'x' => byte.is_ascii_hexdigit(),
                other => byte == other,
            })
    };
    !nobodys && (begins_like("xxxxxxxx-") || begins_like("dddd-dd-dd") || (word.len() >= 20 && digits >= 4))
}
