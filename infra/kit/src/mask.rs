//! Masks: what differs in every run and says nothing about right or wrong.
//!
//! Ids, dates, ARNs and cursors become `[id-1]`, `[time]`, `[arn-1]`, `[cursor-1]` before an answer is compared or kept.
//! The same id gets the same mask wherever it occurs, so "the `Location` names the post that the body shows" survives
//! masking. Dates are not told apart: whether two fall into the same millisecond is chance.

use std::collections::BTreeMap;

use serde_json::Value;

/// Replaces every volatile part of `value`, in all its strings.
pub(crate) fn masked(value: &Value) -> Value {
    let mut known = Known::default();
    known.collect("", value);
    known.replaced(value)
}

/// The volatile strings of one exchange, with the mask of each, in order of appearance.
#[derive(Debug, Default)]
struct Known {
    masks: Vec<(String, String)>,
    counts: BTreeMap<&'static str, usize>,
}

impl Known {
    fn collect(&mut self, key: &str, value: &Value) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, value)| self.collect(key, value)),
            Value::Array(items) => items.iter().for_each(|item| self.collect(key, item)),
            Value::String(text) => self.collect_text(key, text),
            _ => {}
        }
    }

    fn collect_text(&mut self, key: &str, text: &str) {
        match key {
            _ if text.is_empty() || is_time(text) => {}
            "next" | "cursor" => self.note("cursor", text),
            _ if text.starts_with("arn:aws:") => self.note("arn", text),
            _ if key == "id" || key.ends_with("Id") || is_uuid(text) => self.note("id", text),
            _ => windows(text, 36).filter(|part| is_uuid(part)).for_each(|part| self.note("id", part)),
        }
    }

    fn note(&mut self, kind: &'static str, text: &str) {
        if self.masks.iter().any(|(known, _)| known == text) {
            return;
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        self.masks.push((text.to_string(), format!("[{kind}-{count}]")));
    }

    fn replaced(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), self.replaced(value))).collect(),
            Value::Array(items) => items.iter().map(|item| self.replaced(item)).collect(),
            Value::String(text) => Value::String(self.replaced_text(text)),
            other => other.clone(),
        }
    }

    fn replaced_text(&self, text: &str) -> String {
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

/// Every part of `text` that is `length` bytes long and falls on character boundaries.
fn windows(text: &str, length: usize) -> impl Iterator<Item = &str> {
    (0..(text.len() + 1).saturating_sub(length)).filter_map(move |start| text.get(start..start + length))
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
            "next": "eyJ2IjoxfQ", "table": "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board",
        });
        assert_eq!(
            masked(&post),
            json!({
                "location": "/dev/board/[id-3]",
                "post": {"id": "[id-3]", "createdAt": "[time]", "version": 1},
                "other": {"postId": "[id-1]", "text": "at [time] by [id-2]"},
                "next": "[cursor-1]", "table": "[arn-1]",
            })
        );
    }

    #[test]
    fn leaves_words_and_short_ids_inside_words_alone() {
        let value = json!({"id": "1", "title": "Room 1 at 10:00", "next": null});
        assert_eq!(masked(&value), json!({"id": "[id-1]", "title": "Room 1 at 10:00", "next": null}));
    }
}
