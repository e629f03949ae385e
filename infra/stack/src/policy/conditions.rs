//! The operators of a statement's `Condition`.
//!
//! All operators and all keys below one must hold; of the values below a key, one is enough. A key that the request does not
//! have fails, except with `IfExists`, `Null`, `ForAllValues:` and the negated operators. An operator that is not known here
//! never holds in an Allow: what nobody understands must not grant anything.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::net::IpAddr;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::decision::{many, matches, text};

/// Whether all of `conditions` hold in a request with `context`; a key with several values stands there several times.
pub(super) fn hold(conditions: &Value, context: &[(&str, &str)]) -> bool {
    conditions.as_object().into_iter().flatten().all(|(operator, keys)| {
        keys.as_object().into_iter().flatten().all(|(key, wanted)| {
            let had: Vec<&str> =
                context.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| *value).collect();
            holds(operator, wanted, &had)
        })
    })
}

/// Which of a key's several values must match.
#[derive(Clone, Copy, PartialEq)]
enum Quantifier {
    One,
    ForAllValues,
    ForAnyValue,
}

fn holds(operator: &str, wanted: &Value, had: &[&str]) -> bool {
    let (quantifier, operator) = match operator.split_once(':') {
        Some(("ForAllValues", operator)) => (Quantifier::ForAllValues, operator),
        Some(("ForAnyValue", operator)) => (Quantifier::ForAnyValue, operator),
        _ => (Quantifier::One, operator),
    };
    if operator == "Null" {
        return many(wanted).any(|wanted| (text(wanted) == "true") == had.is_empty());
    }
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let Some((compare, negated)) = comparison(operator) else { return false };
    if had.is_empty() {
        return if_exists || negated && quantifier != Quantifier::ForAnyValue || quantifier == Quantifier::ForAllValues;
    }
    let one = |had: &&str| many(wanted).any(|wanted| compare(&text(wanted), had)) != negated;
    match quantifier {
        Quantifier::ForAllValues => had.iter().all(one),
        Quantifier::One | Quantifier::ForAnyValue => had.iter().any(one),
    }
}

type Compare = fn(&str, &str) -> bool;

/// How an operator compares what is wanted with what the request has, and whether it asks for the opposite.
fn comparison(operator: &str) -> Option<(Compare, bool)> {
    let (positive, negated) = match operator.split_once("Not") {
        Some((kind, rest)) => (format!("{kind}{rest}"), true),
        None => (operator.to_string(), false),
    };
    let compare: Compare = match positive.as_str() {
        "StringEquals" => |wanted, had| wanted == had,
        "StringEqualsIgnoreCase" => |wanted, had| wanted.eq_ignore_ascii_case(had),
        "StringLike" => |wanted, had| matches(wanted, had),
        // The six parts of an ARN are compared one by one, so a star in one never reaches into the next.
        "ArnLike" | "ArnEquals" => same_arn,
        "Bool" => |wanted, had| wanted.eq_ignore_ascii_case(had),
        "NumericEquals" => |wanted, had| ordered(number(had), number(wanted)).is_some_and(|order| order.is_eq()),
        "NumericLessThan" => |wanted, had| ordered(number(had), number(wanted)).is_some_and(|order| order.is_lt()),
        "NumericLessThanEquals" => {
            |wanted, had| ordered(number(had), number(wanted)).is_some_and(|order| order.is_le())
        }
        "NumericGreaterThan" => |wanted, had| ordered(number(had), number(wanted)).is_some_and(|order| order.is_gt()),
        "NumericGreaterThanEquals" => {
            |wanted, had| ordered(number(had), number(wanted)).is_some_and(|order| order.is_ge())
        }
        "DateEquals" => |wanted, had| ordered(date(had), date(wanted)).is_some_and(|order| order.is_eq()),
        "DateLessThan" => |wanted, had| ordered(date(had), date(wanted)).is_some_and(|order| order.is_lt()),
        "DateLessThanEquals" => |wanted, had| ordered(date(had), date(wanted)).is_some_and(|order| order.is_le()),
        "DateGreaterThan" => |wanted, had| ordered(date(had), date(wanted)).is_some_and(|order| order.is_gt()),
        "DateGreaterThanEquals" => |wanted, had| ordered(date(had), date(wanted)).is_some_and(|order| order.is_ge()),
        "IpAddress" => in_network,
        _ => return None,
    };
    let can_be_negated =
        ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnLike", "ArnEquals", "NumericEquals", "DateEquals"];
    // `NotIpAddress` is the one whose Not stands in front.
    (!negated || can_be_negated.contains(&positive.as_str()) || operator == "NotIpAddress")
        .then_some((compare, negated))
}

fn same_arn(wanted: &str, had: &str) -> bool {
    let (wanted, had): (Vec<&str>, Vec<&str>) = (wanted.splitn(6, ':').collect(), had.splitn(6, ':').collect());
    wanted.len() == had.len() && wanted.iter().zip(&had).all(|(wanted, had)| matches(wanted, had))
}

fn ordered<T: PartialOrd>(had: Option<T>, wanted: Option<T>) -> Option<std::cmp::Ordering> {
    had?.partial_cmp(&wanted?)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// A date in ISO 8601, or seconds since 1970.
fn date(text: &str) -> Option<OffsetDateTime> {
    match text.parse::<i64>() {
        Ok(seconds) => OffsetDateTime::from_unix_timestamp(seconds).ok(),
        Err(_) => OffsetDateTime::parse(text, &Rfc3339).ok(),
    }
}

/// Whether the address `had` is in the network `wanted`, such as `203.0.113.0/24`.
fn in_network(wanted: &str, had: &str) -> bool {
    let (network, prefix) = wanted.split_once('/').map_or((wanted, None), |(network, prefix)| (network, Some(prefix)));
    let (bits, width) = match (network.parse(), had.parse()) {
        (Ok(IpAddr::V4(network)), Ok(IpAddr::V4(had))) => (u128::from(u32::from(network) ^ u32::from(had)), 32),
        (Ok(IpAddr::V6(network)), Ok(IpAddr::V6(had))) => (u128::from(network) ^ u128::from(had), 128),
        _ => return false,
    };
    let prefix = prefix.map_or(Ok(width), str::parse::<u32>);
    // The bits after the prefix may differ.
    prefix.is_ok_and(|prefix| prefix <= width && bits.checked_shr(width - prefix).unwrap_or_default() == 0)
}
