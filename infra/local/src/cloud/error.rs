//! Why a stack did not come alive, each with what to do next.

use std::io::ErrorKind;

use thiserror::Error;

use crate::deployment::ResourceFailure;
use crate::listener::NotBound;
use crate::service::ServiceError;
use cloudformation::TemplateError;

/// Why a stack did not come alive.
#[derive(Debug, Error)]
pub enum BootError {
    /// The template is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A port is taken.
    #[error("Port {port} for the {what} is in use.")]
    PortInUse {
        /// What wanted it.
        what: &'static str,
        /// The port.
        port: u16,
    },
    /// The operating system gives no port.
    #[error("The {what} cannot listen on 127.0.0.1:{port}: {why}")]
    NoPort {
        /// What wanted it.
        what: &'static str,
        /// The port.
        port: u16,
        /// The system's words.
        why: std::io::Error,
    },
    /// The template needs a part that this build leaves out.
    #[error("The template has {what}, but this program was built without Cargo feature `{feature}` of package `kit`.")]
    LeftOut {
        /// Which part.
        what: &'static str,
        /// The feature to turn on.
        feature: &'static str,
    },
    /// More than this cloud runs at once.
    #[error("The template has {} resources of type {what}, {}; the local cloud runs one of them.{}", ids.len(), ids.join(" and "), sams_own(ids))]
    TooMany {
        /// The resource type.
        what: &'static str,
        /// Their logical ids.
        ids: Vec<String>,
    },
    /// AWS would refuse to create some of the resources.
    #[error("{}\nThe stack rolls back: nothing of it was created. Repair what the reason names, and start again.", events(.0))]
    CreateFailed(Vec<ResourceFailure>),
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] crate::data_folder::FolderError),
    /// The keys in the data folder.
    #[error("The key in {} cannot be used: {why}. Remove the file, and the next start draws another.", file.display())]
    Keys {
        /// The file.
        file: std::path::PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The queues' files.
    #[error(
        "The queues in the data folder cannot be opened: {}.",
        crate::data_folder::reason(.0)
    )]
    Queues(std::io::Error),
    /// The file of stacks.
    #[error(
        "The stacks in the data folder cannot be read: {}. Without the file stacks.json there, what was deployed beside the board is forgotten.",
        crate::data_folder::reason(.0)
    )]
    Stacks(std::io::Error),
    /// The file with API Gateway's role for logs.
    #[error("The file {0} is damaged. Remove it: the next deployment of an AWS::ApiGateway::Account writes another.")]
    LogRole(String),
    /// A service that is plugged in.
    #[error(transparent)]
    Service(ServiceError),
}

impl From<NotBound> for BootError {
    fn from(NotBound { what, port, why }: NotBound) -> BootError {
        match why.kind() {
            ErrorKind::AddrInUse => BootError::PortInUse { what, port },
            _ => BootError::NoPort { what, port, why },
        }
    }
}

impl From<ServiceError> for BootError {
    fn from(error: ServiceError) -> BootError {
        match error.downcast::<NotBound>() {
            Ok(not_bound) => BootError::from(*not_bound),
            Err(error) => BootError::Service(error),
        }
    }
}

fn events(failures: &[ResourceFailure]) -> String {
    failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Where a resource that is not in the template comes from: SAM makes an API for events that name none.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-api.html>
fn sams_own(ids: &[String]) -> &'static str {
    match ids.iter().any(|id| id == "ServerlessRestApi") {
        true => {
            " SAM makes ServerlessRestApi for Api events that have no RestApiId: give them one, !Ref and the name of your API."
        }
        false => "",
    }
}
