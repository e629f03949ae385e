//! The operators of a statement's `Condition`.
//!
//! All operators and all keys below one must hold; of the values below a key, one is enough. A key that the request does not
//! have fails, except with `IfExists`, `Null`, `ForAllValues:` and the negated operators: a `ForAllValues:` in an Allow lets in
//! every call that does not have the key. An operator that is not known here never holds in an Allow: what nobody understands must
//! not grant anything.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>

use std::net::IpAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::decision::{AuthorizationRequest, many, pattern, text};
use super::pattern::ValuePattern;

/// Whether all of `conditions` hold in a request; nothing where that depends on values that nobody here can tell.
pub(super) fn hold(conditions: &Value, request: &AuthorizationRequest<'_>, variables: bool) -> Option<bool> {
    let mut all = Some(true);
    for (operator, keys) in conditions.as_object().into_iter().flatten() {
        for (key, wanted) in keys.as_object().into_iter().flatten() {
            if request.unknown_keys.iter().any(|unknown| unknown.eq_ignore_ascii_case(key)) {
                all = None;
                continue;
            }
            let named = |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case(key);
            let had: Vec<&str> = request.context.iter().filter(named).map(|(_, value)| *value).collect();
            match holds(operator, wanted, &had, request.context, variables) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => all = None,
            }
        }
    }
    all
}

/// Which of a key's several values must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantifier {
    /// No set operator: the key has one value.
    One,
    ForAllValues,
    ForAnyValue,
}

/// An operator of `Condition`, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator<'t> {
    pub(super) quantifier: Quantifier,
    /// What it compares: `StringEquals`, `Null`.
    pub(super) comparison: &'t str,
    if_exists: bool,
}

