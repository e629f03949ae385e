//! lab-06.3: what an invitation lets its holder do, tried at S3 itself.

use kit::{Answer, signed_parameter};
use serde_json::{Value, json};

use crate::{PICTURE, headers, invited, is_listed, put_as_invited, site};

/// The longest that an address may be good, in seconds.
const LONGEST: u64 = 15 * 60;
/// The shortest, in seconds: the file itself is still to come, on a slow line.
const SHORTEST: u64 = 60;

#[test]
fn a_file_goes_where_its_invitation_says() {
    let lab = site("lab-06.3");
    let answer = invited(&lab, "lab-06.3", "ask for permission to attach a picture", "lake.png");
    let invitation = answer.json();
    // How many minutes is the learner's choice, and the key is random; see `an_address_is_good_for_minutes` and
    // `the_key_is_nobodys_choice`.
    let answer = answer.in_own_words("expiresIn").in_own_words("key");
    answer.matches_snapshot("invites_one_file");
    is_below_the_folder(&answer);
    let sent = headers(&invitation);
    let mut names: Vec<&str> = sent.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    answer.shows(
        names == ["content-type", "x-amz-meta-name"],
        "two headers to be sent: content-type and x-amz-meta-name, for which the bucket's CORS rules are",
        format!("the headers {}", names.join(", ")),
    );
    let signed_names = signed_parameter(&invitation["url"], "X-Amz-SignedHeaders").unwrap_or_default();
    // These two a browser sets by itself.
    let by_hand = signed_names.split(';').filter(|name| !["host", "content-length"].contains(name));
    let missing: Vec<&str> = by_hand.filter(|name| !names.contains(name)).collect();
    answer.shows(
        missing.is_empty(),
        "an address that can be used with the headers which come with it",
        format!(
            "{} is signed and does not come with the address: the page does not send it, and S3 refuses the file",
            missing.join(" and ")
        ),
    );
    let about = "put the picture to the address, with the headers that came with it";
    put_as_invited(&lab, about, &invitation, PICTURE).has_status(200);
    let stored = lab.objects("UploadsBucket");
    answer.shows(stored.len() == 1, "one object in the bucket", format!("{} objects", stored.len()));
    answer.shows(
        stored[0].content_type == "image/png" && stored[0].body == PICTURE,
        "the picture, stored as image/png",
        format!("{} bytes, stored as {}", stored[0].body.len(), stored[0].content_type),
    );
    let listed = lab.asks("lab-06.3", "see the picture in the list").get("/attachments");
    listed.has_status(200);
    listed.shows(
        listed.field("attachments")[0]["name"] == "lake.png",
        "the file's name in the list, from the object's metadata",
        format!("the name is {}", listed.field("attachments")[0]["name"]),
    );
}

#[test]
fn the_key_is_nobodys_choice() {
    let lab = site("lab-06.3");
    let first = invited(&lab, "lab-06.3", "ask for permission to attach report.png", "report.png");
    let second = invited(&lab, "lab-06.3", "ask for permission to attach another report.png", "report.png");
    let (one, other) = (first.field("key"), second.field("key"));
    second.shows(
        one != other,
        "another key for the second file",
        format!("the same key again, {one}: the second file would replace the first"),
    );
    let hostile = invited(&lab, "lab-06.3", "ask under a name that is a path", "../../index.html");
    let key = key_of(&hostile);
    hostile.shows(
        key.starts_with(FOLDER) && !key.contains("index.html"),
        "a key below attachments/ with nothing of the file's name in it",
        format!("the key {key:?}, which the caller chose"),
    );
    for name in ["lake.chosen-by-the-caller", "chosen-by-the-caller"] {
        let hostile = invited(&lab, "lab-06.3", "ask under a name with an ending of its own", name);
        let key = key_of(&hostile);
        hostile.shows(
            !key.contains("chosen-by-the-caller"),
            "a key with nothing of the file's name in it, not even its ending",
            format!("the key ends in {:?}, which the caller chose", key.rsplit('.').next().unwrap_or_default()),
        );
    }
    // Another environment, as every cold start is one: it knows nothing of the keys that others have made.
    let elsewhere = site("lab-06.3");
    let cold = invited(&elsewhere, "lab-06.3", "ask another environment for report.png", "report.png");
    let (key, other) = (key_of(&cold), key_of(&first));
    cold.shows(
        key != other,
        "a key that no other environment makes",
        format!(
            "the key {key}, which another environment has made before: two files share it, and one replaces the other"
        ),
    );
    let (differing, bits) = difference(&key, &other);
    cold.shows(
        bits >= UNGUESSABLE,
        "a key that is drawn at random, as a UUID is: nobody guesses the next one, and no two files share it",
        format!(
            "the key {key}, of which only {differing:?} differs from the key of another environment, {other}: that is guessed, and \
             sooner or later two files share it"
        ),
    );
    let id = key.strip_prefix(FOLDER).unwrap_or_default();
    cold.shows(
        uuid::Uuid::parse_str(id).is_ok_and(|uuid| uuid.to_string() == id),
        "a key below attachments/ whose rest is a UUID, in small letters and with hyphens: the board's page finds a file by that id",
        format!("a key by whose id the function finds no file: {key}"),
    );
}

