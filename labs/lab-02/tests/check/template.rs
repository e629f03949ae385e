//! lab-02.1 and lab-02.2: what is in the template reaches the function.

use crate::{METHODS, board};

#[test]
fn every_method_of_the_list_reaches_the_function() {
    let lab = board();
    for method in METHODS {
        let answer = lab.asks("lab-02.1", "hand every method of /board to the function").send(method, "/board");
        answer.reaches_resource("/board");
    }
    for elsewhere in ["/", "/elsewhere"] {
        let about = "leave to API Gateway what is beside the board, where nothing is";
        lab.asks("lab-02.1", about).get(elsewhere).has_status(403);
    }
}

#[test]
fn every_method_of_a_post_reaches_the_function() {
    let lab = board();
    for method in METHODS {
        let answer = lab.asks("lab-02.2", "hand every method of a post to the function").send(method, "/board/welcome");
        answer.reaches_resource("/board/{postId}");
    }
    let about = "leave to API Gateway what is below a post, where the board has nothing";
    lab.asks("lab-02.2", about).get("/board/welcome/more").has_status(403);
}
