//! A session at the terminal: a question, a pause to answer it, the answer, and how well it was known.
//!
//! Each answer is kept before the next question is asked, so a session can end at any moment. It reads lines, so that it can be held by a
//! person, by a pipe and by a test; and the time is asked of a clock that is given.

use std::io::{BufRead, Write};

use chrono::{DateTime, TimeDelta, Utc};
use course::review::cards::Language;
use course::review::memory::{GRADES, Grade};

use super::questions::Questions;
use super::store::ReviewStore;
use crate::error::Error;

/// How wide the text is.
const WIDTH: usize = 96;

/// A session.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) store: &'a ReviewStore,
    pub(super) questions: &'a Questions,
    pub(super) language: Language,
}

/// What the session itself says, in a language.
struct Words {
    show: &'static str,
    grade: &'static str,
    unknown: &'static str,
    where_: &'static str,
    done: &'static str,
    stopped: &'static str,
}

const ENGLISH: Words = Words {
    show: "Say the answer aloud. Enter shows it; q ends.",
    grade: "How well did you know it?  1 not  2 just so  3 well  4 at once   (q ends)",
    unknown: "Type 1, 2, 3, 4 or q.",
    where_: "→",
    done: "Nothing more is due.",
    stopped: "Until next time. What you have answered is kept.",
};

const KOREAN: Words = Words {
    show: "답을 소리 내어 말하세요. Enter: 답 보기, q: 끝내기",
    grade: "얼마나 알고 있었나요?  1 몰랐다  2 겨우  3 잘  4 바로   (q: 끝내기)",
    unknown: "1, 2, 3, 4 또는 q를 입력하세요.",
    where_: "→",
    done: "더 복습할 것이 없습니다.",
    stopped: "다음에 만나요. 답한 것은 저장되어 있습니다.",
};

impl Session<'_> {
    /// Asks what is due until nothing is, or until the reader ends it.
    ///
    /// # Errors
    ///
    /// Progress that cannot be read or written, a terminal that cannot be read.
    pub(super) fn hold(
        &self,
        input: &mut impl BufRead,
        output: &mut impl Write,
        now: &dyn Fn() -> DateTime<Utc>,
    ) -> Result<(), Error> {
        let words = if self.language == Language::Korean { &KOREAN } else { &ENGLISH };
        let mut asked = 0;
        // The queue is asked for again after each answer: the page may be answering, too.
        loop {
            let queue = self.questions.askable(self.store.read()?).queue(&self.questions.deck, now());
            let next = queue.ids.iter().find_map(|id| Some((id, self.questions.of(id, self.language)?)));
            let Some((id, question)) = next else {
                let next = queue.next.map(|next| format!(" {}", self.next_time(next, now()))).unwrap_or_default();
                put(output, &format!("{}{next}", words.done));
                return Ok(());
            };
            asked += 1;
            let left = queue.ids.len();
            let shown = put(
                output,
                &format!(
                    "\n{asked} · {left} · {}\n\n{}\n\n  {}",
                    question.from,
                    wrapped(&question.question, ""),
                    words.show
                ),
            );
            // What nobody sees is not graded.
            if !shown {
                return Ok(());
            }
            if !matches!(read(input)?, TypedLine::Text(text) if text != "q") {
                put(output, words.stopped);
                return Ok(());
            }
            let place = if question.page.is_empty() { String::new() } else { format!(" ({})", question.page) };
            let shown = put(
                output,
                &format!(
                    "{}\n\n{} {}{place}\n\n  {}",
                    wrapped(&question.answer, "  "),
                    words.where_,
                    question.title,
                    words.grade
                ),
            );
            if !shown {
                return Ok(());
            }
            let Some(grade) = self.grade(input, output, words)? else {
                put(output, words.stopped);
                return Ok(());
            };
            let memory = self.store.change(|progress| progress.grade(id, grade, now()))?;
            put(output, &self.next_time(memory.due, memory.last));
        }
    }

    /// The grade that the reader gives; nothing if they end the session.
    fn grade(&self, input: &mut impl BufRead, output: &mut impl Write, words: &Words) -> Result<Option<Grade>, Error> {
        loop {
            let TypedLine::Text(text) = read(input)? else { return Ok(None) };
            if text == "q" {
                return Ok(None);
            }
            let grade = text.parse::<usize>().ok().and_then(|number| GRADES.get(number.checked_sub(1)?));
            match grade {
                Some(grade) => return Ok(Some(*grade)),
                None if put(output, words.unknown) => {}
                None => return Ok(None),
            }
        }
    }

    fn next_time(&self, due: DateTime<Utc>, now: DateTime<Utc>) -> String {
        match self.language {
            Language::English => format!("Next time {}.", until(due, now)),
            Language::Korean => format!("다음 복습: {}.", until_in_korean(due, now)),
        }
    }
}

