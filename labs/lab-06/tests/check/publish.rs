//! lab-06.1 and lab-06.2: what is in the bucket after `publish`, what S3 was told about it, and in which order it was put.

use kit::StoredObject;

use crate::{published, site};

/// Seconds that a copy may be kept: a year is as good as for ever.
const A_MONTH: u64 = 30 * 24 * 60 * 60;

/// What a browser has to be told a file is, so that it shows or runs it.
const TYPES: [(&str, &[&str]); 5] = [
    (".html", &["text/html"]),
    (".css", &["text/css"]),
    (".js", &["text/javascript", "application/javascript"]),
    (".json", &["application/json"]),
    (".svg", &["image/svg+xml"]),
];

#[test]
fn every_file_is_called_what_it_is() {
    let lab = site("lab-06.1");
    let run = published(&lab, "lab-06.1", "publish the page");
    let objects = lab.objects("SiteBucket");
    for (ending, wanted) in TYPES {
        let mut of_kind = objects.iter().filter(|object| object.key.ends_with(ending)).peekable();
        run.shows(of_kind.peek().is_some(), format!("an object *{ending} in the bucket"), "there is none");
        for object in of_kind {
            let essence = object.content_type.split(';').next().unwrap_or_default().trim();
            run.shows(
                wanted.contains(&essence),
                format!("{} is stored as {}", shown(object), wanted[0]),
                format!("it is stored as {}{}", object.content_type, meaning(essence)),
            );
        }
    }
}

#[test]
fn pages_are_asked_for_again_and_versions_are_kept() {
    let lab = site("lab-06.1");
    let run = published(&lab, "lab-06.1", "publish the page");
    for object in &lab.objects("SiteBucket") {
        let keeps = kept_for(&object.cache_control);
        if object.key.starts_with("static/") {
            run.shows(
                keeps >= A_MONTH,
                format!("a Cache-Control that lets everybody keep {}: its key has a version in it", shown(object)),
                got(object, "so it is asked for again and again, although it never changes"),
            );
        } else {
            run.shows(
                keeps == 0 && !object.cache_control.is_empty(),
                format!("a Cache-Control that makes browsers ask for {} every time", shown(object)),
                got(object, "so after the next publish there are readers who still see the old one"),
            );
        }
    }
}

#[test]
fn a_page_comes_after_everything_that_it_names() {
    let lab = site("lab-06.2");
    let run = published(&lab, "lab-06.2", "publish the page while somebody loads it");
    let puts = lab.puts("SiteBucket");
    let Some(page) = puts.iter().position(|key| key == "index.html") else {
        run.fails("index.html in the bucket", &format!("these were put: {}", puts.join(", ")))
    };
    let late: Vec<String> = puts[page..].iter().filter(|key| !key.ends_with(".html")).map(|key| plain(key)).collect();
    run.shows(
        late.is_empty(),
        "index.html goes up when everything that it names is there",
        format!("{} went up after index.html; until then the page names files that S3 does not have", late.join(", ")),
    );
    let count = lab.objects("SiteBucket").len();
    run.prints(&format!("{count} objects are in"));
}

#[test]
fn who_has_the_old_page_open_still_finds_its_files() {
    let lab = site("lab-06.2");
    lab.store("SiteBucket", "index.html", "text/html", b"<!doctype html>the former page", &[]);
    lab.store("SiteBucket", "static/0000000000000000/page.js", "text/javascript", b"// the former version", &[]);
    let run = published(&lab, "lab-06.2", "publish the next version");
    let puts = lab.puts("SiteBucket");
    run.shows(
        puts.last().is_some_and(|key| key == "index.html"),
        "index.html is the last object of all",
        format!("the last is {}", puts.last().map_or("none".to_string(), |key| plain(key))),
    );
    run.shows(
        !lab.deletes("SiteBucket").iter().any(|key| key == "index.html"),
        "a site at every moment",
        "index.html was deleted and put again: between the two there is no site, and an error page that CloudFront keeps",
    );
    let still = lab.objects("SiteBucket").iter().any(|object| object.key.contains("/0000000000000000/"));
    run.shows(
        still,
        "the files of the former version stay",
        "static/0000000000000000/page.js is gone, and somebody's open page asks for it next",
    );
}

/// How long `Cache-Control` lets a copy be used without asking, in seconds; for ever, as good as, where it says nothing.
fn kept_for(cache_control: &str) -> u64 {
    let directives: Vec<&str> = cache_control.split(',').map(str::trim).collect();
    if directives.iter().any(|directive| matches!(*directive, "no-cache" | "no-store")) {
        return 0;
    }
    let age = directives.iter().find_map(|directive| directive.strip_prefix("max-age="));
    age.and_then(|age| age.parse().ok()).unwrap_or_default()
}

fn got(object: &StoredObject, therefore: &str) -> String {
    match object.cache_control.as_str() {
        "" => "it has none, so every browser and CloudFront decide for themselves how long they keep it".to_string(),
        given => format!("Cache-Control: {given}, {therefore}"),
    }
}

fn meaning(content_type: &str) -> &'static str {
    match content_type {
        "application/octet-stream" | "binary/octet-stream" => {
            ", which a browser saves instead of showing or running it"
        }
        "text/plain" => ", of which a browser shows the source",
        _ => "",
    }
}

fn shown(object: &StoredObject) -> String {
    plain(&object.key)
}

/// A key without the version, which is another one after every change.
fn plain(key: &str) -> String {
    match key.strip_prefix("static/").and_then(|rest| rest.split_once('/')) {
        Some((_, name)) => format!("static/…/{name}"),
        None => key.to_string(),
    }
}
