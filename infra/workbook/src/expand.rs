//! `expand`: the template that CloudFormation is given for a SAM template.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use cloudformation::{ExpandError, MOST_BYTES, SamInput, TemplateError};

use crate::deploy::parameter;
use crate::error::Error;
use crate::output::say;

/// What to expand.
#[derive(Debug, clap::Args)]
pub struct ExpandOptions {
    /// The template, in YAML or JSON
    template: PathBuf,
    /// The region that the stack would be made in
    #[arg(long, value_name = "REGION", default_value = stack::REGION)]
    region: String,
    /// A value for a parameter of the template; all others have their defaults
    #[arg(long = "parameter", short = 'p', value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
}

/// Prints the expanded template as JSON.
///
/// # Errors
///
/// What AWS says when it refuses the template at this stage.
pub fn run(options: ExpandOptions) -> Result<(), Error> {
    let path = &options.template;
    let text = read(path)?;
    let input = SamInput { region: options.region, parameters: options.parameters.into_iter().collect() };
    match cloudformation::expand(&text, path, &input) {
        Ok(template) => {
            say!("{template}");
            Ok(())
        }
        Err(ExpandError::Template(error)) => Err(Error::again(error, "Mend the template")),
        Err(ExpandError::Sam(error)) => {
            let mut places = String::new();
            for (position, message) in &error.causes {
                if let Some(position) = position {
                    places.push_str(&format!("\n{}:{}:{}: {message}", path.display(), position.line, position.column));
                }
            }
            Err(Error::again(format!("{error}{places}"), "Mend the template"))
        }
    }
}

/// The template's text.
///
/// # Errors
///
/// A file that is not there, is not text, or is larger than a template.
pub fn read(path: &Path) -> Result<String, Error> {
    let metadata = match std::fs::metadata(path) {
        Err(why) if why.kind() == ErrorKind::NotFound => return Err(missing(path)),
        metadata => metadata.map_err(Error::of_file(path))?,
    };
    if metadata.is_dir() {
        let what = format!("{} is a folder, and not a template.", path.display());
        return Err(Error::again(what, "Name the file in it"));
    }
    if metadata.len() > MOST_BYTES {
        return Err(Error::again(TemplateError::too_large(path), "Make the template smaller"));
    }
    let bytes = std::fs::read(path).map_err(Error::of_file(path))?;
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        let what = format!("{}:{line}: the template is not text in UTF-8, which CloudFormation takes.", path.display());
        Error::again(what, "Save it as UTF-8")
    })
}

/// That there is no such file, with a name that is meant perhaps.
fn missing(path: &Path) -> Error {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_template = |file: &PathBuf| {
        file.extension().is_some_and(|end| ["json", "template", "yaml", "yml"].iter().any(|known| end == *known))
    };
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut names: Vec<String> =
        files.filter(is_template).filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned())).collect();
    names.sort();
    let there = match names.as_slice() {
        [] => String::new(),
        names => format!(" In {} there are: {}.", folder.display(), names.join(", ")),
    };
    let what = format!("There is no file {}: a template is named by its path.{there}", path.display());
    Error::new(what, "Name the file of your template, such as: cargo workbook preflight infra/template.yaml")
}
