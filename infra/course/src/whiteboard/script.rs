//! The storyboard for the rehearsal page: as scripts and not as modules, so that a page that was opened as a file has them, too.
//!
//! One script has the picture and the order of the talk, with the names of boxes in both languages, because a box may be called by either.
//! What is said, known and asked is in a script for each language, of which a page loads the one that it speaks. What the page never shows
//! stays in the file: the sentences of the notes, the resources that are not drawn, the words that meet a criterion.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::storyboard::{FILE, Storyboard};
use crate::regions::Fault;
use crate::titles::Titles;

/// The scripts' names in the built book: the picture, then the texts in English and in Korean.
pub const NAMES: [&str; 3] = ["whiteboard-storyboard.js", "whiteboard-storyboard-en.js", "whiteboard-storyboard-ko.js"];
const LANGUAGES: [&str; 2] = ["en", "ko"];

/// Lists whose texts are in the scripts of the languages.
const SPOKEN: [&str; 2] = ["step", QUESTIONS];
const QUESTIONS: &str = "question";
/// What the page does not show.
const KEPT_BACK: [&str; 5] = ["draft", "not-drawn", "met-by", "from-notes", "edge"];

/// The scripts of the workspace in `root`, in the order of their [`NAMES`].
///
/// # Errors
///
/// A file that cannot be read, or whose form is not a storyboard's.
pub fn scripts(root: &Path) -> Result<[String; 3], Fault> {
    let unread = |what: String| Fault { file: FILE.to_string(), line: 1, what };
    let text = fs::read_to_string(root.join(FILE)).map_err(|why| unread(format!("cannot be read: {why}")))?;
    Storyboard::parse(&text)?;
    let data: Value = toml::from_str(&text).map_err(|why| unread(why.message().to_string()))?;
    let [english, korean] = LANGUAGES.map(|language| script(&spoken(&data, language), &format!(".{language}")));
    Ok([script(&picture(&data, &mut Titles::of(root)), ""), english, korean])
}

/// The folder of the page's own scripts, in `book/src` and in the built book.
pub const FOLDER: &str = "whiteboard";

