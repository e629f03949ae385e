//! lab-02.5: the id in the path, as it is meant and not as it is written.

use kit::Answer;

use crate::{at_a_post, board, board_on_v2, is_refused, of_a_reader};

/// An answer to a GET of a post.
fn of_a_post(answer: Answer<'_>) -> Answer<'_> {
    of_a_reader(at_a_post(answer))
}

#[test]
fn reads_a_post() {
    let lab = board();
    let answer = of_a_post(lab.asks("lab-02.5", "read a post").get("/board/welcome"));
    answer.has_status(200);
    answer.matches_snapshot("reads_a_post");
    let about = "read a post, while the query names another one";
    let answer = of_a_post(lab.asks("lab-02.5", about).get("/board/welcome?postId=c%2B%2B"));
    answer.has_status(200);
    answer.has_field("id", "welcome");
    let about = "read a post, by a path with a slash at its end";
    let answer = of_a_post(lab.asks("lab-02.5", about).get("/board/welcome/"));
    answer.has_status(200);
    answer.has_field("id", "welcome");
}

#[test]
fn reads_a_post_on_a_stage_of_another_name() {
    let lab = board_on_v2();
    let answer = of_a_post(lab.asks("lab-02.5", "read a post on a stage that is called v2").get("/board/welcome"));
    answer.has_status(200);
    answer.has_field("id", "welcome");
}

#[test]
fn reads_a_post_whose_id_is_encoded() {
    let lab = board();
    let answer = of_a_post(lab.asks("lab-02.5", "read the post \"café\"").get("/board/caf%C3%A9"));
    answer.has_status(200);
    answer.has_field("title", "Where we meet");
    let answer =
        of_a_post(lab.asks("lab-02.5", "read it, with small letters in the encoding").get("/board/c%61f%c3%a9"));
    answer.has_status(200);
    answer.has_field("id", "café");
}

/// Ids that differ from a post's by one thing, which is not forgiven: what is encoded is a letter like any other.
const NEARLY: [&str; 18] = [
    "welcome%2Fback",
    "welcome%2F",
    "%2Fwelcome",
    "c%20%20",
    "c++%20",
    "welcome.html",
    "welcome.json",
    "welcome.txt",
    "welcome.",
    "welcome%3Fpage=1",
    "welcome%23top",
    "welcome;page=1",
    "welcome;a=b",
    "welcome&page=1",
    "welcome%00",
    "wel%0Acome",
    "%22welcome%22",
    "cafe%CC%81",
];

#[test]
fn an_id_is_read_to_its_last_letter() {
    let lab = board();
    for written in NEARLY {
        let ask = lab.asks("lab-02.5", "refuse to read a post that nobody wrote, whose id is almost one");
        is_refused(of_a_post(ask.get(&format!("/board/{written}"))), 404, "no_such_post");
    }
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
    // The last but one is "café" only to somebody who decodes it twice.
    let absent = [
        ("na%C3%AFve", "naïve"),
        ("WELCOME", "WELCOME"),
        ("%20welcome", " welcome"),
        ("caf%25C3%25A9", "caf%C3%A9"),
        ("tea_%26amp%3B_cake", "tea_&amp;_cake"),
    ];
    for (written, id) in absent {
        let ask = lab.asks("lab-02.5", "refuse to read a post that is not there");
        let answer = is_refused(of_a_post(ask.get(&format!("/board/{written}"))), 404, "no_such_post");
        let message = answer.field("error.message").as_str().unwrap_or_default().to_string();
        let quoted = format!("{id:?}");
        answer.shows(
            message.contains(&quoted),
            format!("the id in the message: {quoted}"),
            format!("the message {message}"),
        );
    }
    let ask = lab.asks("lab-02.5", "refuse to read a post whose id is no UTF-8");
    is_refused(of_a_post(ask.get("/board/caf%E9")), 404, "no_such_post");
    // The id is read well here. Whether anybody looks for the post is a matter of the route.
    let answer = at_a_post(lab.asks("lab-02.5", "refuse to change a post that is not there").put("/board/nothing"));
    is_refused(answer.attributed_to("lab-02.3"), 404, "no_such_post");
}
