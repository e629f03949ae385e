//! The page on the board's template explains all of it: a name that somebody adds to the file is a name that the page has to have.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::page::Page;
use course::regions::Fault;

const TEMPLATE: &str = "infra/template.yaml";
/// The page that reads the template from top to bottom.
const PAGE: &str = "book/src/template-yaml.md";

pub(super) fn faults(root: &Path, page: &Page) -> Vec<Fault> {
    if page.file != PAGE {
        return Vec::new();
    }
    match fs::read_to_string(root.join(TEMPLATE)) {
        Ok(template) => unexplained(&template, page),
        Err(why) => vec![super::unreadable(TEMPLATE, &why)],
    }
}

/// Lines of the template that belong to no part of the page: it neither quotes them, nor has each of their names in its code. So one alarm
/// stands for six, and a property that no part has is missed.
fn unexplained(template: &str, page: &Page) -> Vec<Fault> {
    let quoted: BTreeSet<&str> = page.fences.iter().flat_map(|fence| fence.body.lines()).map(str::trim).collect();
    let code: BTreeSet<&str> = page.code.iter().flat_map(|code| names(code)).collect();
    let lines = template.lines().enumerate().filter(|(_, line)| !quoted.contains(line.trim()));
    let faults = lines.flat_map(|(index, line)| {
        let code = &code;
        let missing = keys(line).filter(move |name| !code.contains(name));
        missing.map(move |name| Fault {
            file: TEMPLATE.to_string(),
            line: index + 1,
            what: format!("has {name}, of which {PAGE} does not speak; quote the line there, or say what `{name}` is"),
        })
    });
    faults.collect()
}

/// Words of code.
fn names(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}

/// The names that a line of the template gives values to: `Type` and `Path` in `Board: {Type: Api, Path: '/board'}`, and `Board`. A name
/// is a word with a capital, which the texts of comments and descriptions have no colon after.
fn keys(line: &str) -> impl Iterator<Item = &str> {
    let line = if line.trim_start().starts_with('#') { "" } else { line };
    let before = line.match_indices(':').map(|(at, _)| (at, &line[at + 1..]));
    let ends = before.filter(|(_, after)| after.is_empty() || after.starts_with(' ')).map(|(at, _)| &line[..at]);
    let names = ends.filter_map(|before| names(before).last());
    names.filter(|name| name.starts_with(|letter: char| letter.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "Resources:\n  # A comment: Nothing\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties: {TableName: board}\n";

    fn faults_with(page: &str) -> Vec<String> {
        unexplained(SMALL, &Page::parse(PAGE, page)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_line_is_explained_by_a_quotation_or_by_its_names() {
        let quoted =
            "`Resources`\n\n```yaml\nTable:\n  Type: AWS::DynamoDB::Table\n  Properties: {TableName: board}\n```\n";
        assert_eq!(faults_with(quoted), Vec::<String>::new());
        let named = "`Resources` has `Table`, with a `Type` and `Properties`: its `TableName`.\n";
        assert_eq!(faults_with(named), Vec::<String>::new());
    }

    #[test]
    fn a_line_of_which_the_page_does_not_speak_is_named() {
        // A word in plain text explains nothing.
        let faults = faults_with("`Resources` has `Table`, with a `Type` and `Properties`. TableName\n");
        let told = "infra/template.yaml:5: has TableName, of which book/src/template-yaml.md does not speak; quote the line there, or \
                    say what `TableName` is";
        assert_eq!(faults, [told]);
    }
}
