//! Code that clients have uploaded: the object in a bucket that a function names.
//!
//! A package for this machine's processor is unpacked and runs. One for another is replaced by the workspace's own build of the same
//! binary, and the function's event says so: the course builds for Lambda's arm64 on machines of both kinds.

use std::path::PathBuf;

use tokio::sync::watch;

use crate::cloud::Cloud;
use crate::deployment::{HandlerError, ResourceFailure};
use crate::programs::{Code, Codes, Program};
use stack::{DeploymentPackage, Function, Service};

/// What came of the functions' packages.
#[derive(Debug, Default)]
pub(super) struct Uploaded {
    pub(super) codes: Codes,
    pub(super) failures: Vec<ResourceFailure>,
    /// What the events of functions say besides, by logical id.
    pub(super) remarks: Vec<(String, String)>,
}

/// What a package turned out to be.
enum Unpacked {
    Runs(PathBuf),
    Replaced { program: PathBuf, remark: String },
    Broken(String),
}

impl Cloud {
    /// The code of `functions`, whose packages lie in buckets.
    pub(super) async fn uploaded(&self, functions: &[Function]) -> Uploaded {
        let mut uploaded = Uploaded::default();
        for function in functions {
            let Some(package) = &function.deployment_package else { continue };
            match self.unpacked(function, package).await {
                Ok(unpacked) => {
                    let code = match unpacked {
                        Unpacked::Runs(program) => Code::Ready(Program::at(program)),
                        Unpacked::Replaced { program, remark } => {
                            uploaded.remarks.push((function.logical_id.clone(), remark));
                            Code::Ready(Program::at(program))
                        }
                        Unpacked::Broken(why) => Code::Broken(why),
                    };
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
        let DeploymentPackage { bucket, key, version } = package;
        let hosted = self.services.answering(Service::S3);
        let object = match hosted {
            Some(hosted) => hosted.object(bucket, key, version.as_deref()).await,
            None => None,
        };
        let Some(zip) = object else {
            return Err(HandlerError::invalid_parameter(
                "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
            ));
        };
        let Some(unpack) = self.unpack else {
            return Ok(Unpacked::Broken("This program was built without what reads zip files.".to_string()));
        };
        let Ok(entry) = unpack(&zip) else {
            return Err(HandlerError::invalid_parameter(
                "Could not unzip uploaded file. Please check your file, then try to upload again.",
            ));
        };
        let Some(bootstrap) = entry else {
            return Ok(Unpacked::Broken(
                "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]".to_string(),
            ));
        };
        if runs_here(&bootstrap) {
            return Ok(match self.uploads.keep(&function.name, &bootstrap) {
                Ok(program) => Unpacked::Runs(program),
                Err(why) => Unpacked::Broken(format!("The package cannot be unpacked: {why}.")),
            });
        }
        let processor = processor(&bootstrap).unwrap_or("another system");
        let own = self.programs.workspace().zip(function.binary.as_deref()).and_then(|(workspace, binary)| {
            let program = workspace.executable(binary);
            program.is_file().then(|| (self.uploads.take(&program), binary.to_string()))
        });
        Ok(match own {
            Some((program, binary)) => Unpacked::Replaced {
                program,
                remark: format!(
                    "The package is for {processor}; the local cloud runs the workspace's own build of {binary} in its place."
                ),
            },
            None => Unpacked::Broken(format!(
                "The package is for {processor} and this machine is {}: build it for this one, or name the binary in \
                 Metadata.BuildProperties.Binary and build that in the workspace.",
                std::env::consts::ARCH
            )),
        })
    }
}

/// The processor that a program in ELF is for. <https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html>
fn processor(program: &[u8]) -> Option<&'static str> {
    if !program.starts_with(b"\x7fELF") {
        return None;
    }
    match program.get(18..20)? {
        [62, 0] => Some("x86_64"),
        [183, 0] => Some("aarch64"),
        _ => None,
    }
}

/// Whether this machine can start it: a program for its processor, or a script.
fn runs_here(program: &[u8]) -> bool {
    let is_script = program.starts_with(b"#!") && cfg!(unix);
    is_script || cfg!(target_os = "linux") && processor(program) == Some(std::env::consts::ARCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_says_which_processor_it_is_for() {
        let elf = |machine: u8| [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 11], &[machine, 0]].concat();
        assert_eq!(processor(&elf(62)), Some("x86_64"));
        assert_eq!(processor(&elf(183)), Some("aarch64"));
        assert_eq!((processor(&elf(8)), processor(b"MZ"), processor(b"\x7fELF")), (None, None, None));
        assert!(!runs_here(b"exports.handler = 1"));
        assert_eq!(runs_here(b"#!/bin/sh\n"), cfg!(unix));
    }
}
