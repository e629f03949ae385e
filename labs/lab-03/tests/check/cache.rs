//! lab-03.4: one page's answer is not kept for another page.

use crate::{LOCAL, SITE, STRANGER, board};

#[test]
fn a_cache_does_not_mix_up_two_pages() {
    let lab = board("lab-03.4");
    let answer = lab.asks("lab-03.4", "say to a cache whom the list is for").from_page(SITE).get("/board");
    answer.is_shown_out_of_a_cache_to(LOCAL);
}

#[test]
fn what_was_for_nobody_is_not_kept_for_a_page() {
    let lab = board("lab-03.4");
    let answer = lab.asks("lab-03.4", "say it also where no page may read the list").from_page(STRANGER).get("/board");
    answer.is_shown_out_of_a_cache_to(SITE);
}
