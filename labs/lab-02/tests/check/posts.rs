//! lab-02.5: the id in the path, as it is meant and not as it is written.

use crate::{board, is_refused, of_a_post};

#[test]
fn reads_a_post() {
    let lab = board();
    let answer = of_a_post(lab.asks("lab-02.5", "read a post").get("/board/welcome"));
    answer.has_status(200);
    answer.matches_snapshot("reads_a_post");
}

#[test]
fn reads_a_post_whose_id_is_encoded() {
    let lab = board();
    let answer = of_a_post(lab.asks("lab-02.5", "read the post \"café\"").get("/board/caf%C3%A9"));
    answer.has_status(200);
    answer.has_field("title", "Where we meet");
}

#[test]
fn a_plus_in_a_path_is_a_plus() {
    let lab = board();
    for path in ["/board/c++", "/board/c%2B%2B"] {
        let answer = of_a_post(lab.asks("lab-02.5", "read the post \"c++\"").get(path));
        answer.has_status(200);
        answer.has_field("title", "Questions about C++");
    }
}

#[test]
fn says_which_post_is_not_there() {
    let lab = board();
    let answer = of_a_post(lab.asks("lab-02.5", "refuse to read a post that is not there").get("/board/na%C3%AFve"));
    let answer = is_refused(answer, 404, "no_such_post");
    let message = answer.field("error.message").as_str().unwrap_or_default().to_string();
    answer.shows(message.contains("\"naïve\""), "the id in the message: \"naïve\"", format!("the message {message}"));
}
