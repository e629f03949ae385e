//! lab-07.2: Lambda reads the stream in the role of `board-journal`, and what it reads is written down.

use serde_json::json;

use crate::{JOURNAL, STREAM, STREAMS, deployed, path, posted};

#[test]
fn every_change_is_written_down() {
    let lab = deployed("lab-07.2");
    let post = path(&posted(&lab, "Lost: one umbrella"));
    lab.asks("lab-07.3", "delete the post").delete(&post).has_status(204);
    lab.drain();
    let mut changes: Vec<_> = lab.items("JournalTable").iter().map(|line| line["change"].clone()).collect();
    changes.sort_by_key(ToString::to_string);
    let answer = lab.asks("lab-07.3", "read the post that is gone").get(&post);
    answer.has_status(404);
    let expected = vec![json!("INSERT"), json!("REMOVE")];
    answer.shows(changes == expected, "INSERT and REMOVE in the journal", format!("{changes:?}"));
}

#[test]
fn the_stream_may_be_read_and_nothing_else() {
    let lab = deployed("lab-07.2");
    let about = "the role of board-journal allows what it needs, and no more";
    let role = lab.asks("lab-07.2", about).role_of("BoardJournalFunction");
    role.may("dynamodb:PutItem", JOURNAL)
        .may("dynamodb:DescribeStream", STREAM)
        .may("dynamodb:GetRecords", STREAM)
        .may("dynamodb:GetShardIterator", STREAM)
        // Only AWS knows when the stream was made, so a template may leave that part of its ARN open.
        .could("dynamodb:DescribeStream", STREAMS)
        .could("dynamodb:GetRecords", STREAMS)
        .could("dynamodb:GetShardIterator", STREAMS)
        // Names of streams are all that listing tells, and a policy can hardly say less than all of them.
        .could("dynamodb:ListStreams", "*")
        .is_written_for_any_account()
        .may_nothing_else_before_statements_about("logs");
    // Lambda reads the stream by itself, and asks no policy of the function's.
    lab.asks("lab-07.2", "who may call the function").is_called_by_its_apis_alone("BoardJournalFunction");
}
