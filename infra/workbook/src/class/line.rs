//! The line of one learner, as it is written and as it is read again.
//!
//! `workbook-class/1 name=Ada at=2026-11-29T10:02Z 01=done 02=borrowed 03=5/9@03.2:header-only-on-success!2 04=- #5c1e09`
//!
//! It goes through chats and mails, which put names and `>` in front of it, break it, and make a code of it. So it is read word by word:
//! from the mark at its beginning to the digest at its end, wherever the lines break, and words that it cannot have are passed over. The
//! digest finds a line that was cut or changed on its way, which is reported and not guessed at.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Write};

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;

/// How each line begins; the number is that of the form.
const MARK: &str = "workbook-class/";
/// The form that is written, and read.
const FORM: &str = "1";
/// How many hexadecimal digits of the digest are written.
const DIGITS: usize = 6;
/// The longest name.
const LETTERS: usize = 40;
/// More words than this is not a line, whatever it begins with.
const WORDS: usize = 200;

/// How far somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassLine {
    /// One word.
    pub name: String,
    /// The minute in which the line was made, in UTC.
    pub at: String,
    /// Each lab by its number, in their order.
    pub labs: Vec<(String, LabLine)>,
}

/// How far somebody is in a lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabLine {
    /// As it was given.
    NotBegun,
    /// Filled from its solution.
    Borrowed,
    /// Every test is green.
    Done,
    /// Its code does not compile.
    DoesNotCompile,
    /// Its check could not be run.
    Unknown,
    /// So many of so many tests are green.
    Begun {
        /// Green tests.
        green: usize,
        /// All tests.
        tests: usize,
        /// What is red first.
        place: Option<Place>,
    },
}

/// Where somebody is in a lab that is red.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `03.2`.
    pub todo: String,
    /// The wrong answer, if it is one of the known: `03.2-header-only-on-success`.
    pub answer: Option<String>,
    /// The last rung of the hints that was given in this lab.
    pub hint: Option<u8>,
}

/// What a line turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A line as it was written.
    Line(ClassLine),
    /// A line that was cut or changed, and the name in it if there is one.
    Broken(String),
    /// A line of another version of the workbook.
    OtherForm(String),
}

/// A name as it stands in a line: one word without what a terminal would obey, and without what nobody sees.
pub fn name(given: &str) -> String {
    let is_kept = |letter: &char| !letter.is_control() && !is_unseen(*letter) && *letter != '#';
    let words: Vec<String> =
        given.split_whitespace().map(|word| word.chars().filter(is_kept).collect::<String>()).collect();
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join("_").chars().take(LETTERS).collect()
}

/// Letters that have no shape of their own: they join others, turn the direction of what follows, or make two names that look alike.
/// Unicode's format characters, its fillers, and the selectors of variants.
fn is_unseen(letter: char) -> bool {
    matches!(u32::from(letter),
        0xad | 0x34f | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f
        | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0
        | 0xfff0..=0xfffb | 0x110bd | 0x110cd | 0x13430..=0x1345f | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a
        | 0xe0000..=0xe0fff)
}

/// A minute in UTC.
pub fn minute(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC)
        .format(format_description!("[year]-[month]-[day]T[hour]:[minute]Z"))
        .unwrap_or_default()
}

impl Display for ClassLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = format!("name={} at={}", self.name, self.at);
        for (number, lab) in &self.labs {
            write!(words, " {number}={lab}")?;
        }
        write!(out, "{MARK}{FORM} {words} #{}", digest(&words))
    }
}

impl Display for LabLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LabLine::NotBegun => out.write_str("-"),
            LabLine::Borrowed => out.write_str("borrowed"),
            LabLine::Done => out.write_str("done"),
            LabLine::DoesNotCompile => out.write_str("error"),
            LabLine::Unknown => out.write_str("unknown"),
            LabLine::Begun { green, tests, place } => {
                write!(out, "{green}/{tests}")?;
                let Some(Place { todo, answer, hint }) = place else { return Ok(()) };
                write!(out, "@{todo}")?;
                if let Some(answer) = answer {
                    write!(out, ":{}", answer.strip_prefix(&format!("{todo}-")).unwrap_or(answer))?;
                }
                hint.map_or(Ok(()), |rung| write!(out, "!{rung}"))
            }
        }
    }
}

