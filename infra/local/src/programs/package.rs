//! Deployment packages that clients upload, and what of them a function runs.
//!
//! A package for this machine's processor is unpacked and runs. One for another is replaced by the workspace's own build of the same
//! binary: the course builds for Lambda's arm64 on machines of both kinds.

use super::build::Workspace;
use super::{Code, Program, Uploads};
use stack::Function;

/// Reads a deployment package: the program called `bootstrap` in it, if there is one.
///
/// # Errors
///
/// What is wrong with the zip file.
pub type Unpack = fn(&[u8]) -> Result<Option<Vec<u8>>, String>;

/// Where packages are unpacked. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Packages {
    /// Where their programs are kept.
    pub uploads: Uploads,
    /// What reads them; without it such a function has no code.
    pub unpack: Option<Unpack>,
    /// Where programs for this machine are, if Cargo builds any.
    pub workspace: Option<Workspace>,
}

/// What became of a package.
#[derive(Debug)]
pub struct Unpacked {
    /// What the function runs, or why it cannot.
    pub code: Code,
    /// That another program runs in its place.
    pub remark: Option<String>,
}

impl Packages {
    /// What `function` runs with the package `zip`.
    ///
    /// # Errors
    ///
    /// Lambda's refusal of a file that is not a zip file.
    pub fn unpacked(&self, function: &Function, zip: &[u8]) -> Result<Unpacked, &'static str> {
        let broken = |why: String| Ok(Unpacked { code: Code::Broken(why), remark: None });
        let Some(unpack) = self.unpack else {
            return broken("This program was built without what reads zip files.".to_string());
        };
        let Ok(entry) = unpack(zip) else {
            return Err("Could not unzip uploaded file. Please check your file, then try to upload again.");
        };
        let Some(bootstrap) = entry else {
            return broken("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]".to_string());
        };
        if runs_here(&bootstrap) {
            return match self.uploads.keep(&function.name, &bootstrap) {
                Ok(program) => Ok(Unpacked { code: Code::Ready(Program::at(program)), remark: None }),
                Err(why) => broken(format!("The package cannot be unpacked: {why}.")),
            };
        }
        let processor = processor(&bootstrap).unwrap_or("another system");
        let own = self.workspace.as_ref().zip(function.binary.as_deref()).and_then(|(workspace, binary)| {
            let program = workspace.executable(binary);
            program.is_file().then(|| (self.uploads.take(&program), binary))
        });
        match own {
            Some((program, binary)) => Ok(Unpacked {
                code: Code::Ready(Program::at(program)),
                remark: Some(format!(
                    "The package is for {processor}; the local cloud runs the workspace's own build of {binary} in its place."
                )),
            }),
            None => broken(format!(
                "The package is for {processor} and this machine is {}: build it for this one, or name the binary in \
                 Metadata.BuildProperties.Binary and build that in the workspace.",
                std::env::consts::ARCH
            )),
        }
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
