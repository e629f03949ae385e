//! What was typed: a command, with its operands and options.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Uri, header};

use crate::client::Asked;
use crate::rate::Rate;

/// Measures an API, judges hypotheses about it, shows and counts what it costs, and says what a deployment has left behind
#[derive(Debug, clap::Parser)]
pub(crate) enum Command {
    /// Send requests, and print a sample a line
    Measure(MeasureOptions),
    /// Print a verdict a line; ends with 0 where all hold, with 1 where one does not, and with 2 where one is not decided
    Judge(JudgeOptions),
    /// Write a page with pictures and the verdicts to standard output
    Report(ReportOptions),
    /// Print what a million requests like those of the log cost
    Cost(CostOptions),
    /// Print what a deployment has left behind; ends with 1 when anything is
    Leftovers(LeftoversOptions),
}

#[derive(Debug, clap::Args)]
pub(crate) struct MeasureOptions {
    /// The address, beginning with https:// or http://
    #[arg(value_parser = address)]
    url: Uri,
    /// Requests a second: 20; FROM..TO for a rate that rises or falls, as 5..80; steps of equal length with commas, as 10,20,40
    #[arg(long, value_name = "RATE")]
    pub(crate) rate: Rate,
    /// How many requests
    #[arg(long, value_name = "REQUESTS", value_parser = count)]
    pub(crate) count: usize,
    /// The method [default: GET, or POST where there is a body]
    #[arg(long, short = 'X', value_name = "METHOD", value_parser = method)]
    method: Option<Method>,
    /// A header; may be repeated
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE", value_parser = a_header)]
    headers: Vec<(HeaderName, HeaderValue)>,
    /// The body, or @FILE for the bytes of a file; sent as application/json, unless a header says otherwise
    #[arg(long, short = 'd', value_name = "TEXT|@FILE")]
    body: Option<String>,
    /// Say on standard error how far it is, where that is not a terminal, too
    #[arg(long)]
    pub(crate) progress: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct JudgeOptions {
    /// The claims
    #[arg(long, value_name = "FILE")]
    pub(crate) hypotheses: PathBuf,
    /// What `measure` printed
    #[arg(long, value_name = "FILE")]
    pub(crate) samples: PathBuf,
    /// The function's log, with Lambda's REPORT lines
    #[arg(long, value_name = "FILE")]
    pub(crate) log: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ReportOptions {
    /// What `measure` printed; several measurements make one report
    #[arg(required = true, value_name = "SAMPLES")]
    pub(crate) samples: Vec<PathBuf>,
    /// The claims; without them there are no verdicts
    #[arg(long, value_name = "FILE")]
    pub(crate) hypotheses: Option<PathBuf>,
    /// The function's log, with Lambda's REPORT lines; without it nobody knows what was cold
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// What `aws cloudwatch get-metric-statistics --statistics Sum` printed of a table's consumed capacity; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) capacity: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CostOptions {
    /// What the units cost, and when
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: PathBuf,
    /// The function's log, with Lambda's REPORT lines
    #[arg(long, value_name = "FILE")]
    pub(crate) log: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LeftoversOptions {
    /// The folder with the lists that the AWS CLI printed
    pub(crate) folder: String,
    /// What the PoC is called: its stack's name
    #[arg(long)]
    pub(crate) name: String,
    /// The id of its REST API
    #[arg(long, value_name = "ID")]
    pub(crate) api_id: String,
}

impl MeasureOptions {
    /// The request that is sent each time.
    pub(crate) fn asked(&self) -> Result<Asked, String> {
        let body = match self.body.as_deref() {
            None => None,
            Some(text) => Some(match text.strip_prefix('@') {
                Some(path) => std::fs::read(path).map(Bytes::from).map_err(|why| unreadable(Path::new(path), &why))?,
                None => Bytes::from(text.to_string()),
            }),
        };
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let mut headers: http::HeaderMap = http::HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(name, value.clone());
        }
        if body.is_some() && !headers.contains_key(header::CONTENT_TYPE) {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let method = self.method.clone().unwrap_or(method);
        Ok(Asked { method, address: self.url.clone(), headers, body: body.unwrap_or_default() })
    }
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|why| unreadable(path, &why))
}

fn unreadable(path: &Path, why: &std::io::Error) -> String {
    format!("{} cannot be read: {why}. Give another file.", path.display())
}

fn address(text: &str) -> Result<Uri, String> {
    let is_one = |uri: &Uri| matches!(uri.scheme_str(), Some("https" | "http")) && uri.host().is_some();
    text.parse().ok().filter(is_one).ok_or_else(|| "write an address that begins with https:// or http://".into())
}

fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "write a whole number greater than 0".into())
}

