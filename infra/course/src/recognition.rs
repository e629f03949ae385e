//! Which wrong answer a red check speaks of, told by what it says and never by the learner's code.
//!
//! Every wrong answer of a lab has kept messages: which tests are red with it, and with which words. A learner's lab is
//! recognised when the same tests are red in the same way. "The same way" allows for what is the learner's own (the wording
//! of an error, the text of a panic, names of variables) and for nothing else: the TODO, the question, the expectation, the
//! status, the kind of failure and AWS's own words must agree. See `likeness` for how two messages are compared.
//!
//! TODOs that nobody has touched explain red tests by themselves, so a lab that is half-way through is recognised too. So
//! is one with two known faults in two TODOs. A failure that is left unexplained, or fits two wrong answers equally well,
//! is reported as unknown: a hint that names the wrong cause sends people the wrong way, and is worse than none.

mod likeness;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::lab::{Files, Lab};
use crate::message::{self, Message, STARTER, masked};
use crate::run::Run;
use crate::wrong_answer::WrongAnswer;
use likeness::Given;

/// Two candidates closer together than this are the same to us.
const MARGIN: f64 = 0.02;

/// What a red check was recognised as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// Nothing is red.
    Green,
    /// The only TODOs with red tests are ones that nobody has begun; this is the next of them.
    Untouched(String),
    /// A known wrong answer.
    Answer(Box<WrongAnswer>),
    /// Something was written into this TODO, and the check sees no difference.
    Unchanged(String),
    /// Nothing that is known. The TODO is the one that the check points at, if it points at one.
    Unknown(Option<String>),
}

/// What is known of a lab's red checks.
#[derive(Debug)]
pub struct Known {
    answers: Vec<(WrongAnswer, Messages)>,
    starter: Messages,
    given: Given,
}

/// A wrong answer that explains red tests.
struct Fit<'known> {
    answer: &'known WrongAnswer,
    tests: BTreeSet<&'known String>,
    /// From 0 to 1.
    likeness: f64,
}

/// What each red test said.
type Messages = BTreeMap<String, Message>;

