//! lab-06.1 and lab-06.2: what is in the bucket after `publish`, what S3 was told about it, and in which order it was put.

use kit::{Lab, Run, StoredObject};

use crate::{published, published_files, site, tried_to_publish};

/// Seconds that a copy may be kept: a year is as good as for ever.
const A_YEAR: u64 = 365 * 24 * 60 * 60;

/// A site with more than the lab's: pages that sort before, between and after their parts, and parts of other kinds. The first page
/// names all the others.
const LARGER: [(&str, &str); 21] = [
    // Longer than the first page, so that an order by length is noticed.
    (
        "about.html",
        "<script type=\"module\" src=\"/static/page.js\"></script><p>Where we meet, and when, and who brings what. Ask!",
    ),
    // In a folder that sorts before its parts, too.
    ("about/index.html", "<script type=\"module\" src=\"/static/page.js\"></script>"),
    ("statics.html", "<img src=\"/static/LAKE.PNG\">"),
    ("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>"),
    ("static.json", "{\"of\": \"static\"}"),
    ("static/LAKE.PNG", "a larger picture"),
    ("static/noise", "no name says what this is"),
    ("static/empty.css", ""),
    ("static/read-me.txt", "words"),
    ("index.html", "<a href=\"/about.html\">About</a> <a href=\"/zoo/lion.html\">A lion</a> <img src=\"/zoo.webp\">"),
    ("static/lake.png", "a picture"),
    // The same picture by two names.
    ("static/pier.png", "a picture"),
    ("static/page.js", "// a script"),
    ("static/words.min.js", "// a script with two dots in its name"),
    // Files of every kind have a version, and never change: pages, data, and what only developers ask for.
    ("static/help.html", "a page"),
    ("static/data.json", "{}"),
    ("static/page.js.map", "{}"),
    ("static/words.woff2", "a font"),
    ("zoo/index.html", "<a href=\"/zoo/lion.html\">A lion</a>"),
    ("zoo/lion.html", "<img src=\"/static/lake.png\">"),
    ("zoo.webp", "a picture of a lion"),
];

/// What a browser has to be told a file is, so that it shows or runs it.
const TYPES: [(&str, &[&str]); 5] = [
    (".html", &["text/html"]),
    (".css", &["text/css"]),
    (".js", &["text/javascript", "application/javascript"]),
    (".json", &["application/json"]),
    (".svg", &["image/svg+xml"]),
];

/// As [`TYPES`], of files that only the larger site has.
const OTHER_TYPES: [(&str, &[&str]); 7] = [
    (".min.js", &["text/javascript", "application/javascript"]),
    (".png", &["image/png"]),
    (".PNG", &["image/png"]),
    (".webp", &["image/webp"]),
    (".txt", &["text/plain"]),
    (".woff2", &["font/woff2", "application/font-woff2"]),
    ("/noise", &["application/octet-stream", "binary/octet-stream"]),
];

#[test]
fn every_file_is_called_what_it_is() {
    let lab = site("lab-06.1");
    are_called(&lab, &published(&lab, "lab-06.1", "publish the page"), &TYPES);
    let run = published_files(&lab, "lab-06.1", "publish a site with pictures and a font", &LARGER);
    are_called(&lab, &run, &OTHER_TYPES);
}

/// Expects each kind of file, by the end of its name, to be stored as one of these types.
fn are_called(lab: &Lab, run: &Run<'_>, types: &[(&str, &[&str])]) {
    let objects = lab.objects("SiteBucket");
    for (ending, wanted) in types {
        let mut of_kind = objects.iter().filter(|object| object.key.ends_with(ending)).peekable();
        run.shows(of_kind.peek().is_some(), format!("an object *{ending} in the bucket"), "there is none");
        for object in of_kind {
            let essence = object.content_type.split(';').next().unwrap_or_default().trim();
            run.shows(
                wanted.contains(&essence),
                format!("{} is stored as {}", shown(object), wanted[0]),
                format!("it is stored as {}{}", object.content_type, meaning(essence)),
            );
            let letters = object.content_type.split(';').skip(1).map(|part| part.trim().to_ascii_lowercase());
            let letters: Vec<String> = letters.collect();
            let is_told = letters.iter().any(|part| part.replace('"', "") == "charset=utf-8");
            run.shows(
                is_told || (!essence.starts_with("text/") && letters.is_empty()) || essence == "application/json",
                format!("{} is stored as {essence}; charset=utf-8", shown(object)),
                format!(
                    "it is stored as {}: in which letters its bytes are read is left to the browser",
                    object.content_type
                ),
            );
        }
    }
}