fn method(text: &str) -> Result<Method, String> {
    text.to_ascii_uppercase().parse().map_err(|_| "it is not a method; write one such as GET, POST or DELETE".into())
}

fn a_header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("write it with a colon, as \"X-Api-Key: secret\"")?;
    let name = name.trim().parse().map_err(|why| format!("{name} is not a header's name: {why}"))?;
    let value = value.trim().parse().map_err(|why| format!("{value} is not a header's value: {why}"))?;
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn typed(words: &str) -> Result<Command, String> {
        Command::try_parse_from(words.split('|')).map_err(|why| why.to_string())
    }

    fn asked(words: &str) -> Asked {
        match typed(words) {
            Ok(Command::Measure(measure)) => measure.asked().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_body_makes_it_a_post_of_json() {
        let plain = asked("lab-12|measure|http://x/y|--rate|2.5|--count|3");
        assert_eq!((plain.method, plain.headers.len(), plain.body.len()), (Method::GET, 0, 0));
        let posted = asked("lab-12|measure|http://x/y|--rate|2|--count|3|--body|{}|--header|X-Api-Key: k:1");
        assert_eq!((posted.method, &posted.body[..]), (Method::POST, &b"{}"[..]));
        assert_eq!(posted.headers["content-type"], "application/json");
        assert_eq!(posted.headers["x-api-key"], "k:1");
        let put = asked("lab-12|measure|http://x/y|--rate=2|--count=3|-X|put|-d|hi|-H|content-type: text/plain");
        assert_eq!((put.method, put.headers.len()), (Method::PUT, 1));
        assert_eq!(put.headers["content-type"], "text/plain");
    }

    #[test]
    fn a_body_comes_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("body.json");
        std::fs::write(&path, b"{\"content\":\"hi\"}").unwrap();
        let typed = format!("lab-12|measure|http://x/y|--rate|2|--count|3|--body|@{}", path.display());
        assert_eq!(&asked(&typed).body[..], b"{\"content\":\"hi\"}");
        let Ok(Command::Measure(missing)) = super::tests::typed(&format!("{typed}.not")) else {
            panic!("it is a command")
        };
        assert!(missing.asked().unwrap_err().contains("body.json.not cannot be read"));
    }

    #[test]
    fn what_is_wrong_is_named_with_what_to_write() {
        let measure = "lab-12|measure|http://x/y|--count|1";
        for (words, said) in [
            (format!("{measure}|--rate|0"), "a number greater than 0"),
            (format!("{measure}|--rate|5..fast"), "a number greater than 0"),
            (format!("{measure}|--rate|1|--header|nothing"), "with a colon"),
            (format!("{measure}|--rate|1|--bdoy|x"), "--body"),
            ("lab-12|measure|x/y|--rate|1|--count|1".into(), "begins with https:// or http://"),
            ("lab-12|measure|http://x/y|--rate|1|--count|0".into(), "greater than 0"),
            ("lab-12|judge|--samples|s".into(), "--hypotheses"),
            ("lab-12|report".into(), "SAMPLES"),
        ] {
            let error = typed(&words).unwrap_err();
            assert!(error.contains(said), "{words}: {error}");
        }
    }
}
