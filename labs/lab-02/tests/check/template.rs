//! lab-02.1 and lab-02.2: what is in the template reaches the function.

use crate::board;

#[test]
fn every_method_of_the_list_reaches_the_function() {
    let lab = board();
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = lab.asks("lab-02.1", "hand every method of /board to the function").send(method, "/board");
        answer.reaches_resource("/board");
    }
}

#[test]
fn every_method_of_a_post_reaches_the_function() {
    let lab = board();
    for method in ["GET", "PUT", "POST", "DELETE", "OPTIONS"] {
        let answer = lab.asks("lab-02.2", "hand every method of a post to the function").send(method, "/board/welcome");
        answer.reaches_resource("/board/{postId}");
    }
}
