//! What somebody remembers of each card, and when it is due: FSRS, the scheduler that Anki has, with its published weights.
//!
//! A card has a *stability*, the days after which nine of ten such cards are still known, and a *difficulty*. Each grade changes both, and
//! the next day on which it is asked follows from them. <https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm>
//!
//! The same document is kept by the command (`.workbook/review.json`), kept by a browser where no command runs, exported by the page and
//! imported again. The page has the scheduler in JavaScript (`book/src/review/memory.js`); `tests/course/tests/review.rs` holds the two
//! together. The time is always given and never asked for, so a test can be in any year.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, SubsecRound, TimeDelta, Utc};
use rs_fsrs::{FSRS, Parameters, Rating, State};
use serde::{Deserialize, Serialize};

use super::cards::{Card, Deck};

/// The form of the document.
pub const VERSION: u32 = 1;
/// How many cards may be new on one day.
pub const NEW_A_DAY: usize = 10;

/// How far ahead of the clock an answer can have been given: more is the doing of a clock that was wrong.
const AHEAD_OF_TIME: TimeDelta = TimeDelta::days(1);
/// The years in which somebody can be asked: no scheduler's sum goes beyond what a time can be.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2300;

/// How many minutes before its time a card that is being learned is asked, when nothing else is left: nobody waits for a minute.
pub const AHEAD: i64 = 20;

/// How well a card was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Not known.
    Again,
    /// Known, and only just.
    Hard,
    /// Known.
    Good,
    /// Known without having to think.
    Easy,
}

/// All grades, in the order of their numbers.
pub const GRADES: [Grade; 4] = [Grade::Again, Grade::Hard, Grade::Good, Grade::Easy];

impl Grade {
    fn rating(self) -> Rating {
        match self {
            Grade::Again => Rating::Again,
            Grade::Hard => Rating::Hard,
            Grade::Good => Rating::Good,
            Grade::Easy => Rating::Easy,
        }
    }
}

/// The stage of learning that a card is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CardStage {
    /// Asked for the first time a short while ago.
    Learning,
    /// Known, and asked again after days.
    Review,
    /// Was known and was forgotten.
    Relearning,
}

/// What is remembered of a card that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Memory {
    /// When it is to be asked again.
    pub due: DateTime<Utc>,
    /// Days until one of ten such cards is forgotten.
    pub stability: f64,
    /// From 1 to 10.
    pub difficulty: f64,
    /// The stage that it is in.
    pub stage: CardStage,
    /// How often it was asked.
    pub reps: u32,
    /// How often it was forgotten.
    pub lapses: u32,
    /// When it was asked for the first time.
    pub first: DateTime<Utc>,
    /// When it was asked last.
    pub last: DateTime<Utc>,
}

impl Memory {
    /// What is remembered of a card after it was asked at `now`; `before` is nothing for a new one.
    pub fn after(before: Option<&Memory>, grade: Grade, now: DateTime<Utc>) -> Memory {
        // A clock that was put back a little makes no time before the last answer; one that had run far ahead made a time that never was.
        let was_ahead = before.is_some_and(|memory| memory.last > now + AHEAD_OF_TIME);
        let now = before.filter(|_| !was_ahead).map_or(now, |memory| now.max(memory.last)).trunc_subsecs(0);
        let before =
            before.map(|memory| Memory { first: memory.first.min(now), last: memory.last.min(now), ..*memory });
        let before = before.as_ref();
        let card = before.map_or_else(rs_fsrs::Card::default, Memory::card);
        let next = FSRS::new(Parameters::default()).next(card, now, grade.rating()).card;
        Memory {
            due: next.due,
            stability: next.stability,
            difficulty: next.difficulty,
            stage: match next.state {
                State::Review => CardStage::Review,
                State::Relearning => CardStage::Relearning,
                State::New | State::Learning => CardStage::Learning,
            },
            reps: before.map_or(0, |memory| memory.reps).saturating_add(1),
            lapses: u32::try_from(next.lapses).unwrap_or_default(),
            first: before.map_or(now, |memory| memory.first),
            last: now,
        }
    }

