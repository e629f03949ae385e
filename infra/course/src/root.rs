//! Where the workbook lies.

use std::path::PathBuf;

/// The folder of the workspace: from Cargo, which started us, or else the nearest one above the current folder.
pub fn workspace() -> Option<PathBuf> {
    let from_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let current = std::env::current_dir().ok();
    let above = |start: PathBuf| {
        let is_it =
            |folder: &&std::path::Path| folder.join("infra/template.yaml").is_file() && folder.join("book").is_dir();
        start.ancestors().find(is_it).map(std::path::Path::to_path_buf)
    };
    from_cargo.into_iter().chain(current).find_map(above)
}
