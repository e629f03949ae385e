//! What a red test said, taken apart: the TODO, the question, and the labelled parts.
//!
//! `kit` lays a message out as a first line and labelled parts (`expected`, `got`, `why`, …); the course linter keeps one for
//! every red test of every wrong answer. [`Message`] reads both, so that `recognition` can compare what a learner's lab said
//! with what a wrong answer is known to say. [`masked`] takes out what differs from run to run.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Where the text of a part begins, in characters from the left.
const INDENT: usize = 12;
/// The kept messages of a lab's starter, beside those of its wrong answers.
pub const STARTER: &str = "starter";

/// A red test's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The TODO to look at: `lab-01.1`.
    pub todo: String,
    /// The TODO that the test was about, where it cannot be judged before `todo` is mended.
    pub waiting: Option<String>,
    /// What was asked for, in a few words.
    pub about: String,
    /// Each part on one line, by its label.
    parts: BTreeMap<String, String>,
}

impl Message {
    /// Reads the text of one red test. A text of another form has no TODO and no parts.
    pub fn parse(said: &str) -> Message {
        let mut lines = said.lines().skip_while(|line| line.trim().is_empty());
        let mut message = Message::default();
        let Some((todos, about)) = lines.next().and_then(|first| first.split_once(": ")) else { return message };
        let (todo, waiting) = todos.split_once(", before ").unwrap_or((todos, ""));
        message.todo = todo.to_string();
        message.waiting = waiting.strip_suffix(" can be judged").map(str::to_string);
        message.about = about.trim().to_string();
        let mut label = String::new();
        for line in lines {
            let at = line.char_indices().nth(INDENT).map_or(line.len(), |(at, _)| at);
            let (head, text) = line.split_at(at);
            if !head.trim().is_empty() {
                label = head.trim().to_string();
            }
            let part = message.parts.entry(label.clone()).or_default();
            part.push_str(if part.is_empty() { "" } else { " " });
            part.push_str(text.trim());
        }
        message.parts.retain(|label, _| !label.is_empty());
        message
    }

    /// The part with a label, on one line; empty where the message has none.
    pub fn part(&self, label: &str) -> &str {
        self.parts.get(label).map_or("", String::as_str)
    }

    /// Whether nothing could be asked, because the template was refused: then every test says the same.
    pub fn is_about_deploying(&self) -> bool {
        self.part("asked") == "deploy template.yaml"
    }

    /// Everything that tells how it went, on one line.
    pub fn outcome(&self) -> String {
        ["expected", "got", "replied", "why", "its log"].map(|label| self.part(label)).join(" ")
    }
}

/// The kept messages of lab `number` in the state `name` (`starter`, or a wrong answer), by test.
///
/// # Errors
///
/// A file that cannot be read: the messages were never blessed.
pub fn kept(root: &Path, number: &str, name: &str) -> io::Result<BTreeMap<String, String>> {
    let folder = root.join("tests").join("course").join("tests").join("messages").join(format!("lab-{number}"));
    let file = folder.join(format!("{name}.snap"));
    let text = fs::read_to_string(&file)
        .map_err(|why| io::Error::new(why.kind(), format!("{}: {why}", file.display())))?
        .replace("\r\n", "\n");
    // The snapshot's own head ends with the first line of three dashes.
    let text = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or("", |(_, text)| text);
    let blocks = format!("\n{text}");
    let blocks = blocks.split("\n---- ").skip(1).filter_map(|block| block.split_once('\n'));
    Ok(blocks.map(|(test, said)| (test.to_string(), said.trim_end().to_string())).collect())
}

/// `said` without what differs from run to run and from machine to machine; `root` is the workspace that it ran in.
pub fn masked(said: &str, root: &Path) -> String {
    let root = root.display().to_string();
    let said = said.replace(&root, "[workspace]");
    // The one path that is not ours to write: the compiler puts it into a panic.
    let said = if cfg!(windows) { said.replace("\\src\\", "/src/").replace("labs\\", "labs/") } else { said };
    let said = between(&said, "thread 'main' (", |c| c == ')', "[thread]");
    // What is masked already stays as it is.
    let said = between(&said, "measured ", |c| !c.is_ascii_digit() && !"[number]".contains(c), "[number]");
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
    // The local cloud gives its resources the same names everywhere, and a message about permissions is about them.
    let fixed = ["019ac000-0000-7000-8000", "arn:aws:", "2026-01-01T00:00:00.000"];
    if fixed.iter().any(|known| word.starts_with(known)) {
        return false;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let begins_like = |form: &str| {
        word.len() >= form.len()
            && word.bytes().zip(form.bytes()).all(|(byte, form)| match form {
                b'd' => byte.is_ascii_digit(),
                b'x' => byte.is_ascii_hexdigit(),
                other => byte == other,
            })
    };
    // Ports that a system gives out have five digits; those that are written somewhere have four.
    let is_address = word.strip_prefix("127.0.0.1:").is_some_and(|port| port.len() == 5);
    is_address || begins_like("xxxxxxxx-") || begins_like("dddd-dd-dd") || (word.len() >= 20 && digits >= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "lab-01.1, before lab-01.4 can be judged: refuse a name\n\n  asked     GET /hello\n            (after POST /hello → 200)\n  \
                        expected  status 400\n  why       API Gateway cannot\n            use that.\n  look at   TODO(lab-01.1)\n";

    #[test]
    fn a_message_is_taken_apart() {
        let message = Message::parse(SAID);
        assert_eq!((message.todo.as_str(), message.waiting.as_deref()), ("lab-01.1", Some("lab-01.4")));
        assert_eq!(message.about, "refuse a name");
        assert_eq!(message.part("asked"), "GET /hello (after POST /hello → 200)");
        assert_eq!(message.part("why"), "API Gateway cannot use that.");
        assert_eq!(message.part("got"), "");
        assert_eq!(Message::parse("thread panicked"), Message::default());
    }

    #[test]
    fn what_differs_from_run_to_run_is_masked() {
        let said = "cursor=AbC-1 thread 'main' (4711) panicked, id 019abcde-1111-7000-8000-00000000000a at 2026-11-22T10:00:00Z in /w/labs from http://127.0.0.1:40663 to http://127.0.0.1:4001";
        let wanted = "cursor=[cursor] thread 'main' ([thread]) panicked, id [volatile] at [volatile] in [workspace]/labs from http://[volatile] to http://127.0.0.1:4001";
        assert_eq!(masked(said, Path::new("/w")), wanted);
        let measured = masked("after try 1: measured 87 ms, limit 50", Path::new("/w"));
        assert_eq!(measured, "after try 1: measured [number] ms, limit 50");
        assert_eq!(masked(&measured, Path::new("/w")), measured);
    }

    #[test]
    fn kept_messages_are_found_by_test() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("tests/course/tests/messages/lab-07");
        fs::create_dir_all(&folder).unwrap();
        let text = "---\nsource: x\n---\n---- a::b\nlab-07.1: x\n\n  got       status 200\n\n---- c\nlab-07.2: y\n";
        fs::write(folder.join("starter.snap"), text).unwrap();
        let kept = kept(root.path(), "07", STARTER).unwrap();
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["a::b", "c"]);
        assert_eq!(Message::parse(&kept["a::b"]).part("got"), "status 200");
        assert_eq!(super::kept(root.path(), "07", "07.1-x").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
