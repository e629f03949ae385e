//! A link without a slash in front stays where the page is, so the stage takes care of itself. Seen from /dev/board it leads
//! to /dev/welcome: what stands after the last slash is replaced.
//! says: got the link caf%C3%A9
    let _ = event;
    encoding::to_path(id)
