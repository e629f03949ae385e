//! The text of a transcript: what was recorded, in the form in which a chapter shows it, masked as the checks mask.

use kit::http::{Request, Response};
use kit::mask::{Masks, without_measures, without_seconds};

use super::declaration::Shown;
use super::json::Json;
use super::run::{Exchange, Record};

/// Between two steps.
const SEPARATOR: &str = "---\n";

/// What `shown` makes of a run, with a newline at the end.
///
/// # Errors
///
/// A sentence, when there is nothing to show: a log without the lines that are kept, an event that is none.
pub(super) fn text(shown: &Shown, record: &Record) -> Result<String, String> {
    match shown {
        Shown::Http { show, pretty, .. } => Ok(conversation(record, show, *pretty)),
        Shown::Logs { from, keep, .. } => log(record.log(*from), keep),
        Shown::Event { keep, pretty, .. } => event(record, keep, *pretty),
        Shown::Check { .. } | Shown::Code { .. } | Shown::Preflight { .. } | Shown::Cost { .. } => {
            Err("is not a run".to_string())
        }
    }
}

fn conversation(record: &Record, show: &[String], pretty: bool) -> String {
    let mut masks = Masks::default();
    masks.note_single("host", &record.host);
    let texts: Vec<String> =
        record.exchanges.iter().map(|exchange| exchange_text(exchange, show, pretty, &mut masks)).collect();
    masks.masked_text(&texts.join(SEPARATOR))
}

fn exchange_text(exchange: &Exchange, show: &[String], pretty: bool, masks: &mut Masks) -> String {
    match exchange {
        Exchange::Asked { note, request, response } => {
            let text = format!(
                "{}{}\n{}",
                noted(note.as_deref()),
                request_text(request),
                response_text(response, show, pretty)
            );
            for body in [request.body.as_deref().unwrap_or_default(), &response.body] {
                if let Ok(body) = serde_json::from_slice(body) {
                    masks.collect(&body);
                }
            }
            masks.collect_uuids("id", &text);
            text
        }
        Exchange::Called { note, operation, fields } => {
            let shown = if pretty { fields.pretty() } else { fields.to_string() };
            let text = format!("{}{operation}\n{shown}\n", noted(note.as_deref()));
            masks.collect_records(&text);
            if let Ok(fields) = serde_json::from_str(&fields.to_string()) {
                masks.collect(&fields);
            }
            without_seconds(&text)
        }
        Exchange::Noted(note) => noted(Some(note)),
    }
}

fn noted(note: Option<&str>) -> String {
    note.map(|note| format!("# {note}\n")).unwrap_or_default()
}

fn request_text(request: &Request) -> String {
    let mut text = format!("{} {}\n", request.method, request.target);
    for (name, value) in &request.headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    if let Some(body) = &request.body {
        text.push_str(&format!("\n{}\n", String::from_utf8_lossy(body)));
    }
    text
}

fn response_text(response: &Response, show: &[String], pretty: bool) -> String {
    let reason = http::StatusCode::from_u16(response.status).ok().and_then(|status| status.canonical_reason());
    let mut text = format!("HTTP/1.1 {} {}", response.status, reason.unwrap_or_default()).trim_end().to_string();
    text.push('\n');
    for shown in show {
        for (_, value) in response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(shown)) {
            text.push_str(&format!("{shown}: {value}\n"));
        }
    }
    if !response.body.is_empty() {
        let json = if pretty { Json::parse(&response.body) } else { None };
        let body = json.map_or_else(|| String::from_utf8_lossy(&response.body).into_owned(), |json| json.pretty());
        text.push_str(&format!("\n{body}\n"));
    }
    text
}

fn log(lines: &[String], keep: &[String]) -> Result<String, String> {
    let kept = |line: &&String| keep.is_empty() || keep.iter().any(|words| line.contains(words.as_str()));
    if let Some(words) = keep.iter().find(|words| !lines.iter().any(|line| line.contains(words.as_str()))) {
        // One of several spellings may be missing; a list of which nothing is found is a mistake.
        if !lines.iter().any(|line| kept(&line)) {
            return Err(format!("no line of the log contains {words:?}; there are:\n  {}", lines.join("\n  ")));
        }
    }
    let text: String = lines.iter().filter(kept).map(|line| format!("{}\n", without_measures(line))).collect();
    let mut masks = Masks::default();
    // A line of JSON names its ids itself.
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).for_each(|line| masks.collect(&line));
    masks.collect_uuids("request", &text);
    Ok(masks.masked_text(&text))
}

