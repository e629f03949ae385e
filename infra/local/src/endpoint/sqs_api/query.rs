//! SQS in the query protocol: parameters to the request that JSON would hold, and its answer to XML.
//!
//! Lists are counted in the parameters' names: `SendMessageBatchRequestEntry.1.MessageBody`. The queue may also stand in the path,
//! because a queue's URL is an address that can be asked.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html>

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::SqsOperation;
use crate::endpoint::EndpointCall;
use crate::endpoint::service::queue_of_path;
use crate::service::OperationTable;
use crate::service::query_protocol::element;

/// What the older protocol says of a queue that there is not: it was once described by a WSDL document.
pub(super) const NO_QUEUE: &str = "The specified queue does not exist for this wsdl version.";

/// Parameters that are numbers; all others are text.
const NUMBERS: [&str; 5] =
    ["DelaySeconds", "MaxNumberOfMessages", "MaxResults", "VisibilityTimeout", "WaitTimeSeconds"];

/// Lists of names, as the parameters call one, and as the request calls all.
const NAME_LISTS: [(&str, &str); 3] = [
    ("AttributeName", "AttributeNames"),
    ("MessageAttributeName", "MessageAttributeNames"),
    ("MessageSystemAttributeName", "MessageSystemAttributeNames"),
];
/// Maps whose entries are counted: `MessageAttribute.1.Name`, `MessageAttribute.1.Value.StringValue`.
const MAPS: [(&str, &str); 2] =
    [("MessageAttribute", "MessageAttributes"), ("MessageSystemAttribute", "MessageSystemAttributes")];

/// The request for the operation called `operation` that the parameters of `call` hold.
pub(super) fn request(operation: &str, call: &EndpointCall<'_>) -> Value {
    let entry_list = format!("{operation}RequestEntry");
    let mut own: Vec<(&str, &str)> = Vec::new();
    let mut entries: BTreeMap<u64, Vec<(&str, &str)>> = BTreeMap::new();
    for (name, text) in call.parameters.iter() {
        match name
            .strip_prefix(&entry_list)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| rest.split_once('.'))
        {
            Some((number, member)) => {
                if let Ok(number) = number.parse() {
                    entries.entry(number).or_default().push((member, text));
                }
            }
            None => own.push((name, text)),
        }
    }
    let mut request = object(&own);
    if !entries.is_empty() {
        request.insert("Entries".into(), entries.values().map(|entry| Value::from(object(entry))).collect());
    }
    // What a parameter names counts for more than the address that was asked.
    let names_one = ["QueueUrl", "QueueName"].iter().any(|name| request.contains_key(*name));
    if !names_one && queue_of_path(call.parts).is_some() {
        request.insert("QueueUrl".into(), json!(call.parts.uri.path()));
    }
    request.into()
}

/// What the parameters of a request, or of one entry of it, say.
fn object(parameters: &[(&str, &str)]) -> Map<String, Value> {
    let mut object = Map::new();
    let mut names: BTreeMap<&str, BTreeMap<u64, Value>> = BTreeMap::new();
    let mut maps: BTreeMap<&str, BTreeMap<u64, Map<String, Value>>> = BTreeMap::new();
    for (name, text) in parameters {
        let (first, rest) = name.split_once('.').map_or((*name, None), |(first, rest)| (first, Some(rest)));
        let listed = NAME_LISTS.iter().find(|(one, _)| *one == first);
        match (rest, listed) {
            // A list of one may leave its number out.
            (None, Some((_, all))) => drop(names.entry(all).or_default().insert(0, (*text).into())),
            (Some(number), Some((_, all))) => {
                if let Ok(number) = number.parse() {
                    names.entry(all).or_default().insert(number, (*text).into());
                }
            }
            (None, None) => drop(object.insert((*name).to_string(), value(name, text))),
            (Some(rest), None) => {
                let (number, member) = rest.split_once('.').unwrap_or((rest, ""));
                if let (Some((_, all)), Ok(number)) = (MAPS.iter().find(|(one, _)| *one == first), number.parse()) {
                    let member = member.strip_prefix("Value.").unwrap_or(member);
                    maps.entry(all).or_default().entry(number).or_default().insert(member.to_string(), (*text).into());
                }
            }
        }
    }
    object.extend(names.into_iter().map(|(all, names)| (all.to_string(), names.into_values().collect())));
    object.extend(maps.into_iter().map(|(all, entries)| (all.to_string(), named(entries).into())));
    object
}

