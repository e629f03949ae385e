//! Where an item stands in a scan: the hash of its key.
//!
//! DynamoDB documents only that it hashes the partition key. That the hash is MD5 of "Outliers" and the key's bytes, a number's being
//! a sign, an exponent and pairs of digits, was found by measuring the service, and a public suite has the order of its scans. Items
//! with one key of an index are in the order of the hash of their table's whole key.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.Partitions.html>

use dynoxide::AttributeValue;
use dynoxide::storage::compute_hash_prefix;

/// The segments of a scan share so many hashes among them: the first three digits count.
const BUCKETS: u64 = 4096;
/// A negative number of fewer than so many pairs of digits ends with a byte of its own.
const LONGEST: usize = 20;

/// The first six digits of the hash of a key; `parts` are the values of its attributes.
pub(super) fn of<'v>(parts: impl IntoIterator<Item = &'v AttributeValue>) -> String {
    let bytes = parts.into_iter().flat_map(|part| match part {
        AttributeValue::S(text) => text.as_bytes().to_vec(),
        AttributeValue::N(number) => packed(number),
        AttributeValue::B(bytes) => bytes.clone(),
        // Nothing else is a key.
        _ => Vec::new(),
    });
    compute_hash_prefix(&AttributeValue::B(bytes.collect()))
}

/// The least and the greatest of the hashes of a segment; none where it has none, being one of more segments than there are hashes.
pub(super) fn of_segment(segment: u64, segments: u64) -> Option<(String, String)> {
    let first_of = |segment: u64| (BUCKETS * segment).div_ceil(segments.max(1));
    let (first, next) = (first_of(segment), first_of(segment + 1));
    (first < next).then(|| (format!("{first:03x}"), format!("{:03x}~", next - 1)))
}

/// A number's bytes: its exponent, and its digits by two.
fn packed(number: &str) -> Vec<u8> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let is_negative = mantissa.starts_with('-');
    let (whole, fraction) = mantissa
        .trim_start_matches(['+', '-'])
        .split_once('.')
        .unwrap_or_else(|| (mantissa.trim_start_matches(['+', '-']), ""));
    let digits = [whole, fraction].concat();
    let significant = digits.trim_start_matches('0');
    let leading = digits.len() - significant.len();
    let significant = significant.trim_end_matches('0');
    if significant.is_empty() {
        return vec![0x80];
    }
    let exponent: i64 = exponent.trim_start_matches('+').parse().unwrap_or_default();
    // How many of the digits stand before the point.
    let before = i64::try_from(whole.len()).unwrap_or_default() - i64::try_from(leading).unwrap_or_default() + exponent;
    let is_odd = before.rem_euclid(2) == 1;
    let mut by_two: Vec<u8> =
        is_odd.then_some(0).into_iter().chain(significant.bytes().map(|digit| digit - b'0')).collect();
    if by_two.len() % 2 == 1 {
        by_two.push(0);
    }
    let pairs = by_two.chunks(2).map(|pair| pair[0] * 10 + pair[1]);
    let exponent = ((before + i64::from(is_odd)) / 2 - 64).to_le_bytes()[0];
    let mut bytes = vec![if is_negative { !exponent } else { exponent }];
    bytes.extend(pairs.map(|pair| if is_negative { 101 - pair } else { pair + 1 }));
    if is_negative && bytes.len() <= LONGEST {
        bytes.push(102);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_hashed_as_the_engine_hashes_it() {
        for number in [
            "0",
            "-0",
            "1",
            "-1",
            "10",
            "100",
            "12345",
            "-12345",
            "0.5",
            "0.05",
            "-0.005",
            "1.5e3",
            "1E-130",
            "9.9e125",
            "-9.9E+125",
            "007.70",
            "12345678901234567890123456789012345678",
            "-12345678901234567890123456789012345678",
            "-1234567890123456789012345678901234567",
        ] {
            let value = AttributeValue::N(number.to_string());
            assert_eq!(of(Some(&value)), compute_hash_prefix(&value), "{number}");
        }
    }

    /// As the service scanned tables with these keys: a public suite has the two lists.
    #[test]
    fn the_order_is_the_services() {
        let texts = ["2", "8", "9", "1", "6", "hello", "0", "5", "4", "äáöü", "aardman", "7", "3", "zapf"];
        assert!(texts.map(|text| of(Some(&AttributeValue::S(text.into())))).is_sorted());
        let numbers = ["7", "999.9", "8", "3", "2", "-999.9", "9", "4", "-0.09", "6", "1", "0", "0.012345", "5"];
        assert!(numbers.map(|number| of(Some(&AttributeValue::N(number.into())))).is_sorted());
    }

    #[test]
    fn a_key_of_two_parts_is_hashed_as_one() {
        let text = |text: &str| AttributeValue::S(text.to_string());
        assert_eq!(of([&text("ab"), &text("c")]), of(Some(&text("abc"))));
        assert_eq!(of(Some(&text("a"))), compute_hash_prefix(&text("a")));
        assert_ne!(of(Some(&text("a"))), of(Some(&AttributeValue::N("1".into()))));
    }

    #[test]
    fn segments_share_all_hashes() {
        assert_eq!(of_segment(0, 1), Some(("000".into(), "fff~".into())));
        assert_eq!(of_segment(1, 3), Some(("556".into(), "aaa~".into())));
        assert_eq!(of_segment(1, 100_000), None);
        let shared = (0..7).filter_map(|segment| of_segment(segment, 7)).map(|(first, last)| {
            let number = |text: &str| u64::from_str_radix(&text[..3], 16).unwrap();
            number(&last) - number(&first) + 1
        });
        assert_eq!(shared.sum::<u64>(), BUCKETS);
    }
}
