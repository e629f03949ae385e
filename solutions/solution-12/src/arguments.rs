//! What was typed: a command, operands, and options with a value each.

use std::collections::BTreeMap;

/// What to type.
pub(crate) const USAGE: &str = "Type one of
  measure URL --rate REQUESTS-A-SECOND --count REQUESTS
  judge --hypotheses FILE --samples FILE --log FILE
  cost --prices FILE --log FILE
  leftovers FOLDER --name NAME --api-id ID";

/// A command line, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    words: Vec<String>,
    options: BTreeMap<String, String>,
}

impl Arguments {
    pub(crate) fn of(typed: impl Iterator<Item = String>) -> Arguments {
        let mut arguments = Arguments::default();
        let mut typed = typed.peekable();
        while let Some(word) = typed.next() {
            match word.strip_prefix("--") {
                Some(option) => {
                    let value = typed.next().unwrap_or_default();
                    arguments.options.insert(option.to_string(), value);
                }
                None => arguments.words.push(word),
            }
        }
        arguments
    }

    /// The first word; empty where there is none.
    pub(crate) fn command(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// A word after the command.
    pub(crate) fn operand(&self, index: usize, what: &str) -> Result<&str, String> {
        self.words.get(index + 1).map(String::as_str).ok_or_else(|| format!("{what} is missing.\n{USAGE}"))
    }

    /// An option's value.
    pub(crate) fn text(&self, option: &str) -> Result<&str, String> {
        let value = self.options.get(option).filter(|value| !value.is_empty());
        value.map(String::as_str).ok_or_else(|| format!("--{option} is missing.\n{USAGE}"))
    }

    /// An option that is a number greater than nothing.
    pub(crate) fn number(&self, option: &str) -> Result<f64, String> {
        let text = self.text(option)?;
        let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
        number.ok_or_else(|| format!("--{option} {text} is not a number greater than 0."))
    }

    /// The text of the file that an option names.
    pub(crate) fn file(&self, option: &str) -> Result<String, String> {
        let path = self.text(option)?;
        std::fs::read_to_string(path)
            .map_err(|why| format!("{path} cannot be read: {why}. Give another file to --{option}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_words_from_options() {
        let typed = ["measure", "http://x/y", "--rate", "2.5", "--count", "0"].map(str::to_string);
        let arguments = Arguments::of(typed.into_iter());
        assert_eq!((arguments.command(), arguments.operand(0, "url")), ("measure", Ok("http://x/y")));
        assert_eq!(arguments.number("rate"), Ok(2.5));
        assert!(arguments.number("count").unwrap_err().contains("greater than 0"));
        assert!(arguments.text("log").unwrap_err().contains("--log is missing"));
    }
}
