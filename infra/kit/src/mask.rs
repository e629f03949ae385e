//! Masks: what differs in every run and says nothing about right or wrong.
//!
//! Ids, dates, ARNs and cursors become `[id-1]`, `[time]`, `[arn-1]`, `[cursor-1]` before an answer is compared or kept.
//! The same id gets the same mask wherever it occurs, so "the `Location` names the post that the body shows" survives
//! masking. Dates are not told apart: whether two fall into the same millisecond is chance. The book's transcripts are
//! masked by the same rules, through [`Masks`], so that what a chapter shows and what a check says agree.

use std::collections::BTreeMap;

use serde_json::Value;

/// Replaces every volatile part of `value`, in all its strings.
pub(crate) fn masked(value: &Value) -> Value {
    let mut known = Masks::default();
    known.collect(value);
    known.replaced(value)
}

/// Whether a field holds nothing but an id or a date.
pub(crate) fn is_volatile(key: &str, value: &Value) -> bool {
    let Value::String(text) = value else { return false };
    is_time(text) || is_uuid(text) || key.ends_with("Id")
}

/// The volatile strings of one exchange, with the mask of each, in order of appearance.
#[derive(Debug, Default)]
pub struct Masks {
    masks: Vec<(String, String)>,
    counts: BTreeMap<&'static str, usize>,
}

impl Masks {
    /// Takes in the ids, ARNs and cursors of `value`.
    pub fn collect(&mut self, value: &Value) {
        self.collect_field("", value);
    }

    /// Takes in every UUID in `text`, as `[kind-1]`, `[kind-2]` and so on.
    pub fn collect_uuids(&mut self, kind: &'static str, text: &str) {
        windows(text, 36).filter(|part| is_uuid(part)).for_each(|part| self.note(kind, part));
    }

    /// Takes in every sequence number of a stream in `text`, in the order in which they stand there: they have 21 digits or
    /// more, as nothing else has.
    pub fn collect_records(&mut self, text: &str) {
        let numbers = text.split(|c: char| !c.is_ascii_alphanumeric());
        let is_place = |part: &&str| part.len() >= 21 && part.bytes().all(|byte| byte.is_ascii_digit());
        numbers.filter(is_place).for_each(|part| self.note("record", part));
    }

    /// Takes in `text` as the next of its kind.
    pub fn note(&mut self, kind: &'static str, text: &str) {
        if self.masks.iter().any(|(known, _)| known == text) {
            return;
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        self.masks.push((text.to_string(), format!("[{kind}-{count}]")));
    }

    /// Takes in `text` as the only one of its kind: `[host]`.
    pub fn note_single(&mut self, kind: &str, text: &str) {
        self.masks.push((text.to_string(), format!("[{kind}]")));
    }

    fn collect_field(&mut self, key: &str, value: &Value) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, value)| self.collect_field(key, value)),
            Value::Array(items) => items.iter().for_each(|item| self.collect_field(key, item)),
            Value::String(text) => self.collect_text(key, text),
            _ => {}
        }
    }

    fn collect_text(&mut self, key: &str, text: &str) {
        match key {
            _ if text.is_empty() || is_time(text) => {}
            "next" | "cursor" => self.note("cursor", text),
            _ if is_place_in_a_stream(key) => self.note("record", text),
            "eventID" | "eventId" => self.note("event", text),
            _ if text.starts_with("arn:aws:") => self.note("arn", text),
            _ if text.starts_with("Root=1-") => self.note("trace", text),
            _ if is_origin_here(text) => self.note("origin", text),
            // Key, time and signature are others every time; what was signed is a matter for checks of their own.
            _ if text.contains("X-Amz-Signature=") => self.note("presigned-url", text),
            _ if key == "id" || key.ends_with("Id") || is_uuid(text) => self.note("id", text),
            _ => self.collect_uuids("id", text),
        }
    }

    fn replaced(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), self.replaced(value))).collect(),
            Value::Array(items) => items.iter().map(|item| self.replaced(item)).collect(),
            Value::String(text) => Value::String(self.masked_text(text)),
            other => other.clone(),
        }
    }

    /// `text` with everything that was taken in, and every date, replaced by its mask.
    pub fn masked_text(&self, text: &str) -> String {
        let mut text = text.to_string();
        for length in [24, 20] {
            let times: Vec<String> = windows(&text, length).filter(|part| is_time(part)).map(str::to_string).collect();
            for time in times {
                text = text.replace(&time, "[time]");
            }
        }
        // A short id such as "1" would also hit unrelated text, so only a whole string is replaced by it.
        let mut masks: Vec<_> = self.masks.iter().collect();
        masks.sort_by_key(|(known, _)| std::cmp::Reverse(known.len()));
        for (known, mask) in masks {
            if text == *known {
                return mask.clone();
            }
            if known.len() >= 8 {
                text = text.replace(known.as_str(), mask);
            }
        }
        text
    }
}

/// A line of a log with `[number]` for what was measured: times in milliseconds, and memory in use.
pub fn without_measures(line: &str) -> String {
    let in_number = |c: char| c.is_ascii_digit() || c == '.';
    with_numbers(line, in_number, |before, _, after| {
        let is_word = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let is_measured = after.starts_with(" ms") || before.ends_with("Max Memory Used: ");
        (is_measured && !is_word).then_some("[number]")
    })
}

