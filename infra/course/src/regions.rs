//! Marked regions: how one source holds both the finished code and the TODO that learners fill.
//!
//! ```text
//! // lab-05.2 begin
//! the finished code
//! // lab-05.2 starter
//! // | // TODO(lab-05.2): what to do
//! // | the code of the starter
//! // lab-05.2 end
//! ```
//!
//! The finished code compiles where it stands and the starter's code is a comment there; in the starter the region is
//! replaced by the lines after `|`. YAML and TOML use `#` in place of `//`.

use std::fmt;
use std::ops::Range;

/// A mistake in a marked source, as `file:line: what`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as it was named to [`Source::parse`].
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.what)
    }
}

impl std::error::Error for Fault {}

/// A source file cut at its markers.
#[derive(Debug, Clone)]
pub struct Source {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    Plain(String),
    Region(Region),
}

/// One marked region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// `lab-05.2`.
    pub id: String,
    /// The line of its `begin`, from 1.
    pub line: usize,
    /// The finished code.
    pub code: String,
    /// What stands there in the starter.
    pub starter: String,
}

impl Source {
    /// Cuts `text`. `file` names it in faults, `lab` is the only lab whose markers may occur (`lab-05`).
    ///
    /// # Errors
    ///
    /// The first marker that is unbalanced, foreign or unknown, and the first starter that does not begin with its TODO.
    pub fn parse(file: &str, text: &str, lab: &str) -> Result<Source, Fault> {
        let mut reader = Reader { file, lab, comment: comment_of(file), pieces: Vec::new(), open: None };
        for (index, line) in text.split_inclusive('\n').enumerate() {
            reader.read(index + 1, line)?;
        }
        reader.finish()
    }

    /// The regions, in the file's order.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Region(region) => Some(region),
            Piece::Plain(_) => None,
        })
    }

    /// The text between the regions, which is the same in starter and solution.
    pub fn given(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Plain(text) => Some(text.as_str()),
            Piece::Region(_) => None,
        })
    }

    /// Each region between the given lines right before and after it (blank ones do not count), with the lines that it
    /// takes in the finished text, from 0.
    pub fn surrounded(&self) -> impl Iterator<Item = (Option<&str>, &Region, Option<&str>, Range<usize>)> {
        let mut line = 0;
        let lines = self.pieces.iter().map(move |piece| {
            let text = match piece {
                Piece::Plain(text) => text,
                Piece::Region(region) => &region.code,
            };
            let begun = line;
            line += text.lines().count();
            begun..line
        });
        self.pieces.iter().zip(lines).enumerate().filter_map(|(index, (piece, lines))| {
            let Piece::Region(region) = piece else { return None };
            let given = |index: usize| match self.pieces.get(index) {
                Some(Piece::Plain(text)) => Some(text.lines().filter(|line| !line.trim().is_empty())),
                _ => None,
            };
            let before = index.checked_sub(1).and_then(given).and_then(|mut lines| lines.next_back());
            let after = given(index + 1).and_then(|mut lines| lines.next());
            Some((before, region, after, lines))
        })
    }

    /// The text with each region replaced by what `choose` makes of it.
    pub fn with(&self, choose: impl Fn(&Region) -> String) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Plain(text) => text.clone(),
            Piece::Region(region) => choose(region),
        };
        self.pieces.iter().map(text).collect()
    }
}

/// What begins a comment in a file of this name.
fn comment_of(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("yaml" | "yml" | "toml" | "py" | "sh") => "#",
        _ => "//",
    }
}

struct Reader<'text> {
    file: &'text str,
    lab: &'text str,
    comment: &'static str,
    pieces: Vec<Piece>,
    open: Option<(Region, Half)>,
}

/// Which half of a region is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Code,
    Starter,
}

