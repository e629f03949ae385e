//! lab-07.1 and lab-07.4: Lambda may run `board-authors`, and it may ask one index.

use crate::{BY_AUTHOR, deployed, posted};

#[test]
fn lambda_runs_the_function_and_nobody_else_can_be_it() {
    let lab = deployed("lab-07.1");
    let role = lab.asks("lab-07.1", "who may take the role on").role_of("BoardAuthorsFunction");
    role.trusts_only("lambda.amazonaws.com");
}

#[test]
fn an_authors_posts_are_found() {
    let lab = deployed("lab-07.4");
    posted(&lab, "Lost: one umbrella");
    posted(&lab, "Found: one umbrella");
    let answer = lab.asks("lab-07.4", "ask for Ada's posts").get("/authors/Ada");
    answer.has_status(200);
    answer.matches_snapshot("finds_an_authors_posts");
    lab.asks("lab-07.4", "ask for the posts of Kim, who has written none").get("/authors/Kim").has_status(200);
}

#[test]
fn the_index_may_be_queried_and_nothing_else() {
    let lab = deployed("lab-07.4");
    let about = "the role of board-authors allows what it needs, and no more";
    let role = lab.asks("lab-07.4", about).role_of("BoardAuthorsFunction");
    role.may("dynamodb:Query", BY_AUTHOR).could_write_its_log().is_written_for_any_account().may_nothing_else();
    lab.asks("lab-07.4", "who may call the function").is_called_by_its_apis_alone("BoardAuthorsFunction");
}
