//! What `explain` answers: a page, a list where several could be meant, the introduction's table for a status, words of the glossary.

#![allow(clippy::unwrap_used, reason = "a test that cannot run something has found its fault")]

use std::io::Write;
use std::process::{Command, Stdio};

/// What the command says of a text that it gets by standard input.
fn explained(text: &str) -> String {
    explained_bytes(text.as_bytes())
}

fn explained_bytes(text: &[u8]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
    let piped = command.arg("explain").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}: {}", String::from_utf8_lossy(text), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The lines after the line `title`, to the next empty one.
fn below<'a>(said: &'a str, title: &str) -> Vec<&'a str> {
    said.lines().skip_while(|line| *line != title).skip(1).take_while(|line| !line.is_empty()).collect()
}

#[test]
fn a_message_is_explained_and_a_second_one_is_named() {
    let said =
        explained("GET /dev/x {\"message\":\"Missing Authentication Token\"}\n… Task timed out after 3.00 seconds\n");
    assert!(said.starts_with("Task timed out after 3.00 seconds\n"), "{said}");
    let also = below(&said, "Also in what you pasted:");
    assert_eq!(also.len(), 1, "{said}");
    assert!(also[0].contains("missing-authentication-token.md"), "{said}");
    assert!(!explained("Task timed out after 3.00 seconds").contains("Also in what you pasted"));
}

#[test]
fn what_several_pages_could_mean_is_a_list() {
    let said = explained("ResourceConflictException\n");
    let pages = below(&said, "Several causes have this in their message. Paste the whole message, or choose:");
    assert!(pages.len() > 2 && pages.iter().all(|page| page.contains("(book/src/register/")), "{said}");
    assert!(!said.contains("The repair"), "{said}");
}

#[test]
fn a_status_gets_the_table_of_hops() {
    for (text, row) in [
        ("HTTP/1.1 504 Gateway Timeout", "504 `{\"message\": \"Endpoint request timed out\"}`"),
        ("Internal server error", "502 `{\"message\": \"Internal server error\"}`, the same body"),
    ] {
        let said = explained(text);
        assert!(said.starts_with("A status does not say who answered."), "{said}");
        assert!(said.lines().any(|line| line.trim() == row), "{said}");
        assert!(!said.contains("XML"), "{text} has rows of other statuses: {said}");
    }
}

#[test]
fn korean_words_get_their_words_of_the_glossary() {
    let said = explained("콜드 스타트가 뭐예요?");
    assert!(said.starts_with("The register has no message like this."), "{said}");
    let words = below(&said, "In the glossary (book/src/glossary.md):");
    assert!(words.iter().any(|word| word.trim() == "Cold start (콜드 스타트)"), "{said}");
    let said = explained("스트림에서 {\"message\":\"Forbidden\"} 오류가 납니다");
    assert!(said.starts_with("403 Forbidden"), "{said}");
    assert!(!below(&said, "In the glossary (book/src/glossary.md):").is_empty(), "{said}");
}

#[test]
fn a_text_is_explained_however_it_was_written() {
    let utf_16 = "\u{feff}Task timed out after 3.00 seconds\r\n".encode_utf16();
    for text in [
        utf_16.clone().flat_map(u16::to_le_bytes).collect(),
        utf_16.flat_map(u16::to_be_bytes).collect(),
        b"\xff\xfd\x1b[31mTask timed out\x1b[0m after 3.00 seconds\x00".to_vec(),
        [vec![b'\n'; 200_000], b"Task timed out after 3.00 seconds".to_vec(), vec![b'.'; 200_000]].concat(),
    ] {
        let said = explained_bytes(&text);
        assert!(said.starts_with("Task timed out after 3.00 seconds\n"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn an_argument_may_have_bytes_that_are_no_letters() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
    let text = [OsStr::from_bytes(b"Task timed \xe9 out"), OsStr::from_bytes(b"after 3.00 seconds")];
    let output = command.arg("explain").args(text).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("Task timed out after 3.00 seconds\n"), "{said}");
}
