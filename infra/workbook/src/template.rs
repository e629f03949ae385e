//! `template`: the board's template, to be kept elsewhere and deployed from there.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::mine::{Choice, my_board};
use crate::output::{note, say};

/// Whose labs are in it, and where it will lie.
#[derive(Debug, clap::Args)]
pub struct TemplateOptions {
    /// Name your own labs where their checks are green, and solutions elsewhere; --mine=05,08 names these labs whatever their checks say
    #[arg(long, value_name = "LABS", num_args = 0..=1, require_equals = true, default_missing_value = "", value_parser = Choice::parse)]
    mine: Option<Choice>,
    /// The folder in which the template will lie: paths to the code lead from there [default: this folder]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Prints the template, and to standard error whose code it names.
///
/// # Errors
///
/// See [`my_board`].
pub fn run(root: &Path, options: &TemplateOptions) -> Result<(), Error> {
    let folder = options.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    if !folder.is_dir() {
        let what = format!("{} is not a folder.", folder.display());
        return Err(Error::again(what, "Make it, or name the folder in which the template will lie"));
    }
    // A link would lead elsewhere from its own place than from where the folder is.
    let folder = folder.canonicalize().map_err(Error::of_file(&folder))?;
    let root = &root.canonicalize().map_err(Error::of_file(root))?;
    let board = my_board(root, options.mine.as_ref(), &folder)?;
    say!("{}", board.text.trim_end());
    if options.mine.is_some() {
        note!("It names\n  {}", board.whose.join("\n  "));
    }
    Ok(())
}