/// A script of the page as the book has it: its comments and its indentation are for who changes it, and a phone need not load them. Lines
/// keep their numbers, so that what a browser's console names is found in the source. A comment has its lines to itself.
pub fn stripped(source: &str) -> String {
    let mut inside = false;
    let lines = source.lines().map(|line| {
        let text = line.trim();
        inside |= text.starts_with("/*");
        let is_comment = inside || text.starts_with("//");
        inside &= !text.ends_with("*/");
        if is_comment { "" } else { text }
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// `window.workbookStoryboard`, or a language of it. What ends a script is written so that it does not.
fn script(data: &Value, language: &str) -> String {
    let begin = if language.is_empty() {
        "window.workbookStoryboard".to_string()
    } else {
        format!("(window.workbookTexts = window.workbookTexts || {{}}){language}")
    };
    format!("{begin} = {};\n", data.to_string().replace("</", "<\\/"))
}

/// Everything that the page shows but for the texts of steps and questions. A link becomes the built page's address and what that is called.
fn picture(data: &Value, titles: &mut Titles<'_>) -> Value {
    let mut shown = without(data, &|name, _| KEPT_BACK.contains(&name));
    for list in SPOKEN {
        shown[list] = without(&shown[list], &|_, value| value.get(LANGUAGES[0]).is_some() || value == &json!([]));
    }
    let questions = shown[QUESTIONS].as_array_mut().into_iter().flatten();
    for link in questions.filter_map(|question| question["links"].as_array_mut()).flatten() {
        let to = link.as_str().unwrap_or_default();
        *link = json!({ "href": to.replacen(".md", ".html", 1), "title": titles.name(to) });
    }
    shown
}

/// The texts of steps and questions in a language, by their ids.
fn spoken(data: &Value, language: &str) -> Value {
    let shown = without(data, &|name, _| KEPT_BACK.contains(&name));
    let list = |name: &str| -> Map<String, Value> {
        let entries = shown[name].as_array().into_iter().flatten();
        entries.filter_map(|entry| Some((entry["id"].as_str()?.to_string(), texts(entry, language)?))).collect()
    };
    json!({ "step": list(SPOKEN[0]), "question": list(SPOKEN[1]) })
}

fn texts(value: &Value, language: &str) -> Option<Value> {
    let fields = value.as_object()?;
    if let Some(text) = fields.get(language) {
        return Some(text.clone());
    }
    let texts: Map<String, Value> =
        fields.iter().filter_map(|(name, value)| Some((name.clone(), texts(value, language)?))).collect();
    (!texts.is_empty()).then_some(Value::Object(texts))
}

/// A value without the fields that are to go, and without objects that have no other.
fn without(value: &Value, goes: &dyn Fn(&str, &Value) -> bool) -> Value {
    match value {
        Value::Array(values) => values.iter().map(|value| without(value, goes)).collect(),
        Value::Object(fields) => {
            let stay = fields.iter().filter(|(name, value)| !goes(name, value));
            let left = stay.map(|(name, value)| (name.clone(), without(value, goes)));
            Value::Object(left.filter(|(_, value)| value.as_object().is_none_or(|left| !left.is_empty())).collect())
        }
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapters::SOURCE;
    use crate::whiteboard::storyboard::tests::SMALL;

    fn small() -> [String; 3] {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join(FILE);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, SMALL).unwrap();
        let pages = root.path().join(SOURCE);
        fs::create_dir_all(&pages).unwrap();
        fs::write(pages.join("05-the-board.md"), "# 05 The board\n\n## Conditions\n").unwrap();
        scripts(root.path()).unwrap()
    }

    #[test]
    fn the_page_gets_the_picture_and_the_texts_of_its_language() {
        let [picture, english, korean] = small();
        let json = picture.strip_prefix("window.workbookStoryboard = ").unwrap().strip_suffix(";\n").unwrap();
        let data: Value = serde_json::from_str(json).unwrap();
        assert_eq!(data["board"]["words-per-minute"], 130);
        assert_eq!(data["node"][1]["resource"], "Api");
        assert_eq!(data["node"][1]["label"], json!({ "en": "API", "ko": "API" }));
        assert_eq!(
            data["step"][1],
            json!({ "id": "api", "seconds": 30, "draw": ["api", "browser-to-api", "role"],
            "ticks": ["REST"], "live": "GET /board" })
        );
        assert_eq!(data["question"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "links"]);
        // A link is called what the page and its section are called.
        assert_eq!(
            data["question"][0]["links"],
            json!([{ "href": "05-the-board.html#conditions", "title": "05 The board: Conditions" },
                { "href": "concepts/tiers.html", "title": "concepts/tiers.md" }])
        );
        for (script, language, answer, criterion) in [(english, "en", "Yes.", "Three"), (korean, "ko", "네.", "셋")] {
            let begin = format!("(window.workbookTexts = window.workbookTexts || {{}}).{language} = ");
            let json = script.strip_prefix(&begin).unwrap().strip_suffix(";\n").unwrap();
            let texts: Value = serde_json::from_str(json).unwrap();
            assert_eq!(texts["question"]["why"]["follow-up"]["answer"], answer);
            assert_eq!(texts["question"]["why"]["follow-up"]["criteria"], json!([criterion]));
            assert!(texts["step"]["begin"]["say"].is_array());
        }
    }

    #[test]
    fn what_the_page_never_shows_is_not_sent() {
        for script in small() {
            for never in ["It is a function.", "met-by", "from-notes", "\"edge\""] {
                assert!(!script.contains(never), "{never} is in {script}");
            }
        }
    }

    #[test]
    fn comments_and_indentation_stay_in_the_source_and_nothing_else_does() {
        let source =
            "// Why.\n\n/** What\n * it is. */\nconst a = \"// no comment\"; // one\n    /* b */\n    const c = 1;\n";
        assert_eq!(stripped(source), "\n\n\n\nconst a = \"// no comment\"; // one\n\nconst c = 1;\n");
        // A text over several lines could have one that looks like a comment, and would lose its indentation.
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src").join(FOLDER);
        for file in fs::read_dir(root).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "js") {
                let text = fs::read_to_string(&path).unwrap();
                let torn: Vec<&str> = text.lines().filter(|line| line.matches('`').count() % 2 == 1).collect();
                let in_comment = |line: &&str| ["//", "/*", "*"].iter().any(|begin| line.trim().starts_with(begin));
                assert!(torn.iter().all(in_comment), "{}: {torn:?}", path.display());
                // What stands after a comment on its last line would go with it.
                let mut ends = text.lines().filter(|line| line.contains("*/"));
                assert!(ends.all(|line| line.ends_with("*/")), "{}", path.display());
            }
        }
    }

    #[test]
    fn no_text_ends_the_script() {
        assert_eq!(script(&Value::from("</script>"), ""), "window.workbookStoryboard = \"<\\/script>\";\n");
    }
}
