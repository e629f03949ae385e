//! The trainer's guide: schedules that add up, and wrong answers that there are.
//!
//! A schedule is a table below a heading that ends with its minutes, `Half a day: 240 minutes`. A trainer stands before a class with it,
//! where a sum that is wrong by a quarter of an hour is a lunch that is late.

use std::collections::BTreeSet;
use std::path::Path;

use super::page::{Heading, Page};
use course::lab::labs;
use course::regions::Fault;
use course::wrong_answer::wrong_answers;

const PAGE: &str = "book/src/trainers-guide.md";
/// Half a day, one day, and the two of two days.
const SCHEDULES: usize = 4;
/// A part that a day has, and two days have: finding a fault without being told which lab it is.
const DRILLS: &str = "(drills.md)";
/// So many schedules have it.
const DRILLED: usize = 2;
/// How a part that is not a page begins.
const PAUSES: [&str; 4] = ["Break", "Close", "Lunch", "Recall"];

pub(super) fn faults(root: &Path, page: &Page) -> Result<Vec<Fault>, Fault> {
    if page.file != PAGE {
        return Ok(Vec::new());
    }
    let schedules: Vec<(&Heading, usize)> =
        page.headings.iter().filter_map(|heading| Some((heading, total(&heading.title)?))).collect();
    let mut faults: Vec<Fault> =
        schedules.iter().flat_map(|(heading, total)| schedule(page, heading, *total)).collect();
    if schedules.len() < SCHEDULES {
        let what = format!(
            "has {} schedules, and should have {SCHEDULES}; add one below a heading that ends with its minutes",
            schedules.len()
        );
        faults.push(page.fault(1, what));
    }
    let drilled = schedules.iter().filter(|(heading, _)| rows(page, heading).any(|(_, row)| row.contains(DRILLS)));
    if drilled.count() < DRILLED {
        let what =
            format!("fewer than {DRILLED} schedules have a part about {DRILLS}; add one to a day and to two days");
        faults.push(page.fault(1, what));
    }
    faults.extend(answers(root, page)?);
    Ok(faults)
}

/// `240` of `Half a day: 240 minutes`.
fn total(title: &str) -> Option<usize> {
    title.rsplit_once(": ")?.1.strip_suffix(" minutes")?.parse().ok()
}

/// The rows of the table below a heading, each with its index among the page's lines.
fn rows<'p>(page: &'p Page, heading: &Heading) -> impl Iterator<Item = (usize, &'p str)> {
    let first = page.line(heading.at.start);
    let rows = page.text.lines().enumerate().skip(first).skip_while(|(_, line)| !line.starts_with('|'));
    rows.take_while(|(_, line)| line.starts_with('|')).skip(2)
}

/// What is wrong with the table below a heading.
fn schedule(page: &Page, heading: &Heading, total: usize) -> Vec<Fault> {
    let first = page.line(heading.at.start);
    let mut faults = Vec::new();
    let mut at = 0;
    for (index, row) in rows(page, heading) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let (Some(begin), Some(minutes), Some(part)) = (cells.first(), cells.get(1), cells.get(2)) else { continue };
        let mut fault = |what: String| faults.push(page.fault(index + 1, what));
        let is_known = part.starts_with('[') || PAUSES.iter().any(|pause| part == pause);
        if !is_known {
            fault(format!("the part {part:?} leads nowhere; link its page, or call it one of: {}", PAUSES.join(", ")));
        }
        let wanted = format!("{}:{:02}", at / 60, at % 60);
        if *begin != wanted {
            fault(format!("begins at {begin}, and the parts before it end at {wanted}; mend one of them"));
        }
        match minutes.parse::<usize>() {
            Ok(minutes) if minutes > 0 => at += minutes,
            _ => fault(format!("{minutes:?} is not a number of minutes; write how long the part takes")),
        }
    }
    if at != total {
        let what = format!("the schedule {:?} adds up to {at} minutes; mend a part, or the heading", heading.title);
        faults.push(page.fault(first, what));
    }
    faults
}

/// Wrong answers that the page names and nobody has, and labs of which it names none.
fn answers(root: &Path, page: &Page) -> Result<Vec<Fault>, Fault> {
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    let named: BTreeSet<&str> = page.code.iter().map(String::as_str).filter(|code| is_answer(code)).collect();
    for lab in labs(root)? {
        let answers = wrong_answers(root, &lab.number)?;
        if !answers.iter().any(|answer| named.contains(answer.name.as_str())) {
            faults.push(
                page.fault(1, format!("names no wrong answer of {}; say where a class gets stuck in it", lab.name())),
            );
        }
        known.extend(answers.into_iter().map(|answer| answer.name));
    }
    for name in named.into_iter().filter(|name| !known.contains(*name)) {
        let line = page.text.lines().position(|line| line.contains(&format!("`{name}`"))).map_or(1, |index| index + 1);
        faults.push(page.fault(line, format!("there is no tests/wrong-answers/…/{name}; mend the name")));
    }
    Ok(faults)
}

/// `05.3-scans-the-table`.
fn is_answer(code: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    code.split_once('-')
        .and_then(|(todo, _)| todo.split_once('.'))
        .is_some_and(|(lab, todo)| is_digits(lab) && is_digits(todo))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(rows: &str) -> Vec<String> {
        let text = format!(
            "# A\n\n### Half a day: 90 minutes\n\n| At | Minutes | Part | What happens |\n|---|---|---|---|\n{rows}\nText.\n"
        );
        let page = Page::parse(PAGE, &text);
        let heading = page.headings.iter().find(|heading| total(&heading.title) == Some(90)).unwrap();
        schedule(&page, heading, 90).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_schedule_adds_up_and_each_part_begins_where_the_one_before_ends() {
        assert_eq!(said("| 0:00 | 60 | [A](a.md) | x |\n| 1:00 | 30 | Break | |\n"), [""; 0]);
        for (rows, what) in [
            (
                "| 0:00 | 60 | [A](a.md) | x |\n",
                "trainers-guide.md:3: the schedule \"Half a day: 90 minutes\" adds up to 60 minutes",
            ),
            (
                "| 0:00 | 60 | [A](a.md) | x |\n| 1:05 | 30 | Break | |\n",
                "trainers-guide.md:8: begins at 1:05, and the parts before it end at 1:00",
            ),
            ("| 0:00 | 90 | A | x |\n", "trainers-guide.md:7: the part \"A\" leads nowhere"),
            (
                "| 0:00 | long | Break | x |\n| 0:00 | 90 | Break | x |\n",
                "trainers-guide.md:7: \"long\" is not a number of minutes",
            ),
        ] {
            let found = said(rows);
            assert!(found.len() == 1 && found[0].contains(what), "{what}: {found:?}");
        }
    }

    #[test]
    fn a_wrong_answer_is_told_from_other_code() {
        assert!(is_answer("05.3-scans-the-table"));
        for other in ["cargo run", "05.3", "0.5-x GB".trim_start_matches("0.5-"), "a.1-b", "lab-05"] {
            assert!(!is_answer(other), "{other}");
        }
    }
}