/// Where attachments lie in their bucket.
const FOLDER: &str = "attachments/";
/// How many bits two keys must differ in, if each of their characters is as random as its alphabet allows. A random number of 64 bits
/// has more, even if the keys begin alike; a moment in nanoseconds has less.
const UNGUESSABLE: u32 = 48;

fn key_of(answer: &Answer<'_>) -> String {
    answer.field("key").as_str().unwrap_or_default().to_string()
}

fn is_below_the_folder(answer: &Answer<'_>) {
    let key = key_of(answer);
    answer.shows(
        key.len() > FOLDER.len() && key.starts_with(FOLDER),
        "a key below attachments/, where the list looks for it",
        format!("the key {key}"),
    );
}

/// What a key has between the beginning and the end that it shares with another one, and how many bits fit into that.
fn difference(key: &str, other: &str) -> (String, u32) {
    let same = key.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let rest: Vec<char> = key.chars().skip(same).collect();
    let others: Vec<char> = other.chars().skip(same).collect();
    let end = rest.iter().rev().zip(others.iter().rev()).take_while(|(one, other)| one == other).count();
    let differing: String = rest[..rest.len() - end].iter().collect();
    let letters: Vec<char> = differing.chars().filter(char::is_ascii_alphanumeric).collect();
    let bits_of_each = if letters.iter().all(char::is_ascii_digit) {
        3.3
    } else if letters.iter().all(char::is_ascii_hexdigit) {
        4.0
    } else {
        5.0
    };
    (differing, (letters.len() as f64 * bits_of_each) as u32)
}

#[test]
fn another_type_is_refused_by_s3() {
    let lab = site("lab-06.3");
    let answer = invited(&lab, "lab-06.3", "ask for permission to attach a picture", "lake.png");
    let invitation = answer.json();
    let mut put = lab.asks("lab-06.3", "put a web page to the address of a picture");
    for (name, value) in headers(&invitation).iter().filter(|(name, _)| name != "content-type") {
        put = put.header(name, value);
    }
    let page = vec![b'<'; PICTURE.len()];
    let served = put.header("content-type", "text/html").put_to(url(&invitation), page);
    served.shows(
        served.status() == 403,
        "403: the type was signed, and this is another one",
        format!(
            "status {}: S3 took it. Content-Type is not among the signed headers, {}",
            served.status(),
            signed(&invitation)
        ),
    );
    served.is_error("SignatureDoesNotMatch");
}

#[test]
fn a_larger_file_is_refused_by_s3() {
    let lab = site("lab-06.3");
    let answer = invited(&lab, "lab-06.3", "ask for permission to attach a picture", "lake.png");
    let invitation = answer.json();
    let served = put_as_invited(&lab, "put more bytes than were announced", &invitation, &[0; PICTURE.len() * 100]);
    served.shows(
        served.status() == 403,
        "403: the size was signed, and this is another one",
        format!(
            "status {}: S3 took it. Content-Length is not among the signed headers, {}",
            served.status(),
            signed(&invitation)
        ),
    );
    served.is_error("SignatureDoesNotMatch");
    let large = json!({ "name": "film.png", "type": "image/png", "size": 6 * 1024 * 1024 });
    let refused = lab.asks("lab-06.3", "ask for permission to attach 6 MB").json(&large).post("/attachments");
    refused.has_status(400);
    refused.in_own_words("error.message").matches_snapshot("refuses_a_file_that_is_too_large");
}

#[test]
fn an_address_is_good_for_minutes() {
    let lab = site("lab-06.3");
    let answer = invited(&lab, "lab-06.3", "ask for permission to attach a picture", "lake.png");
    is_good_for_minutes(&answer);
}