impl<'t> Operator<'t> {
    /// The operator called `name`, if there is one.
    pub(super) fn of(name: &'t str) -> Option<Operator<'t>> {
        let (quantifier, name) = match name.split_once(':') {
            Some(("ForAllValues", operator)) => (Quantifier::ForAllValues, operator),
            Some(("ForAnyValue", operator)) => (Quantifier::ForAnyValue, operator),
            _ => (Quantifier::One, name),
        };
        if name == "Null" {
            return Some(Operator { quantifier, comparison: name, if_exists: false });
        }
        let (comparison, if_exists) = match name.strip_suffix("IfExists") {
            Some(operator) => (operator, true),
            None => (name, false),
        };
        comparison_of(comparison).map(|_| Operator { quantifier, comparison, if_exists })
    }
}

fn holds(name: &str, wanted: &Value, had: &[&str], context: &[(&str, &str)], variables: bool) -> Option<bool> {
    let Some(Operator { quantifier, comparison, if_exists }) = Operator::of(name) else { return Some(false) };
    let Some((compare, negated)) = comparison_of(comparison) else {
        return Some(many(wanted).any(|wanted| (text(wanted) == "true") == had.is_empty()));
    };
    if had.is_empty() {
        let absent = negated && quantifier != Quantifier::ForAnyValue;
        return Some(if_exists || absent || quantifier == Quantifier::ForAllValues);
    }
    // A variable without a value matches nothing, neither the value nor its opposite.
    let all: Vec<Option<ValuePattern>> =
        many(wanted).map(|wanted| pattern(&text(wanted), context, variables)).collect();
    if negated && all.iter().any(Option::is_none) {
        return Some(false);
    }
    let one = |had: &&str| all.iter().flatten().any(|wanted| compare(wanted, had)) != negated;
    match quantifier {
        Quantifier::ForAllValues => Some(had.iter().all(one)),
        Quantifier::ForAnyValue => Some(had.iter().any(one)),
        // Without a set operator AWS leaves open what several values mean.
        Quantifier::One => match (had.iter().all(one), had.iter().any(one)) {
            (true, _) => Some(true),
            (false, false) => Some(false),
            (false, true) => None,
        },
    }
}

type Compare = fn(&ValuePattern, &str) -> bool;

/// How an operator compares what is wanted with what the request has, and whether it asks for the opposite.
fn comparison_of(operator: &str) -> Option<(Compare, bool)> {
    let (positive, negated) = match operator.split_once("Not") {
        Some((kind, rest)) => (format!("{kind}{rest}"), true),
        None => (operator.to_string(), false),
    };
    let compare: Compare = match positive.as_str() {
        "StringEquals" => |wanted, had| wanted.literal() == had,
        "StringEqualsIgnoreCase" => |wanted, had| wanted.literal().eq_ignore_ascii_case(had),
        "StringLike" => |wanted, had| wanted.matches(had),
        // The six parts of an ARN are compared one by one, so a star in one never reaches into the next.
        "ArnLike" | "ArnEquals" => same_arn,
        "Bool" => |wanted, had| wanted.literal().eq_ignore_ascii_case(had),
        "BinaryEquals" => {
            |wanted, had| BASE64_STANDARD.decode(wanted.literal()).is_ok_and(|wanted| wanted == had.as_bytes())
        }
        "NumericEquals" => |wanted, had| ordered(number, wanted, had).is_some_and(|order| order.is_eq()),
        "NumericLessThan" => |wanted, had| ordered(number, wanted, had).is_some_and(|order| order.is_lt()),
        "NumericLessThanEquals" => |wanted, had| ordered(number, wanted, had).is_some_and(|order| order.is_le()),
        "NumericGreaterThan" => |wanted, had| ordered(number, wanted, had).is_some_and(|order| order.is_gt()),
        "NumericGreaterThanEquals" => |wanted, had| ordered(number, wanted, had).is_some_and(|order| order.is_ge()),
        "DateEquals" => |wanted, had| ordered(date, wanted, had).is_some_and(|order| order.is_eq()),
        "DateLessThan" => |wanted, had| ordered(date, wanted, had).is_some_and(|order| order.is_lt()),
        "DateLessThanEquals" => |wanted, had| ordered(date, wanted, had).is_some_and(|order| order.is_le()),
        "DateGreaterThan" => |wanted, had| ordered(date, wanted, had).is_some_and(|order| order.is_gt()),
        "DateGreaterThanEquals" => |wanted, had| ordered(date, wanted, had).is_some_and(|order| order.is_ge()),
        "IpAddress" => |wanted, had| network(&wanted.literal()).is_some_and(|network| network.holds(had)),
        _ => return None,
    };
    let can_be_negated =
        ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnLike", "ArnEquals", "NumericEquals", "DateEquals"];
    // `NotIpAddress` is the one whose Not stands in front.
    (!negated || can_be_negated.contains(&positive.as_str()) || operator == "NotIpAddress")
        .then_some((compare, negated))
}

fn same_arn(wanted: &ValuePattern, had: &str) -> bool {
    let (wanted, had) = (wanted.split(6), had.splitn(6, ':').collect::<Vec<_>>());
    wanted.len() == had.len() && wanted.iter().zip(&had).all(|(wanted, had)| wanted.matches(had))
}

/// How the value that a request has is to the one that is wanted.
fn ordered<T: PartialOrd>(read: fn(&str) -> Option<T>, wanted: &ValuePattern, had: &str) -> Option<std::cmp::Ordering> {
    read(had)?.partial_cmp(&read(&wanted.literal())?)
}

pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A date in one of the W3C's forms of ISO 8601, or seconds since 1970. Four digits alone are seconds.
/// <https://www.w3.org/TR/NOTE-datetime>
pub(super) fn date(text: &str) -> Option<OffsetDateTime> {
    if let Ok(seconds) = text.parse::<i64>() {
        return OffsetDateTime::from_unix_timestamp(seconds).ok();
    }
    let whole = match text.split_once('T') {
        None if text.len() == "2026-01".len() => format!("{text}-01T00:00:00Z"),
        None => format!("{text}T00:00:00Z"),
        Some((day, time)) => {
            let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
            let (time, zone) = time.split_at(zone);
            let seconds = if time.matches(':').count() == 1 { ":00" } else { "" };
            format!("{day}T{time}{seconds}{}", if zone.is_empty() { "Z" } else { zone })
        }
    };
    OffsetDateTime::parse(&whole, &Rfc3339).ok()
}

/// The addresses that begin with the same bits.
pub(super) struct AddressRange {
    address: IpAddr,
    prefix: u32,
}

/// A network such as `203.0.113.0/24`, or one address.
pub(super) fn network(text: &str) -> Option<AddressRange> {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let address: IpAddr = address.parse().ok()?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.map_or(Some(width), |prefix| prefix.parse().ok()).filter(|prefix| *prefix <= width)?;
    Some(AddressRange { address, prefix })
}

impl AddressRange {
    fn holds(&self, address: &str) -> bool {
        let (bits, width) = match (self.address, address.parse()) {
            (IpAddr::V4(own), Ok(IpAddr::V4(had))) => (u128::from(u32::from(own) ^ u32::from(had)), 32),
            (IpAddr::V6(own), Ok(IpAddr::V6(had))) => (u128::from(own) ^ u128::from(had), 128),
            _ => return false,
        };
        // The bits after the prefix may differ.
        bits.checked_shr(width - self.prefix).unwrap_or_default() == 0
    }
}
