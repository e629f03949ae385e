//! Lab 09, TODO 09.2: who sends to the queue, and may.

use crate::{QUEUE, bad_post, changes, deployed, in_words, judged};

const TODO: &str = "lab-09.2";

#[test]
fn what_is_given_up_reaches_the_queue() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "a bad post, and the role in which it is set aside").put(&bad_post(1)).delivered();
    judged(&delivered);
    let messages = lab.messages(QUEUE).len();
    delivered.shows(messages == 1, in_words(1), in_words(messages));
}
