//! What a trainer sees of a class: a table with a row for each learner, where they are stuck, and what was no help.
//!
//! The rows are in the order of names, because a trainer looks for a person. The places are in the order of how many are there, because
//! one explanation at the board helps all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use course::hints::Hints;
use course::lab::Lab;
use unicode_width::UnicodeWidthStr;

use super::line::{ClassLine, LabLine, Reading};

/// The last rung of the hints: somebody has seen the solution's lines and is still red.
const LAST_RUNG: u8 = 4;
/// From this rung on the idea has been explained, and did not help.
const EXPLAINED: u8 = 2;
/// The widest name that is shown whole, in columns of a terminal.
const WIDEST: usize = 24;
/// The row that counts.
const ALL: &str = "done";

/// Somebody at a place.
struct Visitor<'line> {
    name: &'line str,
    answer: Option<&'line str>,
    hint: Option<u8>,
}

/// The table of all lines, for the labs that there are.
pub fn render(root: &Path, labs: &[Lab], readings: Vec<Reading>) -> String {
    let mut lines: BTreeMap<String, ClassLine> = BTreeMap::new();
    let mut notes = Vec::new();
    let mut older: BTreeMap<String, usize> = BTreeMap::new();
    for (at, reading) in readings.iter().enumerate() {
        match reading {
            Reading::Line(line) => {
                let line = line.clone();
                // Of two lines the newer counts; minutes in UTC sort as text.
                let at = line.at.clone();
                if let Some(known) = lines.get_mut(&line.name) {
                    if *known != line {
                        *older.entry(line.name.clone()).or_default() += 1;
                    }
                    if known.at <= at {
                        *known = line;
                    }
                } else {
                    lines.insert(line.name.clone(), line);
                }
            }
            Reading::Broken(name) => {
                // Whoever saw that it was cut has sent it again.
                let is_whole = |later: &Reading| matches!(later, Reading::Line(line) if line.name == *name);
                if !readings[at + 1..].iter().any(is_whole) {
                    notes.push(format!(
                        "A line{} was cut or changed on its way. Ask for it as a file: cargo workbook class > NAME.txt",
                        of(name)
                    ));
                }
            }
            Reading::OtherForm(name) => notes.push(format!(
                "A line{} was made by another version of the workbook, and is left out. Give everybody the same copy.",
                of(name)
            )),
        }
    }
    for (name, count) in older {
        let older = if count == 1 { "is 1 older line".to_string() } else { format!("are {count} older lines") };
        notes.push(format!(
            "Of {name} there {older}; the newest counts. Two people of one name? cargo workbook class --name NAME"
        ));
    }
    let lines: Vec<ClassLine> = lines.into_values().collect();
    let parts = [heading(&lines), table(labs, &lines), places(root, labs, &lines), notes.join("\n")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn of(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" of {name}") }
}

fn heading(lines: &[ClassLine]) -> String {
    let count = match lines.len() {
        1 => "1 learner".to_string(),
        count => format!("{count} learners"),
    };
    match (lines.iter().map(|line| &line.at).min(), lines.iter().map(|line| &line.at).max()) {
        (Some(first), Some(last)) if first != last => format!("{count}, from {first} to {last}"),
        (Some(first), _) => format!("{count}, {first}"),
        _ => count,
    }
}

fn table(labs: &[Lab], lines: &[ClassLine]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let widest = lines.iter().map(|line| shown(&line.name).width()).chain([ALL.width()]).max().unwrap_or_default();
    let mut text = " ".repeat(widest);
    labs.iter().for_each(|lab| text.push_str(&format!("  {:>5}", lab.number)));
    for line in lines {
        let name = shown(&line.name);
        let _ = write!(text, "\n{name}{}", " ".repeat(widest - name.width()));
        for lab in labs {
            let cell = match of_lab(line, &lab.number) {
                LabLine::NotBegun => ".".to_string(),
                LabLine::Borrowed => "b".to_string(),
                LabLine::Done => "done".to_string(),
                LabLine::DoesNotCompile => "error".to_string(),
                LabLine::Unknown => "?".to_string(),
                LabLine::Begun { green, tests, .. } => format!("{green}/{tests}"),
            };
            let _ = write!(text, "  {cell:>5}");
        }
    }
    let done = |lab: &Lab| lines.iter().filter(|line| *of_lab(line, &lab.number) == LabLine::Done).count();
    let _ = write!(text, "\n{ALL:<widest$}");
    labs.iter().for_each(|lab| text.push_str(&format!("  {:>5}", done(lab))));
    text.push_str("\n\n5/9: so many tests are green   .: not begun   b: borrowed from the solution   error: does not compile   ?: could not be checked");
    text
}