    fn card(&self) -> rs_fsrs::Card {
        rs_fsrs::Card {
            due: self.due,
            stability: self.stability,
            difficulty: self.difficulty,
            elapsed_days: 0,
            scheduled_days: 0,
            reps: i32::try_from(self.reps).unwrap_or(i32::MAX - 1),
            lapses: i32::try_from(self.lapses).unwrap_or(i32::MAX - 1),
            state: match self.stage {
                CardStage::Learning => State::Learning,
                CardStage::Review => State::Review,
                CardStage::Relearning => State::Relearning,
            },
            last_review: self.last,
        }
    }

    /// Whether the numbers are ones that the scheduler can have made.
    fn is_sound(&self) -> bool {
        let is_in = |value: f64, from: f64, to: f64| value.is_finite() && (from..=to).contains(&value);
        let is_time = |time: DateTime<Utc>| YEARS.contains(&time.year());
        is_in(self.stability, 1e-6, 1e6)
            && is_in(self.difficulty, 1.0, 10.0)
            && self.first <= self.last
            && [self.first, self.last, self.due].into_iter().all(is_time)
    }
}

/// What somebody remembers of all cards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Progress {
    /// The form of the document, [`VERSION`].
    pub version: u32,
    /// New cards are asked up to this chapter.
    pub up_to: String,
    /// The last chapter whose lab was begun when that was looked at; a later one opens its cards, once.
    #[serde(default)]
    pub begun: String,
    /// Checkpoints and drills that were missed: cards now, too.
    #[serde(default)]
    pub missed: BTreeSet<String>,
    /// By the cards' ids.
    #[serde(default)]
    pub cards: BTreeMap<String, Memory>,
}

impl Default for Progress {
    fn default() -> Progress {
        Progress {
            version: VERSION,
            up_to: "01".to_string(),
            begun: String::new(),
            missed: BTreeSet::new(),
            cards: BTreeMap::new(),
        }
    }
}

/// What is to be asked now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queue {
    /// The ids of cards in the order in which they are asked: those that were asked before, the longest due first; then what was missed; then new ones. If there are none of these, those that are being learned and are due soon.
    pub ids: Vec<String>,
    /// How many of them are new.
    pub new: usize,
    /// When the next one will be due, if nothing is to be asked now.
    pub next: Option<DateTime<Utc>>,
}

