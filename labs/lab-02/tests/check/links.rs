//! lab-02.6: links in answers work from outside, no matter what the stage is called.

use kit::{Answer, Lab};

use crate::{board, board_on_v2, of_a_post, of_the_list};

/// The links of the list.
fn links(answer: &Answer<'_>) -> Vec<String> {
    answer.has_status(200);
    (0..3).map(|post| answer.field(&format!("posts.{post}.href")).as_str().unwrap_or_default().to_string()).collect()
}

/// Expects every link to begin with `stage`, and follows it.
fn leads_somewhere(lab: &Lab, answer: &Answer<'_>, stage: &str) {
    for link in links(answer) {
        let expected = format!("a link that begins with /{stage}/board/");
        let behind = link.strip_prefix(&format!("/{stage}/")).filter(|behind| behind.starts_with("board/"));
        let Some(behind) = behind else { answer.fails(&expected, &format!("the link {link}")) };
        let once = link.is_ascii() && !link.contains("%25");
        answer.shows(once, "a link in which the id is encoded once", format!("the link {link}"));
        // A link that is as it should be, and leads nowhere, is a matter of reading it.
        let found = lab.asks("lab-02.5", "follow a link of the list").get(&format!("/{behind}"));
        of_a_post(found).has_status(200);
    }
}

#[test]
fn a_link_has_the_stage_in_it() {
    let lab = board();
    let answer = lab.asks("lab-02.6", "list the posts with links to them").get("/board");
    let answer = of_the_list(answer);
    leads_somewhere(&lab, &answer, "dev");
}

#[test]
fn a_link_has_the_stage_of_its_request() {
    let lab = board_on_v2();
    let answer = lab.asks("lab-02.6", "list the posts with links to them, on a stage that is called v2").get("/board");
    let answer = of_the_list(answer);
    leads_somewhere(&lab, &answer, "v2");
}
