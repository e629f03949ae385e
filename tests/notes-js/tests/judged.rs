//! Each of the notes' handlers under the check that fits it. What a check says about it stands in `record/`, word for word as
//! the book shows it.

use course::run::Run;
use notes_js::{Trial, table};

/// Runs a trial, and compares the result with its record.
fn judged(trial: Trial) -> Run {
    let run = trial.judged().unwrap_or_else(|why| panic!("{}: {why}", trial.handler));
    assert!(run.was_built(), "the check of lab {} was not built or run:\n{}", trial.lab, run.build);
    let (table, file) = (table(&run), trial.record());
    if std::env::var_os("NOTES_JS_RECORD").is_some_and(|value| value == "write") {
        std::fs::write(&file, &table).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        kept == table,
        "{} is not what the trial gave. If the new verdict is right, write it with: NOTES_JS_RECORD=write cargo test -p notes-js\n\n{table}",
        file.display()
    );
    run
}

/// The tests that are green, sorted.
fn green(run: &Run) -> Vec<&str> {
    let mut green: Vec<&str> = run.green.iter().map(String::as_str).collect();
    green.sort_unstable();
    green
}

#[test]
fn a_reply_without_its_envelope_passes_nothing() {
    let run = judged(Trial { handler: "greeting-without-envelope", lab: "01" });
    assert_eq!(green(&run), [""; 0]);
}

#[test]
fn the_callback_with_the_envelope_greets_and_breaks_at_the_first_bad_request() {
    let run = judged(Trial { handler: "greeting-by-callback", lab: "01" });
    let greets = ["greets_a_name_in_a_json_body", "greets_by_name", "reads_a_json_body_to_its_end"];
    assert_eq!(green(&run), greets);
}

#[test]
fn the_header_of_note_7_opens_the_board_to_everybody_and_no_preflight() {
    let run = judged(Trial { handler: "board-by-callback", lab: "03" });
    assert!(run.red.keys().any(|test| test.starts_with("preflight::")), "a preflight is refused");
    assert!(run.red.keys().any(|test| test.starts_with("origins::")), "a stranger's page reads the board");
}

#[test]
fn the_requests_as_noted_pass_nothing() {
    let run = judged(Trial { handler: "food-as-noted", lab: "04" });
    assert_eq!(green(&run), [""; 0]);
}

#[test]
fn the_mended_requests_pass_what_needs_no_condition_and_no_query() {
    let run = judged(Trial { handler: "food-mended", lab: "04" });
    assert!(run.red.keys().all(|test| !test.contains("stored_with_the_types")), "the mended item is whole");
    assert_eq!((run.green.len(), run.red.len()), (8, 22));
}
