//! Destinations: where Lambda sends the records and events that it gave up, and the results of asynchronous
//! invocations.
//!
//! Topics are refused where they are configured, because nothing in the local cloud would read one.

/// What a destination's ARN names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DestinationKind {
    /// `arn:aws:sqs:…`.
    Queue,
    /// `arn:aws:s3:::…`.
    Bucket,
    /// `arn:aws:lambda:…:function:…`, for asynchronous invocations only.
    Function,
}

impl DestinationKind {
    /// What `arn` names; the error says why it cannot be a destination here.
    pub fn of(arn: &str) -> Result<DestinationKind, String> {
        let service = arn.split(':').nth(2).unwrap_or_default();
        match service {
            "sqs" => Ok(DestinationKind::Queue),
            "s3" => Ok(DestinationKind::Bucket),
            "lambda" => Ok(DestinationKind::Function),
            "sns" => Err(format!(
                "{arn} is an SNS topic. The local cloud has no topics; name an SQS queue or an S3 bucket as the destination."
            )),
            _ if arn.starts_with("https://") => Err(format!(
                "{arn} is not a destination; name the ARN of an SQS queue or of an S3 bucket. !Ref gives a queue's URL, and \
                 !GetAtt NAME.Arn its ARN."
            )),
            _ => Err(format!("{arn} is not a destination; name the ARN of an SQS queue or of an S3 bucket.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_what_it_is() {
        assert_eq!(DestinationKind::of("arn:aws:sqs:r:1:q"), Ok(DestinationKind::Queue));
        assert_eq!(DestinationKind::of("arn:aws:s3:::b"), Ok(DestinationKind::Bucket));
        assert!(DestinationKind::of("arn:aws:sns:r:1:t").unwrap_err().contains("SNS topic"));
        assert!(DestinationKind::of("queue").unwrap_err().contains("not a destination"));
    }
}
