//! Lab 08, TODO 08.1: what a record shows of the item that changed.

use crate::before::{delivers_posts, shows_images};
use crate::{changes, deployed, post};

const TODO: &str = "lab-08.1";

#[test]
fn a_removal_shows_what_was_there() {
    let lab = deployed(TODO);
    let ice = post(1, "Ice", 1, 0);
    let delivered = changes(&lab, TODO, "a post is posted and deleted").put(&ice).delete(&ice).delivered();
    delivers_posts(&delivered);
    shows_images(&delivered);
}

#[test]
fn an_edit_shows_before_and_after() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "a post is posted and edited")
        .put(&post(1, "Ice", 1, 0))
        .put(&post(1, "Thin ice", 2, 9))
        .delivered();
    delivers_posts(&delivered);
    shows_images(&delivered);
}