impl LabLine {
    fn parse(text: &str) -> Option<LabLine> {
        let whole = match text {
            "-" => LabLine::NotBegun,
            "borrowed" => LabLine::Borrowed,
            "done" => LabLine::Done,
            "error" => LabLine::DoesNotCompile,
            "unknown" => LabLine::Unknown,
            _ => {
                let (counts, place) =
                    text.split_once('@').map_or((text, None), |(counts, place)| (counts, Some(place)));
                let (green, tests) = counts.split_once('/')?;
                let place = match place {
                    Some(place) => Some(Place::parse(place)?),
                    None => None,
                };
                LabLine::Begun { green: green.parse().ok()?, tests: tests.parse().ok()?, place }
            }
        };
        Some(whole)
    }
}

impl Place {
    fn parse(text: &str) -> Option<Place> {
        let (rest, hint) = match text.split_once('!') {
            Some((rest, rung)) => (rest, Some(rung.parse().ok()?)),
            None => (text, None),
        };
        let (todo, answer) = match rest.split_once(':') {
            Some((todo, answer)) => (todo, Some(format!("{todo}-{answer}"))),
            None => (rest, None),
        };
        let is_todo = !todo.is_empty() && todo.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
        let is_answer =
            |answer: &String| answer.chars().all(|letter| letter.is_ascii_alphanumeric() || "-.".contains(letter));
        (is_todo && answer.as_ref().is_none_or(is_answer)).then(|| Place { todo: todo.to_string(), answer, hint })
    }
}

/// All lines in a text, in their order. What is not a part of one is passed over.
pub fn read_all(text: &str) -> Vec<Reading> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let starts: Vec<usize> =
        words.iter().enumerate().filter(|(_, word)| word.contains(MARK)).map(|(index, _)| index).collect();
    let ends = starts.iter().skip(1).copied().chain([words.len()]);
    starts.iter().zip(ends).map(|(start, end)| read(&words[*start..end.min(start + WORDS)])).collect()
}

/// Reads a line that begins with the mark, and after which other words may follow.
fn read(words: &[&str]) -> Reading {
    let form = words[0].split_once(MARK).map_or("", |(_, form)| form);
    let form: String = form.chars().take_while(char::is_ascii_digit).collect();
    let is_kept =
        |word: &&&str| word.split_once('=').is_some_and(|(key, _)| key == "name" || key == "at" || is_number(key));
    let rest = &words[1..];
    let end = rest.iter().position(|word| word.starts_with('#') && word.len() > DIGITS);
    let kept: Vec<&str> = rest[..end.unwrap_or(rest.len())].iter().filter(is_kept).copied().collect();
    let fields: BTreeMap<&str, &str> = kept.iter().filter_map(|word| word.split_once('=')).collect();
    let who = name(fields.get("name").copied().unwrap_or_default());
    if form != FORM {
        return Reading::OtherForm(who);
    }
    let written = end.and_then(|end| rest[end].get(1..=DIGITS));
    if written != Some(digest(&kept.join(" ")).as_str()) {
        return Reading::Broken(who);
    }
    let labs = kept.iter().filter_map(|word| word.split_once('=')).filter(|(key, _)| is_number(key));
    let labs: Option<Vec<(String, LabLine)>> =
        labs.map(|(number, lab)| Some((number.to_string(), LabLine::parse(lab)?))).collect();
    let at = fields.get("at").map(|at| name(at)).unwrap_or_default();
    match labs {
        Some(labs) if !who.is_empty() => Reading::Line(ClassLine { name: who, at, labs }),
        _ => Reading::Broken(who),
    }
}