/// JSON as text, with `"[seconds]"` for every moment that is told in seconds since 1970, as streams and times to live do.
pub fn without_seconds(text: &str) -> String {
    let in_number = |c: char| c.is_ascii_digit();
    with_numbers(text, in_number, |before, number, _| {
        let is_word = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '#'));
        let is_moment = number.len() == 10 && number.starts_with(['1', '2']) && !is_word;
        is_moment.then_some(if before.ends_with('"') { "[seconds]" } else { "\"[seconds]\"" })
    })
}

/// `text` with what `mask` puts in the place of numbers. It sees what stands before each, masked already, the number, and what
/// stands after it; a number for which it has nothing stays.
fn with_numbers(
    text: &str,
    in_number: impl Fn(char) -> bool,
    mask: impl Fn(&str, &str, &str) -> Option<&'static str>,
) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let (number, after) = from.split_at(from.find(|c| !in_number(c)).unwrap_or(from.len()));
        masked.push_str(before);
        let shown = mask(&masked, number, after).unwrap_or(number);
        masked.push_str(shown);
        rest = after;
    }
    masked + rest
}

/// Every part of `text` that is `length` bytes long and falls on character boundaries.
fn windows(text: &str, length: usize) -> impl Iterator<Item = &str> {
    (0..(text.len() + 1).saturating_sub(length)).filter_map(move |start| text.get(start..start + length))
}

/// The fields that hold a sequence number.
fn is_place_in_a_stream(key: &str) -> bool {
    key.ends_with("equenceNumber") || key == "itemIdentifier"
}

/// `http://127.0.0.1:4711`: a page's origin in a local cloud, whose ports are free ones.
fn is_origin_here(text: &str) -> bool {
    let port = text.strip_prefix("http://127.0.0.1:");
    port.is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `2026-11-22T09:41:00Z`, also with milliseconds.
fn is_time(text: &str) -> bool {
    fits(text, "dddd-dd-ddTdd:dd:ddZ") || fits(text, "dddd-dd-ddTdd:dd:dd.dddZ")
}

fn is_uuid(text: &str) -> bool {
    fits(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
}

/// `d` stands for a digit, `x` for a hexadecimal one, everything else for itself.
fn fits(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            b'x' => byte.is_ascii_hexdigit(),
            other => byte == other,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_id_gets_the_same_mask_everywhere() {
        let post = json!({
            "location": "/dev/board/01hzy3k9q2",
            "post": {"id": "01hzy3k9q2", "createdAt": "2026-11-22T09:41:00.123Z", "version": 1},
            "other": {"postId": "01hzy3k9q3", "text": "at 2026-11-22T09:41:00Z by 6f1c2d3e-0000-4000-8000-00000000000a"},
            "origin": "http://127.0.0.1:4711", "next": "eyJ2IjoxfQ", "table": "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board",
        });
        assert_eq!(
            masked(&post),
            json!({
                "location": "/dev/board/[id-3]",
                "post": {"id": "[id-3]", "createdAt": "[time]", "version": 1},
                "other": {"postId": "[id-1]", "text": "at [time] by [id-2]"},
                "origin": "[origin-1]", "next": "[cursor-1]", "table": "[arn-1]",
            })
        );
    }

    #[test]
    fn a_log_line_keeps_what_is_set_and_loses_what_is_measured() {
        let line = "Duration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 12 MB\t after 3.00 seconds";
        let masked = "Duration: [number] ms\tBilled Duration: [number] ms\tMemory Size: 128 MB\tMax Memory Used: [number] MB\t after 3.00 seconds";
        assert_eq!(without_measures(line), masked);
    }

    #[test]
    fn a_record_is_known_by_its_place_and_not_by_its_second() {
        let number = "100001795340460000001";
        let event = json!({"SequenceNumber": number, "eventID": "0a1b2c3d", "sk": format!("EVENT#000{number}")});
        let same = json!({"SequenceNumber": "[record-1]", "eventID": "[event-1]", "sk": "EVENT#000[record-1]"});
        assert_eq!(masked(&event), same);
        let text = r#"{"At": 1795340460, "expiresAt": {"N": "1797932460"}, "SizeBytes": 240, "id": "a-1795340460"}"#;
        let same = r#"{"At": "[seconds]", "expiresAt": {"N": "[seconds]"}, "SizeBytes": 240, "id": "a-1795340460"}"#;
        assert_eq!(without_seconds(text), same);
    }

    #[test]
    fn a_text_is_masked_by_what_was_taken_in() {
        let mut masks = Masks::default();
        let line =
            "(6f1c2d3e-0000-4000-8000-00000000000a) from 127.0.0.1:4711, request 6f1c2d3e-0000-4000-8000-00000000000b";
        masks.note_single("host", "127.0.0.1:4711");
        masks.collect_uuids("request", line);
        masks.collect(&json!({"X-Amzn-Trace-Id": "Root=1-692183aa-000000000000000000000001"}));
        assert_eq!(masks.masked_text(line), "([request-1]) from [host], request [request-2]");
        assert_eq!(masks.masked_text("Root=1-692183aa-000000000000000000000001"), "[trace-1]");
    }

    #[test]
    fn leaves_words_and_short_ids_inside_words_alone() {
        let value = json!({"id": "1", "title": "Room 1 at 10:00", "next": null});
        assert_eq!(masked(&value), json!({"id": "[id-1]", "title": "Room 1 at 10:00", "next": null}));
    }
}