enum TypedLine {
    Text(String),
    End,
}

fn read(input: &mut impl BufRead) -> Result<TypedLine, Error> {
    // A terminal of another encoding types bytes that are not UTF-8: they are no answer, and no end either.
    let mut line = Vec::new();
    let read = input.read_until(b'\n', &mut line);
    let read = read.map_err(|why| Error::again(format!("The terminal cannot be read: {why}."), "Open another one"))?;
    let text = String::from_utf8_lossy(&line).trim().to_lowercase();
    Ok(if read == 0 { TypedLine::End } else { TypedLine::Text(text) })
}

/// Prints a line; whether somebody is there to read it. A reader who is gone has ended the session.
fn put(output: &mut impl Write, text: &str) -> bool {
    writeln!(output, "{text}").and_then(|()| output.flush()).is_ok()
}

/// `in 4 days`, `in 10 minutes`.
pub(super) fn until(due: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (count, unit) = rounded(due - now);
    let units = match unit {
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
    };
    format!("in {count} {units}{}", if count == 1 { "" } else { "s" })
}

fn until_in_korean(due: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (count, unit) = rounded(due - now);
    let units = match unit {
        Unit::Minute => "분",
        Unit::Hour => "시간",
        Unit::Day => "일",
    };
    format!("{count}{units} 뒤")
}

#[derive(Clone, Copy)]
enum Unit {
    Minute,
    Hour,
    Day,
}

/// A time in its largest whole unit, and never less than a minute.
fn rounded(time: TimeDelta) -> (i64, Unit) {
    match (time.num_days(), time.num_hours(), time.num_minutes()) {
        (days, ..) if days > 0 => (days, Unit::Day),
        (_, hours, _) if hours > 0 => (hours, Unit::Hour),
        (.., minutes) => (minutes.max(1), Unit::Minute),
    }
}