#[test]
fn pages_are_asked_for_again_and_versions_are_kept() {
    let lab = site("lab-06.1");
    are_kept(&lab, &published(&lab, "lab-06.1", "publish the page"));
    are_kept(&lab, &published_files(&lab, "lab-06.1", "publish a site with pictures and a font", &LARGER));
    let files = [
        ("Static/lion.webp", "a picture"),
        ("index.html", "<img src=\"/zoo/static/lion.webp\">"),
        ("robots.txt", "User-agent: *"),
        ("sitemap.xml", "<urlset></urlset>"),
        ("static.html", "a page"),
        ("statics/lion.webp", "a picture"),
        ("the-lions-of-the-zoo-0123456789abcdef.html", "a page"),
        ("zoo/static/lion.webp", "a picture"),
    ];
    are_kept(&lab, &published_files(&lab, "lab-06.1", "publish a site with a folder zoo/static", &files));
}

/// Expects what has a version in its key to be kept for ever, and everything else to be asked for every time.
fn are_kept(lab: &Lab, run: &Run<'_>) {
    for object in &lab.objects("SiteBucket") {
        let of = |cache: &str, keeps: &str| format!("Cache-Control: {}, {cache} {keeps}", object.cache_control);
        for cache in CACHES {
            let kept = kept_for(&object.cache_control, cache);
            let (expected, therefore) = if object.key.starts_with("static/") {
                let expected = "a Cache-Control that lets everybody keep {} for ever: its key has a version in it";
                let therefore = "so it is asked for again and again, although it never changes";
                (expected, (kept.is_none_or(|kept| kept < A_YEAR)).then_some(therefore))
            } else {
                let expected = "a Cache-Control that makes everybody ask for {} every time";
                let therefore = "so after the next publish there are readers who still see the old one";
                (expected, (kept != Some(0)).then_some(therefore))
            };
            let Some(therefore) = therefore else { continue };
            let got = match (object.cache_control.as_str(), kept) {
                ("", _) => "it has none, so every browser and CloudFront decide for themselves how long they keep it"
                    .to_string(),
                (_, None) => of(cache.name(), "decides for itself how long it keeps it: it is not told a time"),
                (_, Some(0)) => of(cache.name(), &format!("keeps it for no time, {therefore}")),
                (_, Some(kept)) => of(cache.name(), &format!("keeps it for {kept} seconds, {therefore}")),
            };
            run.fails(&expected.replace("{}", &shown(object)), &got);
        }
    }
}

#[test]
fn a_page_comes_after_everything_that_it_names() {
    let lab = site("lab-06.2");
    let run = published(&lab, "lab-06.2", "publish the page while somebody loads it");
    let puts = lab.puts("SiteBucket");
    pages_come_last(&run, &puts);
    let count = lab.objects("SiteBucket").len();
    run.prints(&format!("{count} objects are in"));
    every_file_becomes_an_object(&site("lab-06.2"));
}