fn event(record: &Record, keep: &[String], pretty: bool) -> Result<String, String> {
    let bytes = record.event.as_deref().ok_or("the last step invoked no function")?;
    let event = Json::parse(bytes).ok_or("the event is not JSON")?.keep(keep);
    let text = if pretty { event.pretty() } else { event.to_string() };
    let mut masks = Masks::default();
    masks.note_single("host", &record.host);
    if let Ok(event) = serde_json::from_str(&text) {
        masks.collect(&event);
    }
    Ok(format!("{}\n", without_seconds(&masks.masked_text(&text))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::declaration::LogGroup;

    fn record(exchanges: Vec<Exchange>) -> Record {
        let event =
            br#"{"path":"/a","headers":{"Host":"127.0.0.1:4711","X-Amzn-Trace-Id":"Root=1-6921-1"},"body":null}"#
                .to_vec();
        let id = "6f1c2d3e-0000-4000-8000-00000000000a";
        let gateway_log =
            vec![format!("({id}) Integration latency: 17 ms"), format!("({id}) Method completed with status: 502")];
        Record { exchanges, host: "127.0.0.1:4711".into(), event: Some(event), function_log: Vec::new(), gateway_log }
    }

    fn created(id: &str) -> Exchange {
        let request = Request {
            method: "POST".into(),
            target: "/dev/board".into(),
            headers: vec![("content-type".into(), "application/json".into())],
            body: Some(b"{}".to_vec()),
        };
        let headers = vec![("Location".into(), format!("/dev/board/{id}")), ("Date".into(), "today".into())];
        let body = format!(r#"{{"id":"{id}","at":"2026-11-22T09:41:00.123Z"}}"#).into_bytes();
        Exchange::Asked { note: None, request, response: Response { status: 201, headers, body } }
    }

    #[test]
    fn a_conversation_shows_what_was_asked_for_and_tells_ids_apart() {
        let ids = ["019ac000-0000-7000-8000-00000000000a", "019ac000-0000-7000-8000-00000000000b"];
        let units = Json::parse(br#"{"Units":3.0}"#).unwrap();
        let called = Exchange::Called { note: Some("the price".into()), operation: "Query".into(), fields: units };
        let shown = Shown::Http { show: vec!["location".into(), "etag".into()], pretty: true, steps: Vec::new() };
        let text = text(&shown, &record(vec![created(ids[0]), created(ids[1]), called])).unwrap();
        let one = "POST /dev/board\ncontent-type: application/json\n\n{}\n\nHTTP/1.1 201 Created\nlocation: /dev/board/[id-1]\n\n{\n  \"id\": \"[id-1]\",\n  \"at\": \"[time]\"\n}\n";
        let other = one.replace("id-1", "id-2");
        assert_eq!(text, format!("{one}---\n{other}---\n# the price\nQuery\n{{\n  \"Units\": 3.0\n}}\n"));
    }

    #[test]
    fn a_log_keeps_the_lines_that_are_named() {
        let shown =
            |keep: &str| Shown::Logs { from: LogGroup::Gateway, keep: vec![keep.to_string()], steps: Vec::new() };
        assert_eq!(
            text(&shown("latency"), &record(Vec::new())).unwrap(),
            "([request-1]) Integration latency: [number] ms\n"
        );
        assert!(
            text(&shown("Malformed"), &record(Vec::new()))
                .unwrap_err()
                .contains("no line of the log contains \"Malformed\"")
        );
    }

    #[test]
    fn an_event_keeps_its_order_and_loses_its_addresses() {
        let shown = Shown::Event { keep: vec!["body".into(), "headers".into()], pretty: false, steps: Vec::new() };
        let told = r#"{"headers": {"Host": "[host]", "X-Amzn-Trace-Id": "[trace-1]"}, "body": null}"#;
        assert_eq!(text(&shown, &record(Vec::new())).unwrap(), format!("{told}\n"));
    }
}
