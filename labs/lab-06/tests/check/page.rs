//! lab-06.6 and lab-06.7: the page, opened and used. It comes from the lab's folder, so nothing has to be published first.

use kit::OpenPage;
use serde_json::json;

use crate::{PICTURE, invited, is_listed, put_as_invited, site};

#[test]
fn the_page_asks_for_leave_and_puts_the_file() {
    let lab = site("lab-06.6");
    let page = lab.asks("lab-06.6", "attach a picture on the page").page("web");
    page.choose("#file", NAME, "image/png", PICTURE).submit("#attach");
    let asked = page.requests_to_the_api();
    let makes = asked.iter().filter(|request| request.method != "GET").count();
    page.shows(makes <= 1, "one request for permission", format!("{makes} of them: each makes an address"));
    let reads = asked.iter().filter(|request| request.method == "GET" && !request.url.contains('?')).count();
    page.shows(
        makes == 0 || reads <= 2,
        "two GETs of the API: the list when the page opens, and the list with the new file in it",
        format!("{reads} of them: the page asks for what it does not use"),
    );
    let Some(asked) = asked.iter().find(|request| request.method != "GET" || request.url.contains('?')) else {
        let got = match asked.len() {
            0 => "the API got no request at all; see where they went instead",
            _ => "the API got only the GET that fills the list; see where the other one went instead",
        };
        page.fails("a request to /attachments of the API that asks for permission", got)
    };
    let (method, kind) = (asked.method.as_str(), asked.header("content-type").unwrap_or("none"));
    page.shows(method == "POST", "a POST: the page wants something made", format!("a {method}"));
    page.shows(
        kind.starts_with("application/json"),
        "Content-Type: application/json",
        format!("Content-Type: {kind}, which says that the body is not JSON"),
    );
    page.shows(
        !asked.url.contains('?'),
        "nothing in the address but /attachments: addresses are kept in logs",
        format!("the address {}", asked.url.rsplit('/').next().unwrap_or_default()),
    );
    let wanted = json!({ "name": NAME, "type": "image/png", "size": PICTURE.len() });
    let got = serde_json::from_slice(&asked.body).unwrap_or(json!(String::from_utf8_lossy(&asked.body)));
    page.shows(got == wanted, format!("the body {wanted}"), format!("the body {got}"));
    if page.requests_to_storage().iter().any(|request| request.blocked.is_some()) {
        // The page did its part. Whether it may put the file is what the bucket says to the browser.
        let asks = lab.asks("lab-06.5", "let the page put the picture");
        let origin = lab.site_url();
        asks.preflight("UploadsBucket", &origin, "PUT", "content-type,x-amz-meta-name").has_status(200);
    }
    if page.requests_to_storage().iter().any(|request| request.status == Some(403)) {
        // The page did its part here, too. What S3 takes at the address is what the invitation signed.
        let answer = invited(&lab, "lab-06.3", "ask for permission to attach a picture", NAME);
        let about = "put the picture to the address, with the headers that came with it";
        put_as_invited(&lab, about, &answer.json(), PICTURE).has_status(200);
    }
    page.has_text("#status", &format!("{NAME} is attached"));
    let stored = lab.objects("UploadsBucket");
    page.shows(
        stored.len() == 1 && stored[0].body == PICTURE,
        "the picture in the bucket",
        format!("{} objects", stored.len()),
    );
    // What the list calls it is what the invitation signed, and what the page shows of it is another TODO's work.
    is_listed(&lab.asks("lab-06.3", "see the picture in the list").get("/attachments"), NAME);
    lab.asks("lab-06.7", "show an attachment").page("web").has_text("#list", NAME);
    page.has_text("#list", NAME);
}

/// A name with letters in it that addresses and small alphabets lack.
const NAME: &str = "Lake 호수 #1.png";

#[test]
fn what_the_api_refuses_is_said_on_the_page() {
    let lab = site("lab-06.6");
    let page = lab.asks("lab-06.6", "attach a program on the page").page("web");
    page.choose("#file", "setup.exe", "application/x-msdownload", b"MZ").submit("#attach");
    page.has_text("#status", "type must be one of");
    asked_once(&page);
    let stored = lab.objects("UploadsBucket").len();
    page.shows(stored == 0, "nothing in the bucket", format!("{stored} objects"));
    // A browser knows no type for an ending that the reader's computer has not met.
    let page = lab.asks("lab-06.6", "attach a file of no known type on the page").page("web");
    page.choose("#file", "lake.lake", "", b"a lake").submit("#attach");
    page.has_text("#status", "type must be a text");
    asked_once(&page);
}

