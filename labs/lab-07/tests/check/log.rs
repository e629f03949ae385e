//! lab-07.5: `board-journal` leaves lines in its own log group, and can do nothing else there or elsewhere.

use crate::{deployed, posted};

/// Any log stream of the function's group.
const LOG: &str = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/board-journal:log-stream:any";

#[test]
fn the_journals_lines_arrive() {
    let lab = deployed("lab-07.5");
    posted(&lab, "Lost: one umbrella");
    lab.drain();
    let written = lab.log_of("BoardJournalFunction");
    let answer = lab.asks("lab-07.5", "look into the log of board-journal after a post").get("/board");
    answer.shows(
        written.iter().any(|line| line.contains("written down")),
        "a line of its own in /aws/lambda/board-journal, for the post that it has written down",
        "no line at all, although the function ran and the journal has the post",
    );
}

#[test]
fn its_own_log_may_be_written_and_nothing_else() {
    let lab = deployed("lab-07.5");
    let about = "the role of board-journal writes its own log, and no more";
    let role = lab.asks("lab-07.5", about).role_of("BoardJournalFunction");
    role.may("logs:CreateLogStream", LOG)
        .may("logs:PutLogEvents", LOG)
        .could_write_its_log()
        .is_written_for_any_account()
        .may_nothing_else_from_statements_about("logs");
}