#[test]
fn every_page_comes_after_its_parts_and_the_first_one_last() {
    let lab = site("lab-06.2");
    let run = published_files(&lab, "lab-06.2", "publish a site of seven pages while somebody loads it", &LARGER);
    let puts = lab.puts("SiteBucket");
    pages_come_last(&run, &puts);
    let expected = "index.html last of all: it names the other pages";
    let got = format!("{} went up after index.html", puts.last().map_or("nothing".to_string(), |key| plain(key)));
    run.shows(puts.last().is_some_and(|key| key == "index.html"), expected, got);
    let there: Vec<String> = lab.objects("SiteBucket").iter().map(shown).collect();
    for (path, _) in LARGER {
        let key = path.strip_prefix("static/").map_or(path.to_string(), |name| format!("static/…/{name}"));
        run.shows(there.contains(&key), format!("{key} in the bucket: every file becomes an object"), "there is none");
    }
    // As long as before, to the byte.
    let mended = LARGER.map(|(path, text)| (path, if path == "static/page.js" { "// a SCRIPT" } else { text }));
    let mended = mended.map(|(path, text)| if is_beside_the_pages(path) { (path, MENDED) } else { (path, text) });
    let former: Vec<String> = lab.objects("SiteBucket").into_iter().map(|object| object.key).collect();
    // As it was published for an API that has been deployed anew since.
    lab.store("SiteBucket", "config.json", "application/json", br#"{"api":"https://former.example/dev"}"#, &[]);
    let about =
        "publish it again, with one script changed and as long as before, and with other files beside the pages";
    let run = published_files(&lab, "lab-06.2", about, &mended);
    let objects = lab.objects("SiteBucket");
    let script = objects.iter().find(|object| object.body == b"// a SCRIPT");
    let Some(script) = script else { run.fails("the changed script in the bucket", "there is none") };
    let version = script.key.rsplit_once('/').map_or("", |(folder, _)| folder);
    let names_parts = |path: &str| LARGER.iter().any(|(page, text)| *page == path && text.contains("\"/static/"));
    for page in objects.iter().filter(|object| object.key.ends_with(".html") && names_parts(&object.key)) {
        let text = String::from_utf8_lossy(&page.body);
        run.shows(
            text.contains(version),
            format!("{} names its parts as they are now", page.key),
            format!("{} is the page of before, with the parts of before: nobody sees the change", page.key),
        );
    }
    for object in objects.iter().filter(|object| is_beside_the_pages(&object.key)) {
        run.shows(
            object.body == MENDED.as_bytes(),
            format!("{} as it is now", object.key),
            format!("{} of before: what was there was not put again", object.key),
        );
    }
    let api = lab.api_url().to_string();
    for settings in objects.iter().filter(|object| object.key == "config.json") {
        run.shows(
            String::from_utf8_lossy(&settings.body).contains(&api),
            "config.json with the address of the API as it is now",
            "config.json of before, with the address of the former API: the page finds nobody there",
        );
    }
    for key in former {
        run.shows(
            objects.iter().any(|object| object.key == key),
            "every part of the former version stays: somebody's open page asks for it next",
            format!("{} of the former version is gone", plain(&key)),
        );
    }
}

/// Expects a site whose files have every size and name to be put whole.
fn every_file_becomes_an_object(lab: &Lab) {
    // As long as a picture from a telephone, which a limit that somebody takes for enough is not.
    let film = "film ".repeat(300_000);
    let files = [
        ("_drafts/_plan.txt", "words"),
        ("README.md", "words"),
        ("a lake.txt", "words"),
        ("index.html", "<script src=\"/static/_page.js\"></script> <a href=\"/test/a.html\">A test</a>"),
        ("static/_page.js", "// a script"),
        ("static/film.mp4", &film),
        ("static/호수.css", "/* a style */"),
        ("static/test/page.test.js", "// a test"),
        ("test/a.html", "a page"),
    ];
    let run = published_files(lab, "lab-06.2", "publish a site with files of every size and name", &files);
    let objects = lab.objects("SiteBucket");
    for (path, text) in files.into_iter().filter(|(path, _)| !path.ends_with(".html")) {
        let key = path.strip_prefix("static/").map_or(path.to_string(), |name| format!("static/…/{name}"));
        let object = objects.iter().find(|object| shown(object) == key);
        run.shows(object.is_some(), format!("{key} in the bucket: every file becomes an object"), "there is none");
        let bytes = object.map_or(0, |object| object.body.len());
        run.shows(
            object.is_some_and(|object| object.body == text.as_bytes()),
            format!("{key} with all of its {} bytes", text.len()),
            format!("{key} with {bytes} bytes"),
        );
    }
}

/// What the second version of a file beside the pages has in it.
const MENDED: &str = "mended";

/// Whether a file is neither a page nor a part with a version, so that its key stays and its content changes.
fn is_beside_the_pages(path: &str) -> bool {
    !path.starts_with("static/") && !path.ends_with(".html") && LARGER.iter().any(|(known, _)| *known == path)
}

/// Expects every page to have been put after everything that is not one.
fn pages_come_last(run: &Run<'_>, puts: &[String]) {
    if !puts.iter().any(|key| key == "index.html") {
        run.fails("index.html in the bucket", &format!("these were put: {}", puts.join(", ")));
    }
    let mut pages: Vec<(usize, &String)> = puts.iter().enumerate().filter(|(_, key)| key.ends_with(".html")).collect();
    // The page that readers begin with is told of first, and those that have a version last.
    pages.sort_by_key(|(_, key)| (*key != "index.html", key.starts_with("static/")));
    for (place, page) in pages {
        let late = puts[place..].iter().filter(|key| !key.ends_with(".html")).map(|key| plain(key));
        let late: Vec<String> = late.collect();
        run.shows(
            late.is_empty(),
            format!("{} goes up when everything that it names is there", plain(page)),
            format!(
                "{} went up after {}; until then the page names files that S3 does not have",
                late.join(", "),
                plain(page)
            ),
        );
    }
}

#[test]
fn who_has_the_old_page_open_still_finds_its_files() {
    let lab = site("lab-06.2");
    lab.store("SiteBucket", "index.html", "text/html", b"<!doctype html>the former page", &[]);
    lab.store("SiteBucket", "former.html", "text/html", b"<!doctype html>a page that is no longer there", &[]);
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
    for (key, open) in [
        ("static/0000000000000000/page.js", "somebody's open page asks for it next"),
        ("former.html", "somebody's open page has a link to it"),
    ] {
        let still = lab.objects("SiteBucket").iter().any(|object| object.key == key);
        run.shows(still, "the files of the former version stay", format!("{key} is gone, and {open}"));
    }
}

#[test]
fn a_publish_that_fails_leaves_the_former_site() {
    let lab = site("lab-06.2");
    lab.store("SiteBucket", "index.html", "text/html", b"<!doctype html>the former page", &[]);
    // S3 takes keys of at most 1,024 bytes, and this is a longer one.
    let folders = ["a-folder-whose-name-alone-is-longer-than-any-that-somebody-would-type-by-hand"; 14].join("/");
    let part = format!("static/{folders}/lake.png");
    let files = [("about.html", "a page"), ("index.html", "the next page"), (part.as_str(), "a picture")];
    let run = tried_to_publish(&lab, "lab-06.2", "publish a site with a file that S3 refuses", &files);
    run.refuses();
    run.complains("KeyTooLongError");
    let pages: Vec<String> = lab.puts("SiteBucket").into_iter().filter(|key| key.ends_with(".html")).collect();
    run.shows(
        pages.is_empty(),
        "nothing is put after the part that S3 refused: the former pages stay",
        format!("{} went up nevertheless, and a page names a file that is not there", pages.join(" and ")),
    );
    let deleted = lab.deletes("SiteBucket");
    run.shows(deleted.is_empty(), "nothing is deleted", format!("{} was deleted", deleted.join(", ")));
}

/// Who keeps copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cache {
    /// A browser's own, for one reader.
    Browser,
    /// CloudFront's, for all of them.
    CloudFront,
}