/// How far somebody is in a lab; a lab that their line does not have was not begun.
fn of_lab<'line>(line: &'line ClassLine, number: &str) -> &'line LabLine {
    line.labs.iter().find(|(of, _)| of == number).map_or(&LabLine::NotBegun, |(_, lab)| lab)
}

/// As much of a name as is shown.
fn shown(name: &str) -> &str {
    let fits = |end: &usize| name[..*end].width() <= WIDEST;
    let mut ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
    &name[..ends.rfind(fits).unwrap_or_default()]
}

/// Where learners are, those places first at which most are.
fn places(root: &Path, labs: &[Lab], lines: &[ClassLine]) -> String {
    let mut at: BTreeMap<&str, Vec<Visitor<'_>>> = BTreeMap::new();
    for line in lines {
        for (number, lab) in &line.labs {
            let (todo, answer, hint) = match lab {
                LabLine::Begun { place: Some(place), .. } => (place.todo.as_str(), place.answer.as_deref(), place.hint),
                LabLine::Begun { place: None, .. } | LabLine::DoesNotCompile | LabLine::Unknown => {
                    (number.as_str(), None, None)
                }
                LabLine::NotBegun | LabLine::Borrowed | LabLine::Done => continue,
            };
            at.entry(todo).or_default().push(Visitor { name: &line.name, answer, hint });
        }
    }
    let mut at: Vec<_> = at.into_iter().collect();
    at.sort_by(|(a, here), (b, there)| there.len().cmp(&here.len()).then_with(|| a.cmp(b)));
    let told = at.iter().map(|(todo, visitors)| {
        let names = |chosen: &dyn Fn(&Visitor<'_>) -> bool| -> Vec<&str> {
            visitors.iter().filter(|visitor| chosen(visitor)).map(|visitor| visitor.name).collect()
        };
        let mut text = format!("lab-{todo}  {}: {}", visitors.len(), names(&|_| true).join(", "));
        if let Some(page) = page_of(root, labs, todo) {
            let _ = write!(text, "\n    the idea: {page}");
        }
        let number = todo.get(..2).unwrap_or(todo);
        let answers: BTreeSet<&str> = visitors.iter().filter_map(|visitor| visitor.answer).collect();
        for answer in answers {
            let wrote = names(&|visitor| visitor.answer == Some(answer)).join(", ");
            let _ = write!(text, "\n    wrote tests/wrong-answers/lab-{number}/{answer}: {wrote}");
        }
        for (rungs, what) in [
            (EXPLAINED..LAST_RUNG, "had the idea explained by a hint"),
            (LAST_RUNG..u8::MAX, "have seen the solution's lines"),
        ] {
            let who = names(&|visitor| visitor.hint.is_some_and(|rung| rungs.contains(&rung)));
            if !who.is_empty() {
                let _ = write!(text, "\n    {what}: {}", who.join(", "));
            }
        }
        text
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { String::new() } else { format!("Who is where:\n\n{}", told.join("\n")) }
}

/// The section of the book that explains a TODO.
fn page_of(root: &Path, labs: &[Lab], todo: &str) -> Option<String> {
    let lab = labs.iter().find(|lab| todo.starts_with(&lab.number))?;
    let hints = Hints::read(root, &lab.number).ok()?;
    hints.todos.into_iter().find(|hint| hint.id == format!("lab-{todo}")).map(|hint| hint.page)
}

#[cfg(test)]
mod tests {
    use super::super::line::tests::line;
    use super::*;

    fn of_class(readings: Vec<Reading>) -> String {
        let root = course::root::workspace().unwrap();
        let labs: Vec<Lab> = crate::learner::all(&root).unwrap().into_iter().take(3).collect();
        render(&root, &labs, readings)
    }

    #[test]
    fn a_class_is_one_table_with_the_places_where_most_are_first() {
        let class = [
            line("김민지", "10:02", &[("01", "done"), ("02", "borrowed"), ("03", "5/9@03.2:header-only-on-success!2")]),
            line("Ada", "10:03", &[("01", "done"), ("02", "3/8@02.1!4"), ("03", "-")]),
            line("Ben", "10:02", &[("01", "done"), ("02", "done"), ("03", "6/9@03.2:header-only-on-success")]),
            line("Cho", "10:05", &[("01", "error")]),
        ];
        let text = of_class(class.into_iter().map(Reading::Line).collect());
        let wanted = "4 learners, from 2026-11-29T10:02Z to 2026-11-29T10:05Z\n\n\
             \x20          01     02     03\n\
             Ada      done    3/8      .\n\
             Ben      done   done    6/9\n\
             Cho     error      .      .\n\
             김민지   done      b    5/9\n\
             done        3      1      0\n\n\
             5/9: so many tests are green";
        assert!(text.starts_with(wanted), "{text}");
        let wanted = "Who is where:\n\n\
             lab-03.2  2: Ben, 김민지\n    the idea: 03-cors.md#who-has-to-say-it\n    \
             wrote tests/wrong-answers/lab-03/03.2-header-only-on-success: Ben, 김민지\n    \
             had the idea explained by a hint: 김민지\n\
             lab-01  1: Cho\n\
             lab-02.1  1: Ada\n";
        assert!(text.contains(wanted) && text.ends_with("have seen the solution's lines: Ada"), "{text}");
    }

    #[test]
    fn columns_stand_below_each_other_whatever_a_name_is_written_in() {
        // Composed, in its parts, full width, with a mark on its letter, an emoji, longer than is shown, and shorter than "done".
        let names = [
            "김민지",
            "\u{1100}\u{1175}\u{11b7}",
            "Ａda",
            "Jose\u{301}",
            "🦀",
            "B",
            &"가나다라마바사아자차카타파하".repeat(2),
        ];
        let class = names.iter().map(|name| Reading::Line(line(name, "10:02", &[("01", "done")])));
        let text = of_class(class.collect());
        let rows: Vec<&str> = text.lines().skip(2).take(names.len() + 2).collect();
        assert_eq!(rows.iter().map(|row| row.width()).collect::<Vec<_>>(), [WIDEST + 21; 9], "{}", rows.join("\n"));
        assert!(text.contains("\n가나다라마바사아자차카타   done"), "{text}");
        let text = of_class(vec![Reading::Line(line("B", "10:02", &[("01", "done")]))]);
        assert!(text.contains("\nB      done      .      .\ndone      1      0      0\n"), "{text}");
    }

    #[test]
    fn a_line_that_was_cut_is_no_longer_named_once_its_whole_has_come() {
        let (cut, whole) = (Reading::Broken("Ada".to_string()), Reading::Line(line("Ada", "10:02", &[("01", "done")])));
        let asks = |readings: &[&Reading]| {
            of_class(readings.iter().map(|one| (*one).clone()).collect()).contains("cut or changed")
        };
        assert!(!asks(&[&cut, &whole]) && !asks(&[&cut, &cut, &whole]));
        assert!(asks(&[&whole, &cut]), "the newer one is what was cut");
        assert!(asks(&[&Reading::Broken(String::new()), &whole]), "nobody knows whose it was");
    }

    #[test]
    fn of_one_name_the_newest_line_counts_and_what_is_wrong_is_said() {
        let old = line("Ada", "10:02", &[("01", "2/7@01.1")]);
        let new = line("Ada", "10:30", &[("01", "done")]);
        let text = of_class(vec![
            Reading::Line(new.clone()),
            Reading::Line(old),
            Reading::Line(new),
            Reading::Broken("Ben".to_string()),
            Reading::OtherForm(String::new()),
        ]);
        assert!(text.starts_with("1 learner, 2026-11-29T10:30Z\n") && text.contains("\nAda    done"), "{text}");
        assert!(!text.contains("Who is where"), "{text}");
        for part in ["A line of Ben was cut", "A line was made by another version", "Of Ada there is 1 older line;"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