impl Progress {
    /// Reads the document.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Progress, String> {
        let progress: Progress = serde_json::from_str(text).map_err(|why| format!("is not a review: {why}"))?;
        if progress.version != VERSION {
            return Err(format!("was made by another version of the workbook: {}, not {VERSION}", progress.version));
        }
        match progress.cards.iter().find(|(_, memory)| !memory.is_sound()) {
            Some((id, _)) => Err(format!("has numbers for card {id} that no scheduler makes")),
            None => Ok(progress),
        }
    }

    /// The document.
    pub fn text(&self) -> String {
        // Nothing in it can fail to be written: keys are texts, and numbers are finite.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Notes how well a card was known.
    pub fn grade(&mut self, id: &str, grade: Grade, now: DateTime<Utc>) -> Memory {
        let memory = Memory::after(self.cards.get(id), grade, now);
        self.cards.insert(id.to_string(), memory);
        memory
    }

    /// Makes a card of what was missed, to be asked at once. One that is known already is asked again today.
    pub fn miss(&mut self, id: &str, now: DateTime<Utc>) {
        self.missed.insert(id.to_string());
        if let Some(memory) = self.cards.get_mut(id) {
            memory.due = memory.due.min(now.trunc_subsecs(0));
        }
    }

    /// Opens the cards up to the chapter whose lab was begun last, unless that was done before: who has chosen fewer since keeps to that.
    pub fn begin(&mut self, chapter: &str) {
        if chapter > self.begun.as_str() {
            self.begun = chapter.to_string();
            if chapter > self.up_to.as_str() {
                self.up_to = chapter.to_string();
            }
        }
    }

    /// Takes over what another document knows better: of each card, what was asked last.
    pub fn merge(&mut self, other: Progress) {
        if self.up_to < other.up_to {
            self.up_to = other.up_to;
        }
        if self.begun < other.begun {
            self.begun = other.begun;
        }
        self.missed.extend(other.missed);
        for (id, memory) in other.cards {
            let known = self.cards.get(&id).map(|known| (known.last, known.reps));
            if known.is_none_or(|known| known < (memory.last, memory.reps)) {
                self.cards.insert(id, memory);
            }
        }
    }

    /// What is to be asked at `now`. A day is one of UTC: nobody asks a browser or a machine where it stands.
    pub fn queue(&self, deck: &Deck, now: DateTime<Utc>) -> Queue {
        let is_open = |card: &Card| card.chapter <= self.up_to;
        let known = |id: &str| deck.card(id).is_some() || self.missed.contains(id);
        let mut due: Vec<(&DateTime<Utc>, &String)> = self
            .cards
            .iter()
            .filter(|(id, memory)| known(id) && memory.due <= now)
            .map(|(id, memory)| (&memory.due, id))
            .collect();
        due.sort();
        let mut ids: Vec<String> = due.into_iter().map(|(_, id)| id.clone()).collect();
        // What was missed is asked before cards of which nothing is known.
        let missed = self.missed.iter().filter(|id| !self.cards.contains_key(*id)).cloned();
        ids.extend(missed);
        let today = self.cards.values().filter(|memory| memory.first.date_naive() == now.date_naive()).count();
        let new = deck.cards.iter().filter(|card| is_open(card) && !self.cards.contains_key(&card.id));
        let before = ids.len();
        ids.extend(new.take(NEW_A_DAY.saturating_sub(today)).map(|card| card.id.clone()));
        let new = ids.len() - before;
        if ids.is_empty() {
            let soon = now + TimeDelta::minutes(AHEAD);
            let learning = self
                .cards
                .iter()
                .filter(|(id, memory)| known(id) && memory.stage != CardStage::Review && memory.due <= soon);
            let mut learning: Vec<(&DateTime<Utc>, &String)> = learning.map(|(id, memory)| (&memory.due, id)).collect();
            learning.sort();
            ids.extend(learning.into_iter().map(|(_, id)| id.clone()));
        }
        let next =
            self.cards.iter().filter(|(id, memory)| known(id) && memory.due > now).map(|(_, memory)| memory.due).min();
        Queue { next: next.filter(|_| ids.is_empty()), ids, new }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cards::tests::SMALL;
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The days between what is due and now, after each of these grades; each is given on the day that it is due.
    fn days(grades: &[Grade]) -> Vec<i64> {
        let mut now = at("2026-11-29T10:00:00Z");
        let mut memory = None;
        let mut days = Vec::new();
        for grade in grades {
            let next = Memory::after(memory.as_ref(), *grade, now);
            days.push((next.due - now).num_days());
            (now, memory) = (next.due, Some(next));
        }
        days
    }

    #[test]
    fn a_clock_that_ran_ahead_costs_no_card() {
        let now: DateTime<Utc> = "2026-11-29T09:00:00Z".parse().unwrap();
        let far = "2099-01-01T00:00:00Z".parse().unwrap();
        let ahead = Memory { last: far, ..Memory::after(None, Grade::Good, now) };
        let after = Memory::after(Some(&ahead), Grade::Again, now);
        assert_eq!((after.last, after.first), (now, now));
        assert!(after.due < now + TimeDelta::days(1), "{after:?}");
        let text = |time: &str| {
            let mut card = serde_json::to_value(Memory::after(None, Grade::Good, now)).unwrap();
            card["last"] = time.into();
            serde_json::json!({ "version": VERSION, "upTo": "01", "missed": [], "cards": { "01-1": card } }).to_string()
        };
        assert!(Progress::parse(&text("2026-11-29T09:00:00Z")).is_ok());
        let refused = Progress::parse(&text("+262142-12-31T23:59:59Z")).unwrap_err();
        assert!(refused.contains("no scheduler makes"), "{refused}");
    }

    #[test]
    fn what_is_known_comes_back_later_each_time_and_what_is_forgotten_soon() {
        use Grade::{Again, Easy, Good, Hard};
        let known = days(&[Good, Good, Good, Good, Good]);
        assert_eq!(known[..2], [0, 4], "once more on the first day, and then after days");
        assert!(known.windows(2).all(|pair| pair[0] < pair[1]), "{known:?}");
        let forgotten = days(&[Good, Good, Good, Again, Good]);
        assert_eq!(forgotten[3], 0, "{forgotten:?}");
        assert!(forgotten[4] < known[3], "{forgotten:?} after {known:?}");
        let (hard, easy) = (days(&[Good, Good, Hard])[2], days(&[Good, Good, Easy])[2]);
        assert!(hard < known[2] && known[2] < easy, "{hard} {known:?} {easy}");
        assert!(days(&[Easy])[0] > 7);
    }

    #[test]
    fn a_lapse_is_counted_and_the_first_time_is_kept() {
        let first = at("2026-11-29T10:00:00.900Z");
        let mut progress = Progress::default();
        for (days, grade) in [(0, Grade::Easy), (20, Grade::Again), (20, Grade::Good)] {
            progress.grade("01-1", grade, first + TimeDelta::days(days));
        }
        let memory = progress.cards["01-1"];
        assert_eq!((memory.reps, memory.lapses, memory.stage), (3, 1, CardStage::Review));
        assert_eq!((memory.first, memory.last), (at("2026-11-29T10:00:00Z"), at("2026-12-19T10:00:00Z")));
    }

    #[test]
    fn a_clock_that_was_put_back_breaks_nothing() {
        let now = at("2026-11-29T10:00:00Z");
        let known = Memory::after(None, Grade::Easy, now);
        let again = Memory::after(Some(&known), Grade::Hard, now - TimeDelta::hours(12));
        assert!(again.is_sound() && again.last == now, "{again:?}");
        // Nobody can tell by so much whether this clock is wrong or the earlier one was: the card comes back too early, and not never.
        let then = now - TimeDelta::days(4000);
        let again = Memory::after(Some(&known), Grade::Hard, then);
        assert!(again.is_sound() && again.last == then, "{again:?}");
    }

    #[test]
    fn due_cards_come_first_then_what_was_missed_then_new_ones_of_chapters_that_were_begun() {
        let deck = Deck::parse(SMALL).unwrap();
        let morning = at("2026-11-29T10:00:00Z");
        let mut progress = Progress::default();
        assert_eq!(progress.queue(&deck, morning), Queue { ids: vec!["01-1".to_string()], new: 1, next: None });
        let memory = progress.grade("01-1", Grade::Good, morning);
        assert_eq!(progress.queue(&deck, morning).ids, ["01-1"], "it is being learned, and nothing else is left");
        let memory = progress.grade("01-1", Grade::Good, memory.due);
        assert_eq!(progress.queue(&deck, morning), Queue { ids: Vec::new(), new: 0, next: Some(memory.due) });
        progress.up_to = "03".to_string();
        progress.miss("checkpoint-05-1", morning);
        assert_eq!(progress.queue(&deck, memory.due).ids, ["01-1", "checkpoint-05-1", "walls-1"]);
        progress.grade("no-such-card", Grade::Again, morning);
        assert_eq!(progress.queue(&deck, memory.due).ids.len(), 3, "a card that is gone is not asked");
    }

    #[test]
    fn no_more_than_ten_are_new_on_one_day() {
        let card = |number: usize| {
            format!(
                "[[card]]\nid = \"{number}\"\nchapter = \"01\"\nsource = \"a\"\nquestion = {{en = \"\", ko = \"\"}}\nanswer = {{en = \"\", ko = \"\"}}\n"
            )
        };
        let deck = Deck::parse(&(0..25).map(card).collect::<String>()).unwrap();
        let mut now = at("2026-11-29T23:00:00Z");
        let mut progress = Progress::default();
        let mut asked = Vec::new();
        for _ in 0..3 {
            let queue = progress.queue(&deck, now);
            asked.push(queue.new);
            for id in &queue.ids {
                progress.grade(id, Grade::Easy, now);
            }
            assert_eq!(progress.queue(&deck, now).ids, [""; 0]);
            now += TimeDelta::hours(2);
        }
        assert_eq!(asked, [10, 10, 0], "the second is the day after");
    }

    #[test]
    fn what_was_missed_is_asked_again_today_also_if_it_was_known() {
        let now = at("2026-11-29T10:00:00Z");
        let mut progress = Progress::default();
        progress.miss("checkpoint-05-1", now);
        progress.grade("checkpoint-05-1", Grade::Easy, now);
        let deck = Deck { cards: Vec::new() };
        assert_eq!(progress.queue(&deck, now).ids, [""; 0]);
        progress.miss("checkpoint-05-1", now + TimeDelta::days(1));
        assert_eq!(progress.queue(&deck, now + TimeDelta::days(1)).ids, ["checkpoint-05-1"]);
    }

    #[test]
    fn a_lab_that_is_begun_opens_its_chapter_once() {
        let mut progress = Progress::default();
        progress.begin("05");
        assert_eq!(progress.up_to, "05");
        progress.up_to = "03".to_string();
        progress.begin("05");
        assert_eq!(progress.up_to, "03", "that was chosen");
        progress.begin("06");
        assert_eq!(progress.up_to, "06");
        progress.up_to = "09".to_string();
        progress.begin("07");
        assert_eq!(progress.up_to, "09");
    }

    #[test]
    fn two_documents_become_one_without_losing_the_newer_answer() {
        let (early, late) = (at("2026-11-29T10:00:00Z"), at("2026-11-30T10:00:00Z"));
        let (mut here, mut there) = (Progress::default(), Progress::default());
        here.grade("a", Grade::Again, late);
        here.grade("b", Grade::Again, early);
        there.grade("a", Grade::Easy, early);
        there.grade("b", Grade::Easy, late);
        there.begin("05");
        there.miss("checkpoint-05-1", late);
        let (mut one, mut other) = (here.clone(), there.clone());
        one.merge(there.clone());
        other.merge(here.clone());
        assert_eq!(one, other);
        assert_eq!((one.cards["a"], one.cards["b"]), (here.cards["a"], there.cards["b"]));
        assert_eq!((one.up_to.as_str(), one.missed.len()), ("05", 1));
    }

    #[test]
    fn the_document_is_read_as_it_was_written_and_nonsense_is_refused() {
        let mut progress = Progress::default();
        progress.grade("a", Grade::Hard, at("2026-11-29T10:00:00Z"));
        assert_eq!(Progress::parse(&progress.text()), Ok(progress.clone()));
        let text = progress.text();
        for (from, to, what) in [
            ("\"version\": 1", "\"version\": 2", "another version of the workbook"),
            ("\"version\"", "\"verse\"", "is not a review"),
            ("\"difficulty\": ", "\"difficulty\": 1", "numbers for card a"),
            ("\"due\": \"2026", "\"due\": \"no", "is not a review"),
        ] {
            let told = Progress::parse(&text.replacen(from, to, 1)).unwrap_err();
            assert!(told.contains(what), "{told}");
        }
    }
}