const CACHES: [Cache; 2] = [Cache::Browser, Cache::CloudFront];

impl Cache {
    fn name(self) -> &'static str {
        match self {
            Cache::Browser => "a browser",
            Cache::CloudFront => "CloudFront",
        }
    }
}

/// For how many seconds `Cache-Control` lets a cache use a copy without asking; nothing where it leaves that to the cache.
/// <https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2>
fn kept_for(cache_control: &str, cache: Cache) -> Option<u64> {
    let text = cache_control.to_ascii_lowercase();
    let directives: Vec<&str> = text.split(',').map(str::trim).collect();
    let says = |name: &str| directives.contains(&name);
    let seconds = |name: &str| {
        let value = directives.iter().find_map(|directive| directive.strip_prefix(name)?.strip_prefix('='));
        value.and_then(|value| value.trim_matches('"').parse::<u64>().ok())
    };
    if says("no-cache") || says("no-store") || (says("private") && cache == Cache::CloudFront) {
        return Some(0);
    }
    let shared = if cache == Cache::CloudFront { seconds("s-maxage") } else { None };
    let fresh = shared.or(seconds("max-age"))?;
    // An old copy may be used for so much longer, while it is asked for.
    Some(fresh + seconds("stale-while-revalidate").unwrap_or_default())
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
