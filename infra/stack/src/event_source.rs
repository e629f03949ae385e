//! Event sources: what a mapping can read, of what Lambda reads on AWS.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html>

/// Services whose ARNs Lambda takes as event sources, and what such an ARN names.
const ELSEWHERE: [(&str, &str); 5] = [
    ("docdb", "a change stream of DocumentDB"),
    ("kafka", "a cluster of Amazon MSK"),
    ("kinesis", "a stream of Kinesis"),
    ("mq", "a broker of Amazon MQ"),
    ("sqs", "a queue of SQS"),
];

/// Why `arn` cannot be an event source here, where it can be one on AWS; in the local cloud's own words.
pub fn refused_source(arn: &str) -> Option<String> {
    let service = arn.strip_prefix("arn:")?.split(':').nth(1)?;
    let (_, what) = ELSEWHERE.iter().find(|(known, _)| *known == service)?;
    Some(format!(
        "{arn} is {what}. On AWS, Lambda reads it; the local cloud maps streams of DynamoDB only. Name the stream of a table."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lambda_reads_and_nobody_here_is_called_by_name() {
        for (arn, said) in [
            ("arn:aws:sqs:ap-northeast-2:123456789012:q", Some("is a queue of SQS")),
            ("arn:aws:kinesis:ap-northeast-2:123456789012:stream/s", Some("is a stream of Kinesis")),
            ("arn:aws:dynamodb:ap-northeast-2:123456789012:table/t/stream/s", None),
            ("arn:aws:sns:ap-northeast-2:123456789012:t", None),
            ("nothing", None),
        ] {
            let got = refused_source(arn);
            assert_eq!(got.is_some(), said.is_some(), "{arn}");
            assert!(got.unwrap_or_default().contains(said.unwrap_or_default()), "{arn}");
        }
    }
}