/// The entries of a map, by the name that each of them has beside its value.
fn named(entries: BTreeMap<u64, Map<String, Value>>) -> Map<String, Value> {
    let named = entries.into_values().map(|mut entry| {
        let name = entry.remove("Name").and_then(|name| name.as_str().map(str::to_string)).unwrap_or_default();
        (name, Value::from(entry))
    });
    named.collect()
}

/// A number where one belongs. What is not one stays as it is, and the operation says so.
fn value(name: &str, text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(number) if NUMBERS.contains(&name) => number.into(),
        _ => text.into(),
    }
}

/// The elements of the result that `answer` holds; nothing where an operation has none.
pub(super) fn result(operation: SqsOperation, answer: &Value) -> Option<String> {
    use SqsOperation as Op;
    match operation {
        Op::ChangeMessageVisibility | Op::DeleteMessage | Op::PurgeQueue => None,
        Op::ChangeMessageVisibilityBatch
        | Op::DeleteMessageBatch
        | Op::GetQueueAttributes
        | Op::GetQueueUrl
        | Op::ListQueues
        | Op::ReceiveMessage
        | Op::SendMessage
        | Op::SendMessageBatch => Some(members(operation, answer)),
    }
}

/// An element for each member of `object`; lists and maps have no element of their own, and repeat that of what they hold.
fn members(operation: SqsOperation, object: &Value) -> String {
    let successful = format!("{}ResultEntry", operation.name());
    let written = object.as_object().into_iter().flatten().map(|(name, value)| match (name.as_str(), value) {
        ("Attributes", Value::Object(attributes)) => attributes.iter().map(attribute).collect(),
        ("Failed", Value::Array(list)) => each(operation, "BatchResultErrorEntry", list),
        ("MessageAttributes", Value::Object(attributes)) => attributes.iter().map(message_attribute).collect(),
        ("Messages", Value::Array(list)) => each(operation, "Message", list),
        ("QueueUrls", Value::Array(list)) => each(operation, "QueueUrl", list),
        ("Successful", Value::Array(list)) => each(operation, &successful, list),
        (name, value) => element(name, &text(value)),
    });
    written.collect()
}

fn each(operation: SqsOperation, name: &str, list: &[Value]) -> String {
    let one = |value: &Value| match value {
        Value::Object(_) => format!("<{name}>{}</{name}>", members(operation, value)),
        value => element(name, &text(value)),
    };
    list.iter().map(one).collect()
}

fn attribute((name, value): (&String, &Value)) -> String {
    format!("<Attribute>{}{}</Attribute>", element("Name", name), element("Value", &text(value)))
}

