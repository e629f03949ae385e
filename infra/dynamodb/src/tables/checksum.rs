//! The checksum that DynamoDB sends with every answer, and some clients compare: CRC-32, as in Ethernet and gzip.

use crc_fast::CrcAlgorithm;

/// The checksum of `bytes`.
#[expect(clippy::cast_possible_truncation, reason = "a CRC-32 has 32 bits")]
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    crc_fast::checksum(CrcAlgorithm::Crc32IsoHdlc, bytes) as u32
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // The check value in the catalogue of CRC algorithms.
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(super::crc32(b""), 0);
    }
}
