//! What `GetAtt` asks for: of each type that the local cloud has, AWS decides what there is.

use std::path::Path;

use crate::{StackOptions, kinds, parse, schema, supported_types};

/// What is said of `GetAtt` of the attribute `name` of a resource of the type `kind`, and whether that is a refusal of AWS.
fn said(kind: &str, name: &str) -> Option<(String, bool)> {
    let transform = if kind.starts_with("AWS::Serverless::") { "Transform: AWS::Serverless-2016-10-31\n" } else { "" };
    let text = format!("{transform}Resources:\n  R: {{Type: {kind}}}\nOutputs:\n  A: {{Value: !GetAtt R.{name}}}\n");
    let error = parse(&text, Path::new("template.yaml"), &StackOptions::default()).err()?;
    let finding = error.findings.into_iter().find(|finding| finding.place == "Outputs.A")?;
    Some((finding.message, !finding.is_lack))
}

#[test]
fn an_attribute_that_aws_has_is_given_or_named_as_lacking() {
    for kind in supported_types() {
        let Some(attributes) = schema::attributes(kinds::made_of(kind)) else { continue };
        for name in attributes.names.iter().filter(|name| !name.contains('*')) {
            if let Some((message, is_refusal)) = said(kind, name) {
                // A stream is there or not.
                assert!(!is_refusal || name == "StreamArn", "{kind}.{name}: {message}");
                assert!(is_refusal || message.starts_with("AWS has the attribute"), "{kind}.{name}: {message}");
            }
        }
    }
}

#[test]
fn an_attribute_that_aws_has_not_is_refused_in_its_words() {
    for kind in supported_types() {
        let (message, is_refusal) = said(kind, "Nothing").unwrap_or_default();
        let sentence = "Template error: resource R does not support attribute type Nothing in Fn::GetAtt";
        assert!(is_refusal && message.starts_with(sentence), "{kind}: {message}");
    }
}
