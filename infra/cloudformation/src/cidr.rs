//! `Fn::Cidr`: ranges of addresses inside of a larger one.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html>

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The most ranges that the function gives.
const MOST: u128 = 256;

/// The first `count` ranges of `block`, in each of which `bits` bits are left for addresses.
pub(super) fn ranges(block: &str, count: &str, bits: &str) -> Result<Vec<String>, String> {
    let parsed = block
        .split_once('/')
        .and_then(|(address, length)| Some((address.parse::<IpAddr>().ok()?, length.parse::<u32>().ok()?)));
    let Some((address, length)) = parsed else {
        return Err(format!("{block:?} is not a range of addresses, such as 10.0.0.0/16"));
    };
    let (whole, width) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let count = count.parse::<u128>().ok().filter(|count| (1..=MOST).contains(count));
    let count = count.ok_or_else(|| format!("the number of ranges is 1 to {MOST}"))?;
    let bits = bits.parse::<u32>().ok().filter(|bits| (1..width).contains(bits));
    let bits = bits.ok_or_else(|| format!("the bits of each range are 1 to {}", width - 1))?;
    if length > width || width - length < bits {
        return Err(format!("{block} is smaller than one range of {bits} bits"));
    }
    // A shift by the whole width is not defined, and one that large has room for all.
    let room = 1_u128.checked_shl(width - length - bits).unwrap_or(u128::MAX);
    if room < count {
        return Err(format!("{block} has room for {room} ranges of {bits} bits, and not for {count}"));
    }
    let network = whole.checked_shr(width - length).unwrap_or(0).checked_shl(width - length).unwrap_or(0);
    let range = |index: u128| {
        let first = network + (index << bits);
        let address = match address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from(u32::try_from(first).unwrap_or(u32::MAX))),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from(first)),
        };
        format!("{address}/{}", width - bits)
    };
    Ok((0..count).map(range).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_each_other() {
        // The example of the function's page.
        let six = ranges("192.168.0.0/24", "6", "5").unwrap();
        assert_eq!(six[0], "192.168.0.0/27");
        assert_eq!(six[5], "192.168.0.160/27");
        assert_eq!(ranges("10.0.3.7/16", "2", "8").unwrap(), ["10.0.0.0/24", "10.0.1.0/24"]);
        assert_eq!(ranges("2001:db8::/56", "2", "64").unwrap(), ["2001:db8::/64", "2001:db8:0:1::/64"]);
        assert_eq!(ranges("0.0.0.0/0", "1", "8").unwrap(), ["0.0.0.0/24"]);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        for (block, count, bits, words) in [
            ("10.0.0.0", "1", "8", "not a range"),
            ("10.0.0.0/33", "1", "8", "smaller than"),
            ("10.0.0.0/24", "2", "8", "room for 1 ranges"),
            ("10.0.0.0/28", "1", "8", "smaller than"),
            ("10.0.0.0/8", "257", "8", "1 to 256"),
            ("10.0.0.0/8", "1", "32", "1 to 31"),
            ("::/0", "1", "0", "1 to 127"),
        ] {
            let said = ranges(block, count, bits).unwrap_err();
            assert!(said.contains(words), "{block} {count} {bits}: {said}");
        }
    }
}