impl Reader<'_> {
    fn read(&mut self, number: usize, line: &str) -> Result<(), Fault> {
        if let Some((id, word)) = self.marker(line) {
            return self.read_marker(number, &id, &word);
        }
        match &mut self.open {
            None => match self.pieces.last_mut() {
                Some(Piece::Plain(text)) => text.push_str(line),
                _ => self.pieces.push(Piece::Plain(line.to_string())),
            },
            Some((region, Half::Code)) => region.code.push_str(line),
            Some((region, Half::Starter)) => {
                let Some(uncommented) = uncommented(line, self.comment) else {
                    let what = format!("between `starter` and `end` every line begins with `{} |`", self.comment);
                    return Err(self.fault(number, what));
                };
                region.starter.push_str(&uncommented);
            }
        }
        Ok(())
    }

    fn read_marker(&mut self, number: usize, id: &str, word: &str) -> Result<(), Fault> {
        if id.rsplit_once('.').is_none_or(|(lab, _)| lab != self.lab) {
            return Err(self.fault(number, format!("marker of {id} in a file of {}", self.lab)));
        }
        match (word, self.open.take()) {
            ("begin", None) => {
                let region = Region { id: id.to_string(), line: number, code: String::new(), starter: String::new() };
                self.open = Some((region, Half::Code));
                Ok(())
            }
            ("starter", Some((region, Half::Code))) if region.id == id => {
                self.open = Some((region, Half::Starter));
                Ok(())
            }
            ("end", Some((region, Half::Starter))) if region.id == id => self.close(number, region),
            ("end", Some((region, Half::Code))) if region.id == id => {
                Err(self.fault(number, format!("{id} ends without a `{} {id} starter`", self.comment)))
            }
            (word, Some((region, _))) => {
                let what = format!(
                    "`{id} {word}` inside {}, which began in line {} and has not ended",
                    region.id, region.line
                );
                Err(self.fault(number, what))
            }
            (word, None) => Err(self.fault(number, format!("`{id} {word}` without a `{id} begin` before it"))),
        }
    }

    fn close(&mut self, number: usize, region: Region) -> Result<(), Fault> {
        let todo = format!("TODO({}):", region.id);
        if !region.starter.lines().next().is_some_and(|first| first.contains(&todo)) {
            return Err(self
                .fault(number, format!("the starter of {} does not begin with `{} {todo}`", region.id, self.comment)));
        }
        if region.code.trim().is_empty() {
            return Err(self.fault(region.line, format!("{} holds no code, so there is nothing to learn", region.id)));
        }
        self.pieces.push(Piece::Region(region));
        Ok(())
    }

    fn finish(self) -> Result<Source, Fault> {
        match &self.open {
            Some((region, _)) => Err(self.fault(region.line, format!("{} begins here and never ends", region.id))),
            None => Ok(Source { pieces: self.pieces }),
        }
    }

    /// `// lab-05.2 begin` → `lab-05.2`, `begin`. Words other than the three are prose.
    fn marker(&self, line: &str) -> Option<(String, String)> {
        let text = line.trim().strip_prefix(self.comment)?.trim();
        let (id, word) = text.split_once(' ')?;
        let number = id.strip_prefix("lab-")?;
        let is_id = number.contains('.') && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        (is_id && matches!(word, "begin" | "starter" | "end")).then(|| (id.to_string(), word.to_string()))
    }

    fn fault(&self, line: usize, what: String) -> Fault {
        Fault { file: self.file.to_string(), line, what }
    }
}

/// `    // | code` → `    code`.
fn uncommented(line: &str, comment: &str) -> Option<String> {
    let start = line.len() - line.trim_start().len();
    let (indent, rest) = line.split_at(start);
    let code = rest.strip_prefix(comment)?.trim_start_matches(' ').strip_prefix('|')?;
    let code = code.strip_prefix(' ').unwrap_or(code);
    if code.trim().is_empty() {
        return Some("\n".to_string());
    }
    Some(format!("{indent}{code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKED: &str = "fn a() {\n    // lab-05.2 begin\n    right();\n    // lab-05.2 starter\n    // | // TODO(lab-05.2): do it\n    \
                          // |\n    // | if wrong {\n    // |     wrong();\n    // | }\n    // lab-05.2 end\n}\n";

    #[test]
    fn one_source_two_texts() {
        let source = Source::parse("a.rs", MARKED, "lab-05").unwrap();
        assert_eq!(source.with(|region| region.code.clone()), "fn a() {\n    right();\n}\n");
        assert_eq!(
            source.with(|region| region.starter.clone()),
            "fn a() {\n    // TODO(lab-05.2): do it\n\n    if wrong {\n        wrong();\n    }\n}\n"
        );
        assert_eq!(source.regions().map(|region| region.line).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_region_knows_what_stands_around_it() {
        let source = Source::parse("a.rs", MARKED, "lab-05").unwrap();
        let (before, region, after, lines) = source.surrounded().next().unwrap();
        assert_eq!((before, region.id.as_str(), after, lines), (Some("fn a() {"), "lab-05.2", Some("}"), 1..2));
        assert_eq!(source.given().collect::<Vec<_>>(), ["fn a() {\n", "}\n"]);
    }

    #[test]
    fn yaml_has_its_own_comments() {
        let text =
            "a:\n  # lab-07.1 begin\n  b: 1\n  # lab-07.1 starter\n  # | # TODO(lab-07.1): b\n  # lab-07.1 end\n";
        let source = Source::parse("template.yaml", text, "lab-07").unwrap();
        assert_eq!(source.with(|region| region.starter.clone()), "a:\n  # TODO(lab-07.1): b\n");
    }

    #[test]
    fn every_fault_names_file_and_line() {
        let fault = |text: &str| Source::parse("a.rs", text, "lab-05").unwrap_err().to_string();
        assert_eq!(fault("// lab-05.1 begin\nx\n"), "a.rs:1: lab-05.1 begins here and never ends");
        assert_eq!(fault("// lab-05.1 end\n"), "a.rs:1: `lab-05.1 end` without a `lab-05.1 begin` before it");
        assert_eq!(fault("// lab-06.1 begin\n"), "a.rs:1: marker of lab-06.1 in a file of lab-05");
        let nested = "// lab-05.1 begin\nx\n// lab-05.2 begin\n";
        assert_eq!(fault(nested), "a.rs:3: `lab-05.2 begin` inside lab-05.1, which began in line 1 and has not ended");
        let bare = "// lab-05.1 begin\nx\n// lab-05.1 starter\nx\n// lab-05.1 end\n";
        assert_eq!(fault(bare), "a.rs:4: between `starter` and `end` every line begins with `// |`");
        let mute = "// lab-05.1 begin\nx\n// lab-05.1 starter\n// | x\n// lab-05.1 end\n";
        assert_eq!(fault(mute), "a.rs:5: the starter of lab-05.1 does not begin with `// TODO(lab-05.1):`");
        assert!(fault("// lab-05.1 begin\nx\n// lab-05.1 end\n").contains("without a `// lab-05.1 starter`"));
    }
}
