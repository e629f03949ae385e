//! What Lambda's API calls `FunctionName`: a name, an ARN, or the end of one, with or without a qualifier.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters>

use stack::{ACCOUNT, REGION, is_account_id};

use super::ApiError;

/// The parts of a `FunctionName`; what it leaves out is that of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionName<'a> {
    /// The region of an ARN.
    pub region: Option<&'a str>,
    /// The account of an ARN, or of its end: `123456789012:function:name`.
    pub account: Option<&'a str>,
    /// The name itself.
    pub name: &'a str,
    /// The version or the alias after it.
    pub qualifier: Option<&'a str>,
}

impl<'a> FunctionName<'a> {
    /// Reads what was given. It is not judged here: see the pattern in `endpoint/lambda_api`.
    pub fn of(given: &'a str) -> FunctionName<'a> {
        let mut rest = given;
        // `arn`, the partition, `lambda`.
        if let Some((_, after)) = given.strip_prefix("arn:").and_then(|arn| arn.split_once(":lambda:")) {
            rest = after;
        }
        let region = leading(&mut rest, is_region);
        let account = leading(&mut rest, is_account_id);
        leading(&mut rest, |part| part == "function");
        let (name, qualifier) = rest.split_once(':').map_or((rest, None), |(name, qualifier)| (name, Some(qualifier)));
        FunctionName { region, account, name, qualifier }
    }

    /// The ARN of the function that is named, without a qualifier.
    pub fn arn(&self) -> String {
        let (region, account) = (self.region.unwrap_or(REGION), self.account.unwrap_or(ACCOUNT));
        format!("arn:aws:lambda:{region}:{account}:function:{}", self.name)
    }

    /// Refuses a function of another region, whose endpoint is another one.
    ///
    /// # Errors
    ///
    /// 404 `ResourceNotFoundException`.
    pub fn within_reach(&self) -> Result<(), ApiError> {
        match self.region.filter(|region| *region != REGION) {
            None => Ok(()),
            Some(other) => Err(ApiError::not_found(format!(
                "Functions from '{other}' are not reachable in this region ('{REGION}')"
            ))),
        }
    }
}

/// Takes the first part of `rest` off, where it is what `is_it` says and another part follows.
fn leading<'a>(rest: &mut &'a str, is_it: impl Fn(&str) -> bool) -> Option<&'a str> {
    let (first, after) = rest.split_once(':').filter(|(first, _)| is_it(first))?;
    *rest = after;
    Some(first)
}

/// Whether it is called as regions are: `ap-northeast-2`, `us-gov-west-1`.
fn is_region(part: &str) -> bool {
    let words: Vec<&str> = part.split('-').collect();
    let [letters @ .., number] = words.as_slice() else { return false };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    letters.len() >= 2 && letters.iter().all(is_word) && number.len() == 1 && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_all_its_forms() {
        let (region, account) = (Some("us-east-1"), Some("111111111111"));
        for (given, expected) in [
            ("f", (None, None, "f", None)),
            ("f:2", (None, None, "f", Some("2"))),
            ("f:$LATEST", (None, None, "f", Some("$LATEST"))),
            ("function:f", (None, None, "f", None)),
            ("my-function:2", (None, None, "my-function", Some("2"))),
            ("111111111111:function:f", (None, account, "f", None)),
            ("111111111111:f:live", (None, account, "f", Some("live"))),
            ("us-east-1:111111111111:function:f", (region, account, "f", None)),
            ("arn:aws:lambda:us-east-1:111111111111:function:f", (region, account, "f", None)),
            ("arn:aws:lambda:us-east-1:111111111111:function:function:3", (region, account, "function", Some("3"))),
            ("111111111111", (None, None, "111111111111", None)),
            ("", (None, None, "", None)),
        ] {
            let FunctionName { region, account, name, qualifier } = FunctionName::of(given);
            assert_eq!((region, account, name, qualifier), expected, "{given}");
        }
    }

    #[test]
    fn only_this_region_is_within_reach() {
        for (given, reached) in [
            ("f", true),
            ("arn:aws:lambda:ap-northeast-2:123456789012:function:f", true),
            ("arn:aws:lambda:us-gov-west-1:123456789012:function:f", false),
        ] {
            assert_eq!(FunctionName::of(given).within_reach().is_ok(), reached, "{given}");
        }
    }
}