fn is_number(key: &str) -> bool {
    key.len() == 2 && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// What finds a change on the way. It is not a signature: a line claims no more than its learner does.
fn digest(words: &str) -> String {
    let bytes = Sha256::digest(words.as_bytes());
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .take(DIGITS)
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn line(name: &str, at: &str, labs: &[(&str, &str)]) -> ClassLine {
        let labs = labs.iter().map(|(number, lab)| ((*number).to_string(), LabLine::parse(lab).unwrap())).collect();
        ClassLine { name: name.to_string(), at: format!("2026-11-29T{at}Z"), labs }
    }

    fn of_ada() -> ClassLine {
        let labs = [
            ("01", "done"),
            ("02", "borrowed"),
            ("03", "5/9@03.2:header-only-on-success!2"),
            ("04", "0/7@04.1"),
            ("05", "error"),
            ("06", "unknown"),
            ("07", "-"),
        ];
        line("Ada", "10:02", &labs)
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let ada = of_ada();
        let text = ada.to_string();
        assert!(
            text.starts_with(
                "workbook-class/1 name=Ada at=2026-11-29T10:02Z 01=done 02=borrowed 03=5/9@03.2:header-only-on-success!2 04=0/7@04.1 05=error 06=unknown 07=- #"
            ),
            "{text}"
        );
        assert_eq!(read_all(&text), [Reading::Line(ada)]);
    }

    #[test]
    fn what_chats_and_mails_make_of_a_line_is_read_too() {
        let ada = of_ada();
        let text = ada.to_string();
        for sent in [
            format!("[10:03] Ada: `{text}` here you are = mine"),
            format!("> {}\n", text.replace(" 03=", "\r\n> 03=").replace(" 06=", "\n> 06=")),
            format!("Hello,\n\n{text}\n--\nAda"),
            format!("{text}, please"),
        ] {
            assert_eq!(read_all(&sent), [Reading::Line(ada.clone())], "{sent}");
        }
        assert_eq!(read_all(&format!("{text} {text}")).len(), 2);
        assert_eq!(read_all("nothing of the kind"), []);
    }

    #[test]
    fn a_line_that_was_cut_or_changed_is_not_guessed_at() {
        let text = of_ada().to_string();
        let cut = &text[..text.len() - 20];
        for sent in [cut.to_string(), text.replace("02=borrowed", "02=done"), text.replace(" 07=-", "")] {
            assert_eq!(read_all(&sent), [Reading::Broken("Ada".to_string())], "{sent}");
        }
        let newer = text.replace("workbook-class/1", "workbook-class/2");
        assert_eq!(read_all(&newer), [Reading::OtherForm("Ada".to_string())]);
        assert_eq!(read_all("workbook-class/1"), [Reading::Broken(String::new())]);
        for empty in ["workbook-class/1 #é", "#workbook-class/1", "#aaaaaaa workbook-class/1 #éééé"] {
            assert_eq!(read_all(empty), [Reading::Broken(String::new())], "{empty}");
        }
        for lab in ["5", "a/9", "5/9@", "5/9@03.2:a b", "5/9@03.2!x", "5/9@\u{1b}[2J"] {
            assert_eq!(LabLine::parse(lab), None, "{lab}");
        }
    }

    #[test]
    fn a_name_is_one_word_that_no_terminal_obeys() {
        assert_eq!(name(" 김 민지\u{1b}[2J # "), "김_민지[2J");
        assert_eq!(name(&"a".repeat(100)).len(), LETTERS);
        for unseen in
            ["\u{202e}", "\u{2066}", "\u{200b}", "\u{200f}", "\u{feff}", "\u{3164}", "\u{9b}", "\u{e0041}", "\u{fe0f}"]
        {
            assert_eq!(name(&format!("A{unseen}d{unseen}a{unseen} {unseen}")), "Ada", "{unseen:?}");
        }
        let sent = of_ada();
        let turned = ClassLine { name: "\u{202e}adA\u{7}".to_string(), ..sent };
        let readings = read_all(&turned.to_string());
        let is_bare = matches!(&readings[..], [Reading::Line(line)] if line.name == "adA");
        assert!(is_bare, "a line that another program made: {readings:?}");
    }
}
