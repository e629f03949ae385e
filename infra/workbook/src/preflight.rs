//! `preflight`: what AWS would say of a template, before anything is deployed or built.
//!
//! `cloudformation` judges the text, and the checks of the local cloud's services judge the stack where there is one. This prints what
//! both say, and a policy to begin with for the deployer.

use std::path::PathBuf;

use cloudformation::{PreflightInput, PreflightReport, preflight};
use local::clock::Clock;
use local::deployment::NO_DEAD_LETTER_QUEUE;
use serde_json::json;

use crate::advice;
use crate::deploy::parameter;
use crate::error::Error;
use crate::expand;
use crate::output::{harmless, note, say};

/// What is looked at.
#[derive(Debug, clap::Args)]
pub struct PreflightOptions {
    /// SAM or CloudFormation templates, in YAML or JSON
    #[arg(required = true, value_name = "TEMPLATE")]
    templates: Vec<PathBuf>,
    /// A value for a parameter; all others have their defaults
    #[arg(long = "parameter", short = 'p', value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// The region that the stack would be made in
    #[arg(long, value_name = "REGION", default_value = stack::REGION)]
    region: String,
    /// The stack's name, from which names are made that the template leaves out
    #[arg(long, value_name = "NAME", default_value = "board")]
    stack_name: String,
    /// Print the same as JSON
    #[arg(long)]
    json: bool,
    /// Print an IAM policy to begin with for deploying it, and nothing else
    #[arg(long)]
    deployer: bool,
}

/// What API Gateway says of a stage with a log level while the account has no role for it. Others may have given it one.
const NO_LOG_ROLE: &str = "CloudWatch Logs role ARN must be set in account settings to enable logging";
const LOG_ROLE_REPAIR: &str = "add an AWS::ApiGateway::Account with a CloudWatchRoleArn, and let the API depend on it";

/// Prints what is found; false when there is something that AWS refuses, or that would fail at run time.
///
/// # Errors
///
/// A file that cannot be read.
pub fn run(options: &PreflightOptions) -> Result<bool, Error> {
    let input = PreflightInput {
        region: options.region.clone(),
        stack_name: options.stack_name.clone(),
        parameters: options.parameters.iter().cloned().collect(),
        models: Some(models::compile),
    };
    let mut reports = Vec::new();
    for path in &options.templates {
        let text = expand::read(path)?;
        let mut report = preflight(&text, path, &input);
        if let Some(stack) = &report.stack {
            let failures = local::cloud::refused(stack, &[s3::SERVICE, dynamodb::SERVICE], &Clock::real());
            let too_many = local::cloud::too_many(stack);
            for failure in failures {
                // What stands outside of the template may be there on AWS: a network, a queue.
                if ["EC2 Error Code", NO_DEAD_LETTER_QUEUE].iter().any(|words| failure.reason.contains(words)) {
                    report.add_elsewhere(&failure.logical_id, &failure.reason);
                    continue;
                }
                if failure.reason.contains(NO_LOG_ROLE) {
                    let message =
                        format!("refused in an account whose API Gateway has no role for logs: {NO_LOG_ROLE}");
                    report.add_warning(&failure.logical_id, message, LOG_ROLE_REPAIR);
                    continue;
                }
                report.add_refusal(&failure.logical_id, &failure.reason);
            }
            if let Some((second, error)) = too_many {
                report.add_lack(&second, error.to_string());
            }
        }
        reports.push((path.display().to_string(), report));
    }
    if options.deployer {
        return deployer(&reports);
    }
    if options.json {
        let all: Vec<_> = reports.iter().map(|(path, report)| json!({ "template": path, "report": report })).collect();
        let text = serde_json::to_string_pretty(&all).map_err(|why| Error::again(why, "Report this"))?;
        say!("{text}");
    } else {
        for (path, report) in &reports {
            say!("{}", harmless(&report.text(path)).trim_end());
        }
        note!("\n{}", advice::ON_FIDELITY);
    }
    Ok(reports.iter().all(|(_, report)| report.is_clear()))
}

/// Prints the policies for the deployer.
fn deployer(reports: &[(String, PreflightReport)]) -> Result<bool, Error> {
    for (path, report) in reports {
        let Some(policy) = &report.deployer else {
            let what = format!(
                "{path} cannot be read as far as its resources, so it is not known what it takes to deploy them."
            );
            return Err(Error::new(what, format!("See what is wrong with it: cargo workbook preflight {path}")));
        };
        let text = serde_json::to_string_pretty(&policy.document).map_err(|why| Error::again(why, "Report this"))?;
        say!("{text}");
        note!(
            "This is derived from the permissions that AWS publishes with its resource types, and from nothing that was tried. Begin \
             with it, and add what a deployment is refused."
        );
        if !policy.unknown.is_empty() {
            note!("Not in it, because their permissions are not known here: {}", policy.unknown.join(", "));
        }
    }
    Ok(true)
}