fn message_attribute((name, value): (&String, &Value)) -> String {
    let fields = value.as_object().into_iter().flatten().map(|(name, value)| element(name, &text(value)));
    let value = fields.collect::<String>();
    format!("<MessageAttribute>{}<Value>{value}</Value></MessageAttribute>", element("Name", name))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::protocol::Protocol;
    use stack::Service;

    fn asked(operation: SqsOperation, target: &str, form: &str) -> Value {
        let request = http::Request::post(target).header("content-type", "application/x-www-form-urlencoded");
        let parts = request.body(()).unwrap().into_parts().0;
        request_of(operation, &parts, form)
    }

    fn request_of(operation: SqsOperation, parts: &http::request::Parts, form: &str) -> Value {
        let protocol = Protocol::of(parts, Service::Sqs);
        super::request(operation.name(), &EndpointCall::new(Service::Sqs, protocol, parts, form.as_bytes()))
    }

    #[test]
    fn parameters_are_what_json_would_say() {
        let got = asked(
            SqsOperation::ReceiveMessage,
            "/",
            "Action=ReceiveMessage&QueueUrl=http%3A%2F%2Flocalhost%2F1%2Fq&MaxNumberOfMessages=10&VisibilityTimeout=-1&WaitTimeSeconds=soon\
             &AttributeName.10=QueueArn&AttributeName.2=All",
        );
        let expected = json!({ "Action": "ReceiveMessage", "QueueUrl": "http://localhost/1/q", "MaxNumberOfMessages": 10,
            "VisibilityTimeout": -1, "WaitTimeSeconds": "soon", "AttributeNames": ["All", "QueueArn"] });
        assert_eq!(got, expected);
        let got = asked(SqsOperation::GetQueueAttributes, "/123456789012/failures?AttributeName=All", "MessageBody=7");
        assert_eq!(got, json!({ "AttributeNames": ["All"], "MessageBody": "7", "QueueUrl": "/123456789012/failures" }));
    }

    #[test]
    fn entries_of_a_batch_come_in_the_order_of_their_numbers() {
        let form = "SendMessageBatchRequestEntry.10.Id=b&SendMessageBatchRequestEntry.10.MessageBody=2&SendMessageBatchRequestEntry.9.Id=a\
                    &SendMessageBatchRequestEntry.9.DelaySeconds=1&SendMessageBatchRequestEntry.x.Id=c&DeleteMessageBatchRequestEntry.1.Id=d";
        let entries = json!([{ "Id": "a", "DelaySeconds": 1 }, { "Id": "b", "MessageBody": "2" }]);
        assert_eq!(asked(SqsOperation::SendMessageBatch, "/", form), json!({ "Entries": entries }));
    }

    #[test]
    fn attributes_of_messages_are_maps() {
        let attribute = |at: &str| {
            format!(
                "{at}MessageAttribute.1.Name=n&{at}MessageAttribute.1.Value.DataType=Number&{at}MessageAttribute.1.Value.StringValue=7"
            )
        };
        let map = json!({ "n": { "DataType": "Number", "StringValue": "7" } });
        let form = format!("MessageBody=m&{}", attribute(""));
        assert_eq!(
            asked(SqsOperation::SendMessage, "/", &form),
            json!({ "MessageBody": "m", "MessageAttributes": map })
        );
        let form = format!("SendMessageBatchRequestEntry.1.Id=a&{}", attribute("SendMessageBatchRequestEntry.1."));
        let entries = json!([{ "Id": "a", "MessageAttributes": map }]);
        assert_eq!(asked(SqsOperation::SendMessageBatch, "/", &form), json!({ "Entries": entries }));
        let form = "MessageAttributeName.1=All&MessageSystemAttributeName.1=SenderId";
        let names = json!({ "MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["SenderId"] });
        assert_eq!(asked(SqsOperation::ReceiveMessage, "/", form), names);
        let written =
            result(SqsOperation::ReceiveMessage, &json!({ "Messages": [{ "MessageAttributes": map }] })).unwrap();
        let expected = "<Message><MessageAttribute><Name>n</Name><Value><DataType>Number</DataType><StringValue>7</StringValue></Value>\
                        </MessageAttribute></Message>";
        assert_eq!(written, expected);
    }

    #[test]
    fn answers_have_the_elements_that_the_api_reference_shows() {
        let check = |operation: SqsOperation, answer: Value, expected: Option<&str>| {
            assert_eq!(result(operation, &answer).as_deref(), expected, "{operation:?}");
        };
        use SqsOperation as Op;
        check(Op::PurgeQueue, json!({}), None);
        check(Op::ReceiveMessage, json!({}), Some(""));
        check(
            Op::GetQueueUrl,
            json!({ "QueueUrl": "http://a/b?c&d" }),
            Some("<QueueUrl>http://a/b?c&amp;d</QueueUrl>"),
        );
        let urls = "<QueueUrl>a</QueueUrl><QueueUrl>b</QueueUrl>";
        check(Op::ListQueues, json!({ "QueueUrls": ["a", "b"] }), Some(urls));
        let attribute = "<Attribute><Name>QueueArn</Name><Value>a</Value></Attribute>";
        check(Op::GetQueueAttributes, json!({ "Attributes": { "QueueArn": "a" } }), Some(attribute));
        let message = json!({ "Body": "<&>", "MessageId": "1", "Attributes": { "QueueArn": "a" } });
        let expected = format!("<Message>{attribute}<Body>&lt;&amp;&gt;</Body><MessageId>1</MessageId></Message>");
        check(Op::ReceiveMessage, json!({ "Messages": [message] }), Some(&expected));
        let batch = json!({ "Successful": [{ "Id": "a" }], "Failed": [{ "Id": "b", "SenderFault": true, "Code": "C", "Message": "M" }] });
        let expected = "<BatchResultErrorEntry><Code>C</Code><Id>b</Id><Message>M</Message><SenderFault>true</SenderFault>\
                        </BatchResultErrorEntry><DeleteMessageBatchResultEntry><Id>a</Id></DeleteMessageBatchResultEntry>";
        check(Op::DeleteMessageBatch, batch, Some(expected));
    }
}
