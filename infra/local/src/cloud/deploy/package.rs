//! Code that clients have uploaded: the object in a bucket that a function names.

use tokio::sync::watch;

use crate::cloud::Cloud;
use crate::deployment::{HandlerError, ResourceFailure};
use crate::programs::{Codes, Unpacked};
use stack::{DeploymentPackage, Function};

/// What came of the functions' packages.
#[derive(Debug, Default)]
pub(super) struct Uploaded {
    pub(super) codes: Codes,
    pub(super) failures: Vec<ResourceFailure>,
    /// What the events of functions say besides, by logical id.
    pub(super) remarks: Vec<(String, String)>,
}

impl Cloud {
    /// The code of `functions`, whose packages lie in buckets.
    pub(super) async fn uploaded(&self, functions: &[Function]) -> Uploaded {
        let mut uploaded = Uploaded::default();
        for function in functions {
            let Some(package) = &function.deployment_package else { continue };
            match self.unpacked(function, package).await {
                Ok(Unpacked { code, remark }) => {
                    uploaded.remarks.extend(remark.map(|remark| (function.logical_id.clone(), remark)));
                    uploaded.codes.insert(function.name.clone(), watch::channel(code).1);
                }
                Err(refused) => {
                    let id = &function.logical_id;
                    let failure = ResourceFailure::new(id, "AWS::Lambda::Function", &refused, &self.clock);
                    uploaded.failures.push(failure);
                }
            }
        }
        uploaded
    }

    async fn unpacked(&self, function: &Function, package: &DeploymentPackage) -> Result<Unpacked, HandlerError> {
        let zip = self.services.package(package).await.map_err(HandlerError::invalid_parameter)?;
        self.packages.unpacked(function, &zip).map_err(HandlerError::invalid_parameter)
    }
}