/// A text in lines of one width; lines that are there already stay apart. Each begins with `indent`.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH {
                lines.push(format!("{indent}{line}"));
                line = if paragraph.starts_with("- ") { format!("  {word}") } else { word.to_string() };
            } else {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        lines.push(format!("{indent}{line}").trim_end().to_string());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Holds a session with these lines typed, and a clock that goes on by a second with every look at it.
    fn held(store: &ReviewStore, from: &str, typed: &str, language: Language) -> String {
        let questions = Questions::read(&course::root::workspace().unwrap()).unwrap();
        let clock = Cell::new(from.parse::<DateTime<Utc>>().unwrap());
        let now = || clock.replace(clock.get() + TimeDelta::seconds(1));
        let session = Session { store, questions: &questions, language };
        let mut output = Vec::new();
        session.hold(&mut typed.as_bytes(), &mut output, &now).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn a_card_is_asked_answered_graded_and_kept_until_it_is_due_again() {
        let root = tempfile::tempdir().unwrap();
        let store = ReviewStore::of(root.path(), None);
        let said = held(&store, "2026-11-29T10:00:00Z", "\n5\n4\nq\n", Language::English);
        let question = said.find("Why must the body of a proxy reply be a string").unwrap();
        let answer = said.find("  Because it stands for the bytes").unwrap();
        assert!(question < answer && said.contains("1 · 7 · chapter 01\n"), "{said}");
        assert!(
            said.contains("→ 01 The reply contract: Why a reply is an envelope (01-the-reply-contract.html#why-a"),
            "{said}"
        );
        assert!(said.contains("Type 1, 2, 3, 4 or q.\nNext time in 15 days.\n"), "{said}");
        assert!(said.ends_with("What you have answered is kept.\n"), "{said}");
        assert_eq!(store.read().unwrap().cards["01-1"].reps, 1);
        let later = held(&store, "2026-12-20T10:00:00Z", "q\n", Language::English);
        assert!(later.contains("Why must the body of a proxy reply be a string"), "it is due: {later}");
    }

    #[test]
    fn what_nobody_sees_is_not_graded_and_bytes_are_no_answer() {
        /// Where a reader has gone away.
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let root = tempfile::tempdir().unwrap();
        let store = ReviewStore::of(root.path(), None);
        let questions = Questions::read(&course::root::workspace().unwrap()).unwrap();
        let session = Session { store: &store, questions: &questions, language: Language::English };
        session.hold(&mut "\n1\n\n1\n".as_bytes(), &mut Gone, &Utc::now).unwrap();
        assert!(store.read().unwrap().cards.is_empty());
        let mut said = Vec::new();
        session.hold(&mut &b"\n\xb0\xa1\n3\nq\n"[..], &mut said, &Utc::now).unwrap();
        assert!(String::from_utf8(said).unwrap().contains("Type 1, 2, 3, 4 or q."));
        assert_eq!(store.read().unwrap().cards.len(), 1);
    }

    #[test]
    fn what_was_not_known_is_asked_again_in_the_same_session_and_then_nothing_is_due() {
        let root = tempfile::tempdir().unwrap();
        let store = ReviewStore::of(root.path(), None);
        // Seven cards of the first chapter are new.
        let known = "\n4\n".repeat(20);
        let said = held(&store, "2026-11-29T10:00:00Z", &format!("\n1\n{known}"), Language::Korean);
        assert_eq!(said.matches("프록시 응답의 body는 문자열이어야").count(), 2, "{said}");
        assert!(said.contains("더 복습할 것이 없습니다. 다음 복습: "), "{said}");
        assert!(
            store
                .read()
                .unwrap()
                .cards
                .values()
                .all(|memory| memory.due > "2026-11-29T12:00:00Z".parse::<DateTime<Utc>>().unwrap())
        );
    }

    #[test]
    fn the_end_of_a_pipe_is_the_end_of_a_session() {
        let root = tempfile::tempdir().unwrap();
        let store = ReviewStore::of(root.path(), None);
        for typed in ["", "\n", "\n3"] {
            let said = held(&store, "2026-11-29T10:00:00Z", typed, Language::English);
            assert!(said.ends_with("What you have answered is kept.\n"), "{said}");
        }
        assert_eq!(store.read().unwrap().cards.len(), 1);
    }

    #[test]
    fn times_and_lines_are_rounded_for_a_reader() {
        let now: DateTime<Utc> = "2026-11-29T10:00:00Z".parse().unwrap();
        let told = [20, 61, 600, 7200, 90_000, 1_000_000].map(|seconds| until(now + TimeDelta::seconds(seconds), now));
        assert_eq!(told, ["in 1 minute", "in 1 minute", "in 10 minutes", "in 2 hours", "in 1 day", "in 11 days"]);
        let text = wrapped(&format!("A:\n- {}", "word ".repeat(30)), "  ");
        assert!(text.lines().all(|line| line.len() <= WIDTH + 2) && text.starts_with("  A:\n  - word"), "{text}");
        assert!(text.lines().nth(2).unwrap().starts_with("    word"), "{text}");
    }
}
