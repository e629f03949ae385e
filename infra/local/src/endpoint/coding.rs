//! Bodies in a coding: what they stand for, for the services that read them.
//!
//! An SDK compresses a `PutMetricData` of more than 10 KB by itself, and DynamoDB reads what is compressed, too, though no SDK sends it
//! that. A signature is of the bytes as they travel: callers are verified with the body as it was sent, and the service gets what it
//! stands for.
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html>

use std::io::Read;

use axum::http::header;
use axum::http::request::Parts;
use bytes::Bytes;
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use stack::Service;

use super::CALL_LIMIT;
use super::protocol::EndpointError;

/// The content of `body`, which is for `service`.
///
/// # Errors
///
/// A coding that the service does not read, a body that is not in it, one whose content is too large.
pub(super) fn content(service: Service, parts: &Parts, body: &Bytes) -> Result<Bytes, EndpointError> {
    let coding = parts.headers.get(header::CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let coding = coding.unwrap_or_default().to_ascii_lowercase();
    let decodes = match service {
        Service::DynamoDb | Service::DynamoDbStreams => !["", "identity"].contains(&coding.as_str()),
        Service::CloudWatch => coding == "gzip",
        // Nobody says of the others that they do. S3 keeps what it gets.
        _ => false,
    };
    if !decodes {
        return Ok(body.clone());
    }
    let mut content = Vec::new();
    // One byte more than the limit tells a larger content from one that is just as large.
    let most = CALL_LIMIT as u64 + 1;
    let read = match coding.as_str() {
        _ if body.is_empty() => None,
        "gzip" => MultiGzDecoder::new(body.as_ref()).take(most).read_to_end(&mut content).ok(),
        "deflate" => ZlibDecoder::new(body.as_ref()).take(most).read_to_end(&mut content).ok(),
        _ => None,
    };
    match read {
        None => Err(EndpointError::not_decoded(&coding)),
        Some(length) if length > CALL_LIMIT => Err(EndpointError::too_large()),
        Some(_) => Ok(Bytes::from(content)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use axum::http::{Request, StatusCode};
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn read(service: Service, coding: &str, body: &[u8]) -> Result<Vec<u8>, EndpointError> {
        let parts = Request::builder().header("content-encoding", coding).body(()).unwrap().into_parts().0;
        content(service, &parts, &Bytes::copy_from_slice(body)).map(|content| content.to_vec())
    }

    #[test]
    fn what_is_compressed_is_read_by_the_services_that_do() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(b"{}").unwrap();
        let zlib = zlib.finish().unwrap();
        for service in [Service::DynamoDb, Service::CloudWatch] {
            assert_eq!(read(service, "gzip", &gzip(b"{}")).unwrap(), b"{}");
            assert_eq!(read(service, "GZIP", &[gzip(b"{"), gzip(b"}")].concat()).unwrap(), b"{}");
            assert_eq!(read(service, "identity", b"{}").unwrap(), b"{}");
        }
        assert_eq!(read(Service::DynamoDb, "deflate", &zlib).unwrap(), b"{}");
        for service in [Service::S3, Service::Sqs, Service::Lambda, Service::Logs] {
            assert_eq!(read(service, "gzip", b"as it is").unwrap(), b"as it is");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_a_failure() {
        let whole = gzip(b"{}");
        let bomb = gzip(&vec![b' '; CALL_LIMIT + 1]);
        for (coding, body, status) in [
            ("gzip", &b"{}"[..], StatusCode::INTERNAL_SERVER_ERROR),
            ("gzip", b"", StatusCode::INTERNAL_SERVER_ERROR),
            ("gzip", &whole[..whole.len() - 1], StatusCode::INTERNAL_SERVER_ERROR),
            ("deflate", &whole, StatusCode::INTERNAL_SERVER_ERROR),
            ("br", &whole, StatusCode::INTERNAL_SERVER_ERROR),
            ("gzip", &bomb, StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            assert_eq!(read(Service::DynamoDb, coding, body).unwrap_err().status(), status, "{coding} {}", body.len());
        }
        assert_eq!(read(Service::DynamoDb, "gzip", &gzip(&vec![b' '; CALL_LIMIT])).unwrap().len(), CALL_LIMIT);
    }
}
