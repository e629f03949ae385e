//! Lab 06, the site: what `publish` leaves in the bucket, what an invitation allows, whom the template lets in, and what the
//! page does when somebody uses it.
//!
//! Read them in the order of the TODOs: `publish`, `invitation`, `template`, `page`. The page is run, not read: see `page` in
//! the kit.

#[path = "check/invitation.rs"]
mod invitation;
#[path = "check/page.rs"]
mod page;
#[path = "check/publish.rs"]
mod publish;
#[path = "check/template.rs"]
mod template;

use kit::{Answer, Failure, Lab, Run, SiteResponse, deployment};
use serde_json::{Value, json};

/// A picture of one pixel.
const PICTURE: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0,
    1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// The deployed lab. A policy that S3 refuses stands in the way of every test, and is a matter of lab-06.4.
fn site(about: &'static str) -> Lab {
    deployment!()
        .attribute(Failure::ResourceRefused("SiteBucketPolicy"), "lab-06.4")
        .attribute(Failure::ResourceRefused("UploadsBucket"), "lab-06.5")
        .about(about)
        .deployed()
}

/// Publishes the lab's own page as a developer does.
fn published<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str) -> Run<'lab> {
    let (bucket, api) = (lab.bucket("SiteBucket"), lab.api_url().to_string());
    let run = lab.asks(todo, about).command("publish").args(["web".to_string(), bucket, api]).run();
    run.succeeds();
    run
}

/// Publishes a site that has these files, with this text in each.
fn published_files<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str, files: &[(&str, &str)]) -> Run<'lab> {
    let run = tried_to_publish(lab, todo, about, files);
    run.succeeds();
    run
}

/// As [`published_files`], whether or not that succeeds.
fn tried_to_publish<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str, files: &[(&str, &str)]) -> Run<'lab> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let file = folder.path().join("site").join(path);
        std::fs::create_dir_all(file.parent().expect("it is in a folder")).expect("a folder of the test's own");
        std::fs::write(file, text).expect("a file of the test's own");
    }
    let site = folder.path().join("site").to_string_lossy().into_owned();
    let (bucket, api) = (lab.bucket("SiteBucket"), lab.api_url().to_string());
    lab.asks(todo, about).command("publish").args([site, bucket, api]).run()
}

/// Expects a file of this name among those that the API lists.
fn is_listed(listed: &Answer<'_>, name: &str) {
    let attachments = listed.field("attachments");
    let names: Vec<&str> =
        attachments.as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
    listed.shows(names.contains(&name), format!("the name {name}"), format!("the names {}", names.join(" and ")));
}

/// Asks for permission to attach the picture under a name.
fn invited<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str, name: &str) -> Answer<'lab> {
    let wanted = json!({ "name": name, "type": "image/png", "size": PICTURE.len() });
    let answer = lab.asks(todo, about).json(&wanted).post("/attachments");
    answer.has_status(201);
    answer
}

/// Puts this body to the address of an invitation, with the headers that came with it.
fn put_as_invited<'lab>(lab: &'lab Lab, about: &'lab str, invitation: &Value, body: &[u8]) -> SiteResponse<'lab> {
    let ask =
        headers(invitation).iter().fold(lab.asks("lab-06.3", about), |ask, (name, value)| ask.header(name, value));
    ask.put_to(invitation["url"].as_str().unwrap_or_default(), body)
}

/// The headers of an invitation as pairs.
fn headers(invitation: &Value) -> Vec<(String, String)> {
    let pairs = invitation["headers"].as_object().into_iter().flatten();
    pairs.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_string())).collect()
}
