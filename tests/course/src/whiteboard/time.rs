//! The clock: a version takes its minutes exactly, and each step's words can be said in its seconds.

use course::regions::Fault;
use course::whiteboard::storyboard::Storyboard;

use super::Report;

/// The versions that there must be.
const MINUTES: [u32; 3] = [5, 15, 30];
/// How fast the Korean talk is read aloud: as slowly as the English one, at which a hand can draw.
const SYLLABLES_PER_MINUTE: usize = 270;

pub(super) fn faults(storyboard: &Storyboard, report: &Report<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let minutes: Vec<u32> = storyboard.versions.iter().map(|version| version.minutes).collect();
    if minutes != MINUTES {
        faults.push(
            report.of_file(format!(
                "has versions of {minutes:?} minutes; keep one each of {MINUTES:?}, the shortest first"
            )),
        );
    }
    for version in &storyboard.versions {
        let (sum, wanted) = (storyboard.steps_of(version).map(|step| step.seconds).sum::<u32>(), version.minutes * 60);
        if sum != wanted {
            let what = format!(
                "has steps of {sum} seconds together, and {wanted} are its minutes; change the seconds of a step, or its steps"
            );
            faults.push(report.of_version(version.minutes, what));
        }
    }
    for step in &storyboard.steps {
        let words = spoken(&step.talk.en);
        let most = step.seconds as usize * storyboard.board.words_per_minute as usize / 60;
        if words > most {
            let what = format!(
                "has {words} words to say in {} seconds; {most} fit, so cut its talk or give it time",
                step.seconds
            );
            faults.push(report.at("step", &step.id, what));
        }
        let (syllables, most) = (syllables(&step.talk.ko), step.seconds as usize * SYLLABLES_PER_MINUTE / 60);
        if syllables > most {
            let what = format!(
                "has {syllables} Korean syllables to say in {} seconds; {most} fit, so cut its talk or give it time",
                step.seconds
            );
            faults.push(report.at("step", &step.id, what));
        }
    }
    faults
}

/// How many syllables a speaker of Korean says. A name in Latin letters and a number take about three.
fn syllables(text: &str) -> usize {
    let is_korean = |letter: &char| ('가'..='힣').contains(letter);
    let others = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    text.chars().filter(is_korean).count() + 3 * others.count()
}

/// How many words a speaker says: what has a letter or digit in it.
fn spoken(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}
