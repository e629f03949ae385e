//! A template's file. What stands in it is read by [`cloudformation`].

use std::io::ErrorKind;
use std::path::Path;

use cloudformation::{MOST_BYTES, StackOptions, TemplateError, parse};
use stack::Stack;

use crate::data_folder::read_bounded;

/// The stack that the template in the file `path` describes.
///
/// # Errors
///
/// A file that cannot be read, and everything that AWS would refuse or the local cloud does not support.
pub fn load(path: &Path, options: &StackOptions) -> Result<Stack, TemplateError> {
    let text = read_bounded(path, MOST_BYTES).map_err(|error| {
        let message = match error.kind() {
            ErrorKind::NotFound => {
                "there is no such file; give the path of a SAM template, such as infra/template.yaml".to_string()
            }
            ErrorKind::InvalidData => "is not UTF-8 text; save it as UTF-8".to_string(),
            ErrorKind::FileTooLarge => return TemplateError::too_large(path),
            _ => format!("cannot be read: {error}"),
        };
        TemplateError::of_file(path, message)
    })?;
    parse(&text, path, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_says_what_to_do() {
        let error = load(Path::new("nowhere/template.yaml"), &StackOptions::default()).unwrap_err();
        let expected = format!(
            "{}: there is no such file; give the path of a SAM template, such as infra/template.yaml",
            Path::new("nowhere/template.yaml").display()
        );
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_file_that_is_not_text_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.yaml");
        std::fs::write(&path, [0x52, 0xff, 0xfe]).unwrap();
        let error = load(&path, &StackOptions::default()).unwrap_err();
        assert!(error.to_string().ends_with("is not UTF-8 text; save it as UTF-8"), "{error}");
    }

    #[test]
    fn a_file_is_read_as_far_as_a_template_can_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.yaml");
        std::fs::write(&path, "a".repeat(1_000_001)).unwrap();
        let said = |path: &Path| load(path, &StackOptions::default()).unwrap_err().to_string();
        assert!(said(&path).ends_with("Template may not exceed 1000000 bytes in size."), "{}", said(&path));
        assert!(said(folder.path()).ends_with("cannot be read: it is a folder, not a file"), "{}", said(folder.path()));
        #[cfg(unix)]
        {
            let pipe = folder.path().join("pipe");
            assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            for path in [Path::new("/dev/zero"), &pipe] {
                assert!(said(path).ends_with("cannot be read: it is not a regular file"), "{}", said(path));
            }
        }
    }
}
