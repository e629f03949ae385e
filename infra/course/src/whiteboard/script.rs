//! The storyboard for the rehearsal page: as a script and not as a module, so that a page that was opened as a file has it, too.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::storyboard::{FILE, Storyboard};
use crate::regions::Fault;

/// The script's name in the built book.
pub const NAME: &str = "whiteboard-storyboard.js";

/// `window.workbookStoryboard`, exactly as the file of the workspace in `root` has it.
///
/// # Errors
///
/// A file that cannot be read, or whose form is not a storyboard's.
pub fn script(root: &Path) -> Result<String, Fault> {
    let unread = |what: String| Fault { file: FILE.to_string(), line: 1, what };
    let text = fs::read_to_string(root.join(FILE)).map_err(|why| unread(format!("cannot be read: {why}")))?;
    Storyboard::parse(&text)?;
    let data: Value = toml::from_str(&text).map_err(|why| unread(why.message().to_string()))?;
    Ok(of(&data))
}

/// What ends a script is written so that it does not.
fn of(data: &Value) -> String {
    format!("window.workbookStoryboard = {};\n", data.to_string().replace("</", "<\\/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whiteboard::storyboard::tests::SMALL;

    #[test]
    fn the_page_gets_the_file_as_it_is() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join(FILE);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, SMALL).unwrap();
        let script = script(root.path()).unwrap();
        let json = script.strip_prefix("window.workbookStoryboard = ").unwrap().strip_suffix(";\n").unwrap();
        let data: Value = serde_json::from_str(json).unwrap();
        assert_eq!(data["board"]["words-per-minute"], 130);
        assert_eq!(data["question"][0]["follow-up"]["answer"]["ko"], "네.");
        assert_eq!(data["node"][1]["resource"], "Api");
    }

    #[test]
    fn no_text_ends_the_script() {
        assert_eq!(of(&Value::from("</script>")), "window.workbookStoryboard = \"<\\/script>\";\n");
    }
}
