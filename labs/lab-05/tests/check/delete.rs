//! lab-05.5: what is deleted is gone, and what never existed cannot be.

use kit::lab;

use crate::{NOBODYS_ID, asks, is_readable_error, path, posted};

#[test]
fn what_never_existed_is_a_404() {
    let lab = lab!();
    let answer = asks(&lab, "lab-05.5", "delete a post that never existed").delete(&format!("/board/{NOBODYS_ID}"));
    let answer = is_readable_error(answer, 404, "no_such_post");
    answer.in_own_words("error.message").matches_snapshot("deletes_no_post");
}

#[test]
fn deleting_twice_is_not_a_mistake() {
    let lab = lab!();
    let post = posted(&lab, "lab-05.5", "Gone soon");
    let kept = posted(&lab, "lab-05.5", "Stays");
    let first = asks(&lab, "lab-05.5", "delete a post").delete(&path(&post));
    first.has_status(204);
    first.matches_snapshot("deletes_a_post");
    let again = asks(&lab, "lab-05.5", "delete it again").delete(&path(&post));
    again.has_status(204);
    let never = asks(&lab, "lab-05.5", "delete a post that never existed").delete(&format!("/board/{NOBODYS_ID}"));
    is_readable_error(never, 404, "no_such_post");
    let left: Vec<_> = lab.items("BoardTable").into_iter().filter(|item| item["title"].is_string()).collect();
    let left_is_right = left.len() == 1 && left[0]["id"] == kept["id"];
    again.shows(left_is_right, "the other post is still there, alone", format!("{} posts are there", left.len()));
}

#[test]
fn other_methods_are_refused_by_name() {
    let lab = lab!();
    let never = asks(&lab, "lab-05.5", "delete a post that never existed").delete(&format!("/board/{NOBODYS_ID}"));
    never.has_status(404);
    let other =
        asks(&lab, "lab-05.5", "send a method that the board has not").send("PATCH", &format!("/board/{NOBODYS_ID}"));
    let other = is_readable_error(other, 405, "method_not_allowed");
    other.has_header("Allow", "GET, PUT, DELETE, OPTIONS");
}
