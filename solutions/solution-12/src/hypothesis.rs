//! What is claimed, written down before anything is measured: those who look at numbers first find a claim that fits them.

use serde::Deserialize;

use crate::group::Kind;

/// One claim: of all requests of a kind, this share is answered within that time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hypothesis {
    /// A short name.
    pub(crate) name: String,
    /// The claim as a sentence.
    pub(crate) claim: String,
    /// Which requests it is about.
    pub(crate) group: Kind,
    /// The share of them, 0.99 for 99 of 100.
    pub(crate) share: f64,
    /// Milliseconds.
    pub(crate) within: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    hypothesis: Vec<Hypothesis>,
}

/// The hypotheses of a file.
pub(crate) fn read(text: &str) -> Result<Vec<Hypothesis>, String> {
    let file: File = toml::from_str(text).map_err(|why| why.to_string().trim_end().to_owned())?;
    match file.hypothesis.iter().find(|one| !(one.share > 0.0 && one.share < 1.0)) {
        Some(wrong) => {
            Err(format!("{}: share must lie between 0 and 1; of all requests nothing can be shown.", wrong.name))
        }
        None => Ok(file.hypothesis),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_about_every_request_is_refused() {
        let text = "[[hypothesis]]\nname = \"a\"\nclaim = \"b\"\ngroup = \"warm\"\nshare = 1.0\nwithin = 5.0\n";
        assert!(read(text).unwrap_err().contains("share must lie between 0 and 1"));
        assert_eq!(read(&text.replace("1.0", "0.9")).unwrap()[0].group, Kind::Warm);
    }
}
