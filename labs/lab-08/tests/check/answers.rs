//! Lab 08, TODO 08.4: a table that gives no answer. The call is ended by the time that its client gives it, and nobody knows what became
//! of it.

use crate::before::judged;
use crate::once::{TODO, counts_once, fails_as_a_whole};
use crate::{TABLE, deployed_without_retries, inserted, post};

#[test]
fn a_call_without_an_answer_is_a_failure() {
    let lab = deployed_without_retries(TODO);
    let call = "TransactWriteItems";
    fails_as_a_whole(&lab, "a post, while the table gives no answer", "a call that took too long", || {
        lab.holds_calls(call)
    });
    let batch = [vec![inserted(&post(1, "Ice", 1, 1), "800000000003126276361")]];
    let again = lab.asks(TODO, "the same post, when the table answers again, twice").hands(TABLE, &batch).again();
    again.succeeds();
    judged(&lab, &again);
    counts_once(&lab, &again, 1);
}
