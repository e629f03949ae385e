//! Where the workbook lies.

use std::path::PathBuf;

/// The folder of the workspace: from Cargo, which started us, or else the nearest one above the current folder.
pub fn workspace() -> Result<PathBuf, String> {
    let from_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let current = std::env::current_dir().ok();
    let starts = from_cargo.into_iter().chain(current);
    for start in starts {
        if let Some(root) = start
            .ancestors()
            .find(|folder| folder.join("infra/template.yaml").is_file() && folder.join("book").is_dir())
        {
            return Ok(root.to_path_buf());
        }
    }
    Err("This command belongs to the serverless workbook: run it inside of the workbook's folder.".to_string())
}