impl Known {
    /// Reads the kept messages of the lab's starter and of its wrong answers. An answer without messages is left out: it
    /// cannot be recognised before it was blessed.
    ///
    /// # Errors
    ///
    /// Messages that are there and cannot be read.
    pub fn read(lab: &Lab, answers: Vec<WrongAnswer>) -> io::Result<Known> {
        let kept = |name: &str| match message::kept(&lab.root, &lab.number, name) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
            kept => Ok(parsed(kept.unwrap_or_default().iter())),
        };
        let mut known = Known { answers: Vec::new(), starter: kept(STARTER)?, given: Given::of(lab) };
        for answer in answers {
            let said = kept(&answer.name)?;
            if !said.is_empty() {
                known.answers.push((answer, said));
            }
        }
        Ok(known)
    }

    /// What `run` shows of a lab whose files are `files`. `order` is the order in which the chapter takes the TODOs.
    pub fn recognise(&self, lab: &Lab, files: &Files, run: &Run, order: &[String]) -> Recognised {
        let said: BTreeMap<&String, String> =
            run.red.iter().map(|(test, said)| (test, masked(said, &lab.root))).collect();
        let red = parsed(said);
        if red.is_empty() {
            return Recognised::Green;
        }
        let untouched = untouched(lab, files);
        if let Some(answer) = self.answer(&red, &untouched, order) {
            return Recognised::Answer(Box::new(answer.clone()));
        }
        let begun: Vec<(&String, &Message)> = red.iter().filter(|(_, said)| !untouched.contains(&said.todo)).collect();
        let new =
            begun.iter().filter(|(test, said)| !self.is_as_at_first(test, said)).map(|(_, said)| said.todo.as_str());
        let new: BTreeSet<&str> = new.collect();
        let first = |todos: &BTreeSet<&str>| order.iter().find(|todo| todos.contains(todo.as_str())).cloned();
        if !new.is_empty() {
            return Recognised::Unknown(first(&new));
        }
        // What is as it was at first may simply wait for a TODO that nobody has begun.
        match first(&untouched.iter().map(String::as_str).collect()) {
            Some(next) => Recognised::Untouched(next),
            None => match first(&begun.iter().map(|(_, said)| said.todo.as_str()).collect()) {
                // Where something is green that was red, the check sees a difference.
                Some(todo) if self.has_mended(&todo, &red) => Recognised::Unknown(Some(todo)),
                Some(todo) => Recognised::Unchanged(todo),
                None => Recognised::Unknown(None),
            },
        }
    }

    /// The wrong answer that explains the red tests: by itself, with TODOs that are untouched, or with other wrong answers
    /// of other TODOs; then it is the one that the chapter meets first. Nothing if a red test is left without explanation,
    /// or if two wrong answers explain the same ones as well.
    fn answer(&self, red: &Messages, untouched: &BTreeSet<String>, order: &[String]) -> Option<&WrongAnswer> {
        let fits = self.answers.iter().filter(|(answer, _)| !untouched.contains(&answer.region));
        let mut fits: Vec<Fit<'_>> = fits.filter_map(|(answer, kept)| self.fit(answer, kept, red, untouched)).collect();
        // A cause that explains all that another explains, and more, makes the other one superfluous.
        let widest: Vec<BTreeSet<&String>> = fits.iter().map(|fit| fit.tests.clone()).collect();
        fits.retain(|fit| !widest.iter().any(|other| fit.tests != *other && fit.tests.is_subset(other)));
        fits.sort_by(|one, other| other.likeness.total_cmp(&one.likeness));
        let mut chosen: Vec<Fit<'_>> = Vec::new();
        for fit in fits {
            match chosen.iter().find(|better| !better.tests.is_disjoint(&fit.tests)) {
                None => chosen.push(fit),
                Some(better) if better.likeness - fit.likeness > MARGIN => {}
                Some(_) => return None,
            }
        }
        let waits = |test: &String, said: &Message| {
            untouched.contains(&said.todo) || (!untouched.is_empty() && self.is_as_at_first(test, said))
        };
        let mut unexplained = red.iter().filter(|(test, said)| !waits(test, said));
        if unexplained.any(|(test, _)| !chosen.iter().any(|fit| fit.tests.contains(test))) {
            return None;
        }
        let place = |fit: &Fit<'_>| order.iter().position(|todo| *todo == fit.answer.region);
        chosen.into_iter().min_by_key(place).map(|fit| fit.answer)
    }

    /// Whether a test says what it says of the starter.
    fn is_as_at_first(&self, test: &str, said: &Message) -> bool {
        self.starter.get(test).is_some_and(|first| likeness::of(first, said, &self.given).is_some())
    }

    /// Whether a test that pointed at this TODO at first does no longer do so.
    fn has_mended(&self, todo: &str, red: &Messages) -> bool {
        let mut first = self.starter.iter().filter(|(_, said)| said.todo == todo);
        first.any(|(test, _)| !red.get(test).is_some_and(|said| self.is_as_at_first(test, said)))
    }

    /// How well a wrong answer explains red tests; nothing where it cannot be there.
    fn fit<'known>(
        &self,
        answer: &'known WrongAnswer,
        kept: &'known Messages,
        red: &Messages,
        untouched: &BTreeSet<String>,
    ) -> Option<Fit<'known>> {
        let mut alike = Vec::new();
        for (test, wanted) in kept {
            let got = red.get(test)?;
            match likeness::of(wanted, got, &self.given) {
                Some(likeness) => alike.push((test, got, likeness)),
                // It cannot be judged before another TODO is filled.
                None if untouched.contains(&got.todo) => {}
                None => return None,
            }
        }
        let said = |words: &String| alike.iter().any(|(_, got, _)| likeness::says(got, words));
        if alike.is_empty() || !answer.says.iter().all(said) {
            return None;
        }
        let likeness = alike.iter().map(|(_, _, likeness)| likeness).sum::<f64>() / alike.len() as f64;
        Some(Fit { answer, tests: alike.into_iter().map(|(test, _, _)| test).collect(), likeness })
    }

    /// Pairs of wrong answers that nobody can tell apart, because their checks say the same.
    pub fn indistinguishable(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (index, (one, said)) in self.answers.iter().enumerate() {
            let same = self.answers[index + 1..].iter().filter(|(_, other)| other == said);
            pairs.extend(same.map(|(other, _)| (one.name.clone(), other.name.clone())));
        }
        pairs
    }
}

/// The TODOs in which the starter's lines still stand.
pub fn untouched(lab: &Lab, files: &Files) -> BTreeSet<String> {
    let stands = |todo: &crate::todo::Todo| {
        files.get(&todo.path).is_some_and(|bytes| todo.is_untouched(&String::from_utf8_lossy(bytes)))
    };
    lab.todos().into_iter().filter(stands).map(|todo| todo.id).collect()
}

fn parsed<K: ToString, V: AsRef<str>>(said: impl IntoIterator<Item = (K, V)>) -> Messages {
    said.into_iter().map(|(test, said)| (test.to_string(), Message::parse(said.as_ref()))).collect()
}