fn is_good_for_minutes(answer: &Answer<'_>) {
    let seconds = signed_parameter(&answer.field("url"), "X-Amz-Expires").and_then(|text| text.parse::<u64>().ok());
    answer.shows(
        seconds.is_some_and(|seconds| (SHORTEST..=LONGEST).contains(&seconds)),
        "an address that is good for some minutes",
        match seconds {
            Some(seconds) if seconds < SHORTEST => {
                format!("X-Amz-Expires={seconds}: a reader whose line is slow comes too late")
            }
            Some(seconds) => {
                format!("X-Amz-Expires={seconds}: anyone who finds the address in a log by then can use it")
            }
            None => "an address without X-Amz-Expires".to_string(),
        },
    );
}

#[test]
fn a_name_of_any_letters_comes_back() {
    let lab = site("lab-06.3");
    let long = format!("{}.png", "Der See bei Nacht, ".repeat(6));
    for name in ["호수 사진.png", "100%25 sure.png", "a;b,c=\"D\".PNG", "a/b\\c.png", ".env.txt", &long] {
        let answer = invited(&lab, "lab-06.3", "ask for permission to attach a picture with another name", name);
        let invitation = answer.json();
        let sent = headers(&invitation);
        let kept = sent.iter().find(|(header, _)| header == "x-amz-meta-name").map(|(_, value)| value.as_str());
        let Some(kept) = kept else { answer.fails("the name among the headers, as x-amz-meta-name", "no such header") };
        answer.shows(
            kept.bytes().all(|byte| byte.is_ascii_graphic()),
            "a name that a header can carry: percent encoded",
            format!("x-amz-meta-name: {kept}, which no browser sends and S3 does not read as it was meant"),
        );
        let about = "put the picture to the address, with the headers that came with it";
        put_as_invited(&lab, about, &invitation, PICTURE).has_status(200);
        is_listed(&lab.asks("lab-06.3", "see the picture in the list").get("/attachments"), name);
    }
}

#[test]
fn the_type_is_what_was_said_and_not_what_the_name_looks_like() {
    let lab = site("lab-06.3");
    for name in ["notes.txt", "x.html", "x.svg", "lake.jpg", "x"] {
        for kind in TYPES {
            for size in SIZES {
                let wanted = json!({ "name": name, "type": kind, "size": size });
                let about = format!("ask for permission to attach {kind} of size {size} that is called {name}");
                let answer = lab.asks("lab-06.3", &about).json(&wanted).post("/attachments");
                answer.has_status(201);
                is_of_this_type_and_size(&answer, kind);
                is_good_for_minutes(&answer);
                // Of each size one is enough: that the size is signed is seen of all.
                if (name, kind) == ("x", "text/plain") {
                    let invitation = answer.json();
                    let about = format!("put {size} bytes to an address for a file of {size} bytes");
                    let bytes = usize::try_from(size).expect("a size that fits into memory");
                    put_as_invited(&lab, &about, &invitation, &vec![b'x'; bytes]).has_status(200);
                }
            }
        }
    }
}

/// Every type that is taken, and sizes: the least, the most, and one between.
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/png", "image/webp", "text/plain"];
const SIZES: [u64; 3] = [1, 1024 * 1024 + 1, 5 * 1024 * 1024];

/// Expects an invitation for this type that S3 insists on, and for one size.
fn is_of_this_type_and_size(answer: &Answer<'_>, kind: &str) {
    let invitation = answer.json();
    let sent = headers(&invitation);
    let got = sent.iter().find(|(name, _)| name == "content-type").map_or("none", |(_, value)| value.as_str());
    answer.shows(got == kind, format!("the type that was said, {kind}"), format!("the type {got}"));
    let names = signed(&invitation);
    for (header, what) in [("content-type", "type"), ("content-length", "size")] {
        answer.shows(
            names.split(['=', ';']).any(|name| name == header),
            format!("an address that is good for one {what}: {header} is signed"),
            format!("{names}: S3 takes any {what}"),
        );
    }
}

fn url(invitation: &Value) -> &str {
    invitation["url"].as_str().unwrap_or_default()
}

fn signed(invitation: &Value) -> String {
    let names = signed_parameter(&invitation["url"], "X-Amz-SignedHeaders").unwrap_or_default();
    format!("X-Amz-SignedHeaders={names}")
}
