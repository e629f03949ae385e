//! `expand`: the template that CloudFormation is given for a SAM template.

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
    let metadata = std::fs::metadata(path).map_err(Error::of_file(path))?;
    if metadata.len() > MOST_BYTES {
        return Err(Error::again(TemplateError::too_large(path), "Make the template smaller"));
    }
    std::fs::read_to_string(path).map_err(Error::of_file(path))
}
