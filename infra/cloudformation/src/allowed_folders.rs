//! Where a template and its code may lie.
//!
//! A deployment names a file. Without a limit, a caller could have any file read and any package built. So a running cloud
//! deploys only what lies beside the template that it was started with, or in the workspace that builds its functions. A link
//! counts as the file that it leads to.

use std::path::{Path, PathBuf};

use super::TemplateError;

/// Folders with everything below them.
#[derive(Debug, Clone, Default)]
pub struct AllowedFolders(Vec<PathBuf>);

impl AllowedFolders {
    /// The folder of the template `started` and the folder `workspace`, as far as there are any.
    pub fn of(started: &Path, workspace: Option<&Path>) -> AllowedFolders {
        let beside = std::path::absolute(started).ok().and_then(|path| path.parent().map(Path::to_path_buf));
        let folders = beside.as_deref().into_iter().chain(workspace);
        AllowedFolders(folders.filter_map(|folder| folder.canonicalize().ok()).collect())
    }

    /// Whether `path`, which must be there, lies in one of them.
    pub(super) fn hold(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|path| self.0.iter().any(|folder| path.starts_with(folder)))
    }

    /// Refuses a template that lies elsewhere, before anything of it is read.
    ///
    /// # Errors
    ///
    /// The sentence says where it may lie.
    pub fn check(&self, template: &Path) -> Result<(), TemplateError> {
        // One that is missing where it may lie is reported as missing when it is read.
        let missing = || !template.exists() && template.parent().is_some_and(|folder| self.hold(folder));
        if self.hold(template) || missing() {
            return Ok(());
        }
        let message = format!("lies elsewhere; a running cloud deploys templates that lie in {self}. Copy it there");
        Err(TemplateError::of_file(template, message))
    }
}

impl std::fmt::Display for AllowedFolders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let folders: Vec<String> = self.0.iter().map(|folder| folder.display().to_string()).collect();
        f.write_str(&folders.join(" or in "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{StackOptions, parse};

    const FUNCTION: &str = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    \
                            Properties: {CodeUri: CODE, Handler: bootstrap, Runtime: provided.al2023}\n";

    #[test]
    fn a_template_lies_beside_the_first_or_in_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["stack", "stack/below", "workspace", "stack-of-another"] {
            std::fs::create_dir(path(name)).unwrap();
            std::fs::write(path(name).join("t.yaml"), "Resources: {}").unwrap();
        }
        let allowed_folders = AllowedFolders::of(&path("stack/template.yaml"), Some(&path("workspace")));
        for name in
            ["stack/t.yaml", "stack/none.yaml", "stack/below/t.yaml", "workspace/t.yaml", "stack/../workspace/t.yaml"]
        {
            allowed_folders.check(&path(name)).unwrap();
        }
        for name in [
            "stack-of-another/t.yaml",
            "stack/../stack-of-another/t.yaml",
            "../t.yaml",
            "nowhere/t.yaml",
            "stack/../none.yaml",
        ] {
            let said = allowed_folders.check(&path(name)).unwrap_err().to_string();
            let stack = path("stack").canonicalize().unwrap();
            assert!(said.contains("lies elsewhere") && said.contains(&stack.display().to_string()), "{said}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(path("stack-of-another/t.yaml"), path("stack/link.yaml")).unwrap();
            allowed_folders.check(&path("stack/link.yaml")).unwrap_err();
            std::os::unix::fs::symlink(path("workspace"), path("stack/link")).unwrap();
            allowed_folders.check(&path("stack/link/t.yaml")).unwrap();
        }
    }

    #[test]
    fn code_lies_there_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["stack", "stack/code", "workspace", "elsewhere"] {
            std::fs::create_dir(path(name)).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(path("elsewhere"), path("stack/link")).unwrap();
        let template = path("stack/template.yaml");
        let allowed_folders = Some(AllowedFolders::of(&template, Some(&path("workspace"))));
        let options = StackOptions { allowed_folders, ..StackOptions::default() };
        for (code, may) in [
            ("code", true),
            (".", true),
            ("../workspace", true),
            ("../elsewhere", false),
            ("..", false),
            ("link", !cfg!(unix)),
        ] {
            match parse(&FUNCTION.replace("CODE", code), &template, &options).map(drop) {
                Ok(()) => assert!(may, "{code}"),
                Err(error) => {
                    let said = error.to_string();
                    let outside = said.contains(":5:27: F.Properties.CodeUri:") && said.contains("lies outside of");
                    assert!(!may && outside || code == "link" && !cfg!(unix), "{code}: {said}");
                }
            }
        }
    }
}
