//! `cost`: what a template costs a month, at rest and at some loads. The calculation and the prices are in the crate `cost`.

use std::path::{Path, PathBuf};

use cloudformation::PreflightInput;
use cost::{Assumptions, Billed, CostError, Estimate, LOADS, Prices, REGION};

use crate::deploy::parameter;
use crate::error::{Error, quoted};
use crate::expand;
use crate::output::{harmless, say};

/// What is calculated, and with what.
#[derive(Debug, clap::Args)]
pub struct CostOptions {
    /// The SAM template [default: the board's, infra/template.yaml]
    #[arg(value_name = "TEMPLATE")]
    template: Option<PathBuf>,
    /// Requests of the API a month, once for each column [default: 100000, 1000000, 10000000]
    #[arg(long = "requests", value_name = "N", value_parser = count)]
    requests: Vec<u64>,
    /// The region whose prices are taken; us-east-1 is the one with a source for each
    #[arg(long, value_name = "REGION", default_value = REGION)]
    region: String,
    /// A value for a parameter of the template; all others have their defaults
    #[arg(long = "parameter", short = 'p', value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// Assume another value than the one that is printed, such as duration_ms=50
    #[arg(long = "assume", value_name = "NAME=VALUE", value_parser = assumption)]
    assumed: Vec<(String, f64)>,
    /// A TOML file with assumptions, a line NAME = VALUE for each
    #[arg(long, value_name = "FILE")]
    assumptions: Option<PathBuf>,
    /// A TOML file with prices that are added, or take the place of others; written as infra/cost/src/prices.toml is
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// Take off what is free in every month
    #[arg(long)]
    free_tier: bool,
}

/// Prints what the template costs.
///
/// # Errors
///
/// A file that cannot be read, a template that AWS would refuse, or numbers and names that there are not.
pub fn run(root: &Path, options: &CostOptions) -> Result<(), Error> {
    let own = Path::new("infra/template.yaml");
    let (path, shown) = match &options.template {
        Some(path) => (path.clone(), path.display().to_string()),
        None => (root.join(own), own.display().to_string()),
    };
    let given = |file: &Option<PathBuf>| file.as_deref().map(expand::read).transpose();
    let again = |why: CostError| Error::again(why, "Write it so");
    let assumptions = given(&options.assumptions)?.unwrap_or_default();
    let assumptions = Assumptions::read(&assumptions, &options.assumed).map_err(again)?;
    let prices = Prices::with(given(&options.prices)?.as_deref()).map_err(again)?;
    let input = PreflightInput {
        parameters: options.parameters.iter().cloned().collect(),
        models: Some(models::compile),
        ..PreflightInput::default()
    };
    let billed = Billed::read(&expand::read(&path)?, &path, &input).map_err(|why| {
        Error::new(
            format!("{shown}: {why}."),
            format!("See what is wrong with it: cargo workbook preflight {}", quoted(&shown)),
        )
    })?;
    let loads = if options.requests.is_empty() { LOADS.to_vec() } else { options.requests.clone() };
    let region = &options.region;
    let estimate = Estimate::new(&billed, &assumptions, &prices, region, &loads, options.free_tier)
        .map_err(|why| Error::again(why, "Name others, or give prices with --prices FILE"))?;
    say!("{}", harmless(&estimate.text(&shown, region, &billed, &assumptions, &prices)).trim_end());
    Ok(())
}

/// A number of requests as it is typed: `1000000`, `1_000_000`, `1,000,000`.
fn count(text: &str) -> Result<u64, String> {
    let digits = text.replace(['_', ','], "");
    match digits.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => {
            Err(format!("{text} is not a number of requests; write one from 1, such as 1000000 (rest is always shown)"))
        }
    }
}

/// An assumption as it is typed: `duration_ms=50`.
fn assumption(text: &str) -> Result<(String, f64), String> {
    let (name, value) = parameter(text)?;
    let value = value.parse().map_err(|_| format!("{value} is not a number: write {name}=1.5"))?;
    Ok((name, value))
}
