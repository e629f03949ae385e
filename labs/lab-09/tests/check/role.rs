//! Lab 09, TODO 09.2: who sends to the queue, and may.

use crate::{QUEUE, bad_post, changes, deployed, in_words, judged};

const TODO: &str = "lab-09.2";

const TABLE_ARN: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board";
const STREAMS: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/*";
const QUEUE_ARN: &str = "arn:aws:sqs:ap-northeast-2:123456789012:board-digest-failures";

#[test]
fn what_is_given_up_reaches_the_queue() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "a bad post, and the role in which it is set aside").put(&bad_post(1)).delivered();
    judged(&delivered);
    let messages = lab.messages(QUEUE).len();
    delivered.shows(messages == 1, in_words(1), in_words(messages));
}

#[test]
fn the_role_sends_to_that_queue_and_can_do_nothing_else() {
    let lab = deployed(TODO);
    let about = "the role of board-digest allows what it needs, and no more";
    lab.asks(TODO, about)
        .role_of("BoardDigestFunction")
        .may("sqs:SendMessage", QUEUE_ARN)
        .is_written_for_any_account()
        .could("dynamodb:DescribeStream", STREAMS)
        .could("dynamodb:GetRecords", STREAMS)
        .could("dynamodb:GetShardIterator", STREAMS)
        .could("dynamodb:ListStreams", "*")
        .could("dynamodb:ConditionCheckItem", TABLE_ARN)
        .could("dynamodb:PutItem", TABLE_ARN)
        .could_write_its_log()
        .may_nothing_else();
}