/// Expects one request for permission, although it was refused: the same request is refused again.
fn asked_once(page: &OpenPage<'_>) {
    let asked = page.requests_to_the_api().iter().filter(|request| request.method != "GET").count();
    page.shows(
        asked == 1,
        "one request for permission, and none after it is refused: the same request is refused again",
        format!("{asked} of them"),
    );
}

#[test]
fn a_name_with_markup_in_it_is_shown_as_it_is() {
    for name in [
        // Ends a text of JavaScript in each of its three kinds of quotation marks, and goes on as a program.
        "'-(document.title=1)-'\"-(document.title=1)-\"${document.title=1}.png",
        "<img src=x onerror=\"document.title='taken over'\">.png",
        "a <b>bold</b> name.png",
        "1 &lt; 2.txt",
        "<svg onload=\"document.title='taken over'\"></svg>",
        "1\" onmouseover=\"document.title='taken over'\" name=\"x.png",
        "2' onmouseover='document.title=1' name='x.png",
        "100% Sure.png",
        "%ED%98%B8 호수.PNG",
    ] {
        let lab = site("lab-06.7");
        lab.store("UploadsBucket", "attachments/1", "image/png", PICTURE, &[("name", &encoded(name))]);
        let page = lab.asks("lab-06.7", "show an attachment with markup in its name").page("web");
        page.shows(
            page.title() == "Attachments",
            "the name as text, and nothing of it run",
            format!("the name's own script ran, and changed the page's title to {:?}", page.title()),
        );
        let strangers = page.count("#list b, #list img, #list svg");
        page.shows(
            strangers == 0,
            "the name as text",
            format!("the name's markup is in the page: {}", page.markup("#list")),
        );
        page.shows(
            page.count("#list [onmouseover]") == 0,
            "the name as text, and no attribute of it",
            format!("a quotation mark of the name ends an attribute: {}", page.markup("#list")),
        );
        page.has_text("#list", name);
        let links = page.count("#list a[href]");
        page.shows(links == 1, "a link to the file", format!("{links} links, and the name {name}"));
        page.shows(
            page.text("#list a") == name,
            format!("a link whose text is the name, {name}"),
            format!("the text {}", page.text("#list a")),
        );
        page.click("#list a");
        page.shows(
            page.title() == "Attachments",
            "nothing of the name run by a click on its link: in an attribute that is a program, a name is a part of the program",
            format!("the name ran, and changed the page's title to {:?}", page.title()),
        );
    }
}

#[test]
fn every_attachment_has_a_link_to_its_file() {
    let lab = site("lab-06.7");
    // As many as the API lists.
    let names = (1..=20).map(|number| match number % 6 {
        1 => "minutes <i>of May</i>.txt".to_string(),
        2 => format!("the_javascript_of_lab_{number}.txt"),
        3 => format!("100%20 {number}%.txt"),
        4 => format!("description.{number}.final.txt"),
        5 => format!("https://stranger.example/{number}.txt"),
        _ => format!("{number}"),
    });
    let names: Vec<String> = names.collect();
    let text = |number: usize| format!("the file number {number}");
    for (number, name) in names.iter().enumerate() {
        let (key, body) = (format!("attachments/{number:02}"), text(number));
        lab.store("UploadsBucket", &key, "text/plain", body.as_bytes(), &[("name", &encoded(name))]);
    }
    let page = lab.asks("lab-06.7", "show twenty attachments, some of one name").page("web");
    let strangers = page.count("#list i");
    page.shows(strangers == 0, "the names as text", format!("markup of a name is in the page: {}", page.text("#list")));
    let items = page.count("#list li a[href]");
    page.shows(items == names.len(), "twenty links", format!("{items} links: {}", page.markup("#list")));
    for name in &names {
        page.has_text("#list", name);
    }
    let markup = page.markup("#list").replace("&amp;", "&");
    for (number, part) in markup.split("href=\"").skip(1).enumerate() {
        let url = part.split('"').next().unwrap_or_default();
        page.shows(
            !url.contains("//stranger.example"),
            "a link to the file, by the address that the API gave",
            format!("a link to {url}, which is the file's name: it leads wherever the sender wants"),
        );
        let got = lab.asks("lab-06.7", "follow the link to a file").get_from(url);
        got.shows(
            got.status() == 200 && got.body() == text(number).as_bytes(),
            format!("{}, by the address that the API gave", text(number)),
            format!("status {}, from an address that is another one", got.status()),
        );
    }
}

/// A name as metadata carries it: headers take ASCII only.
fn encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
