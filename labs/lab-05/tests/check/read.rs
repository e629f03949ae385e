//! lab-05.2: a post that is not there is the caller's 404.

use kit::lab;

use crate::{NOBODYS_ID, asks, is_readable_error, path, posted};

#[test]
fn an_id_that_no_post_has_is_a_404() {
    let lab = lab!();
    let answer = asks(&lab, "lab-05.2", "read a post that does not exist").get(&format!("/board/{NOBODYS_ID}"));
    let answer = is_readable_error(answer, 404, "no_such_post");
    answer.in_own_words("error.message").matches_snapshot("reads_no_post");
}

#[test]
fn what_was_written_is_read_until_it_is_deleted() {
    let lab = lab!();
    let post = posted(&lab, "lab-05.2", "Here");
    let found = asks(&lab, "lab-05.2", "read it").get(&path(&post));
    found.has_status(200);
    found.matches_snapshot("reads_a_post");
    asks(&lab, "lab-05.2", "delete it").delete(&path(&post)).has_status(204);
    is_readable_error(asks(&lab, "lab-05.2", "read it after it was deleted").get(&path(&post)), 404, "no_such_post");
}
