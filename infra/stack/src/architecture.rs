//! The processor that a function's code is for.

use serde::Serialize;

/// One of `Architectures`, of which a function has one.
/// <https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Architecture {
    /// AWS's Graviton.
    #[serde(rename = "arm64")]
    Arm64,
    /// What a function has unless its template says otherwise.
    #[default]
    #[serde(rename = "x86_64")]
    X86,
}

impl Architecture {
    /// The names that a template writes.
    pub const NAMES: [&str; 2] = ["arm64", "x86_64"];

    /// The architecture with this name.
    pub fn of(name: &str) -> Option<Architecture> {
        match name {
            "arm64" => Some(Architecture::Arm64),
            "x86_64" => Some(Architecture::X86),
            _ => None,
        }
    }

    /// Its name, as templates and Lambda write it.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::Arm64 => "arm64",
            Architecture::X86 => "x86_64",
        }
    }
}
