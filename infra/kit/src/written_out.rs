//! What a template has written out that is right in one place only: it is read as if that place had another name.
//!
//! An account, a region and a stream's label are known here in advance, and nowhere else. So the template is read once more for each of
//! its lines that has one of them, with another in its place. What it gets from pseudo parameters and from its own resources stays as it was.
//! What no longer works was written out, whether in one word, in `!Sub` or in parts of `!Join`, whole or as a beginning with a star after it.

use std::path::Path;

use cloudformation::{StackOptions, parse};
use stack::{ACCOUNT, REGION, STREAM_LABEL, Stack};

/// What is known here, what it is elsewhere, and where that is.
const NAMES: [(&str, &str, &str); 3] = [
    (ACCOUNT, "210987654321", "in every other account"),
    (REGION, "eu-west-1", "in every other region"),
    (
        STREAM_LABEL,
        "2031-02-03T04:05:06.789",
        "with any other label, and AWS labels a stream with the moment at which it makes it,",
    ),
];

/// The word of the template in `file` without which `works` no longer says yes, and where that is so.
pub(crate) fn written_out(file: &Path, works: impl Fn(&Stack) -> bool) -> Option<(String, &'static str)> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    written_out_in(&text, works)
}

fn written_out_in(text: &str, works: impl Fn(&Stack) -> bool) -> Option<(String, &'static str)> {
    let lines: Vec<&str> = text.lines().collect();
    for (name, other, elsewhere) in NAMES {
        for (at, line) in lines.iter().enumerate() {
            if line.trim_start().starts_with('#') {
                continue;
            }
            let Some(name) = beginning_in(line, name) else { continue };
            let mut read = lines.clone();
            let renamed = line.replace(name, &other[..name.len().min(other.len())]);
            read[at] = &renamed;
            let options = StackOptions { creates: true, ..StackOptions::default() };
            // What cannot be read with another name is right with this one only.
            if parse(&read.join("\n"), Path::new("template.yaml"), &options).is_ok_and(|stack| works(&stack)) {
                continue;
            }
            let mut words = line.split(|c: char| c.is_whitespace() || "'\"[],".contains(c));
            return words.find(|word| word.contains(name)).map(|word| (word.to_string(), elsewhere));
        }
    }
    None
}

/// The fewest letters by which a name is known, where a star follows them: a year, the region's continent.
const FEWEST: usize = 3;

/// As much of `name` as `line` has, from its beginning.
fn beginning_in<'name>(line: &str, name: &'name str) -> Option<&'name str> {
    (FEWEST..=name.len()).rev().filter_map(|length| name.get(..length)).find(|part| line.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::allows;

    fn found(resource: &str) -> Option<String> {
        let text = format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Metadata: {{BuildMethod: \
             rust-cargolambda}}\n    Properties: {{CodeUri: ., Runtime: provided.al2023, Handler: bootstrap, Role: !GetAtt Role.Arn}}\n  Posts:\n    Type: AWS::SQS::Queue\n    Properties: {{QueueName: posts}}\n  Role:\n    Type: AWS::IAM::Role\n    \
             Properties:\n      AssumeRolePolicyDocument:\n        Version: '2012-10-17'\n        Statement: [{{Effect: Allow, Principal: \
             {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]\n      Policies:\n        - PolicyName: p\n          \
             PolicyDocument:\n            Version: '2012-10-17'\n            Statement:\n              - Effect: Allow\n                \
             Action: sqs:SendMessage\n                # ap-northeast-2 and 123456789012\n                Resource: {resource}\n"
        );
        let wanted = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:posts");
        let works = |stack: &Stack| allows(&stack.functions[0].role, "sqs:SendMessage", &wanted);
        written_out_in(&text, works).map(|(word, elsewhere)| format!("{word} {elsewhere}"))
    }

    #[test]
    fn a_name_is_found_however_it_is_put_together() {
        assert_eq!(found("!GetAtt Posts.Arn"), None);
        assert_eq!(found("!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:posts'"), None);
        let whole = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:posts");
        assert_eq!(found(&whole), Some(format!("{whole} in every other account")));
        let starred = format!("'arn:aws:sqs:ap-*:{}:posts'", "${AWS::AccountId}");
        let found_in_it = format!("{} in every other region", starred.trim_matches('\''));
        assert_eq!(found(&format!("!Sub {starred}")), Some(found_in_it));
        let joined = format!("!Join [':', [arn, aws, sqs, {REGION}, !Ref 'AWS::AccountId', posts]]");
        assert_eq!(found(&joined), Some(format!("{REGION} in every other region")));
    }
}
