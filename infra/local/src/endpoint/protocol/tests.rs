//! The same errors in every protocol, to the byte, and by which head a protocol is known.

use axum::http::Request;

use super::*;
use crate::signature::SignatureError;

/// A call for the service that signatures call `scope`, unless it is empty, with `headers`.
fn head(method: &str, target: &str, scope: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(target);
    if !scope.is_empty() {
        let credential = format!("AKIA/20260101/ap-northeast-2/{scope}/aws4_request");
        request = request.header("authorization", format!("AWS4-HMAC-SHA256 Credential={credential}, Signature=0"));
    }
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(()).unwrap().into_parts().0
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
const CBOR: (&str, &str) = ("smithy-protocol", "rpc-v2-cbor");

/// The status, the media type, the header with the error's type, and the body.
async fn said(protocol: Protocol, error: &EndpointError) -> (u16, String, String, Vec<u8>) {
    let response = protocol.error(error, "id");
    let header =
        |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_string()).unwrap_or_default();
    let (status, media_type, error_type) =
        (response.status().as_u16(), header("content-type"), header("x-amzn-errortype"));
    assert!(
        [header("x-amzn-requestid"), header("x-amz-request-id")].contains(&"id".to_string())
            || protocol == Protocol::Ec2
    );
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, media_type, error_type, body.to_vec())
}

#[tokio::test]
async fn an_error_is_said_as_each_protocol_says_errors() {
    let error = EndpointError::unknown_operation("What <is> \"it\" & why?");
    let check = async |protocol: Protocol, media_type: &str, error_type: &str, body: &str| {
        let (status, own_media_type, own_error_type, got) = said(protocol, &error).await;
        assert_eq!((status, own_media_type.as_str(), own_error_type.as_str()), (400, media_type, error_type));
        assert_eq!(String::from_utf8(got).unwrap(), body, "{protocol:?}");
    };
    let json = r#"{"__type":"com.amazon.coral.service#UnknownOperationException","message":"What <is> \"it\" & why?"}"#;
    check(Protocol::Json(JSON_1_0), "application/x-amz-json-1.0", "", json).await;
    check(Protocol::Json(JSON_1_1), "application/x-amz-json-1.1", "", json).await;
    let body = r#"{"message":"What <is> \"it\" & why?"}"#;
    check(Protocol::RestJson, "application/json", "UnknownOperationException", body).await;
    let error = "<Code>InvalidAction</Code><Message>What &lt;is&gt; &quot;it&quot; &amp; why?</Message>";
    let in_namespace = format!(
        "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>{error}\
         </Error><RequestId>id</RequestId></ErrorResponse>"
    );
    let sns = "http://sns.amazonaws.com/doc/2010-03-31/";
    check(Protocol::Query(sns), "text/xml", "", &in_namespace).await;
    check(Protocol::RestXml(sns), "text/xml", "", &in_namespace).await;
    let without = in_namespace.replace(&format!(" xmlns=\"{sns}\""), "");
    check(Protocol::Query(""), "text/xml", "", &without).await;
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    let ec2 =
        format!("{declaration}<Response><Errors><Error>{error}</Error></Errors><RequestID>id</RequestID></Response>");
    check(Protocol::Ec2, "text/xml", "", &ec2).await;
    let s3 = format!("{declaration}<Error>{error}<RequestId>id</RequestId></Error>")
        .replace("InvalidAction", "NotImplemented");
    check(Protocol::S3, "application/xml", "", &s3).await;
    // A map of two; a text of six bytes, one of 50, one of seven, one of 21.
    let (_, media_type, _, body) =
        said(Protocol::Cbor, &EndpointError::unknown_operation("What <is> \"it\" & why?")).await;
    assert_eq!(media_type, "application/cbor");
    let mut expected = vec![0xa2, 0x66];
    expected.extend(
        b"__type\x78\x32com.amazon.coral.service#UnknownOperationException\x67message\x75What <is> \"it\" & why?",
    );
    assert_eq!(body, expected);
}

#[test]
fn a_text_in_cbor_is_led_by_its_length() {
    let lengths =
        [(0, vec![0x60]), (23, vec![0x77]), (24, vec![0x78, 24]), (255, vec![0x78, 255]), (256, vec![0x79, 1, 0])];
    for (length, expected) in lengths.into_iter().chain([(65_536, vec![0x7a, 0, 1, 0, 0])]) {
        assert_eq!(cbor_head(3, length), expected, "{length}");
    }
}

#[tokio::test]
async fn each_refusal_has_the_status_and_the_name_that_its_protocol_gives_it() {
    let errors = [
        (EndpointError::unknown_operation(""), 400, "UnknownOperationException", "InvalidAction", "NotImplemented"),
        (EndpointError::left_out(Service::S3), 501, "UnknownOperationException", "InvalidAction", "NotImplemented"),
        (EndpointError::too_large(), 413, "RequestTooLargeException", "RequestTooLarge", "EntityTooLarge"),
        (EndpointError::too_slow(), 408, "RequestTimeoutException", "RequestTimeout", "RequestTimeout"),
        (EndpointError::broken_off(), 400, "SerializationException", "IncompleteBody", "IncompleteBody"),
        (EndpointError::malformed_json(), 400, "SerializationException", "MalformedInput", "InvalidRequest"),
        (EndpointError::malformed_query(), 404, "SerializationException", "MalformedQueryString", "InvalidRequest"),
        (
            EndpointError::turned_away(StatusCode::FORBIDDEN, ""),
            403,
            "AccessDeniedException",
            "AccessDenied",
            "AccessDenied",
        ),
        (EndpointError::internal(), 500, "InternalFailure", "InternalFailure", "InternalError"),
        (
            EndpointError::unauthenticated(&SignatureError::InvalidClientTokenId.into()),
            403,
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidClientTokenId",
        ),
    ];
    for (error, status, exception, code, s3) in errors {
        for (protocol, name) in [
            (Protocol::Json(JSON_1_0), format!("#{exception}\"")),
            (Protocol::Cbor, format!("#{exception}")),
            (Protocol::Query(""), format!("<Code>{code}</Code>")),
            (Protocol::Ec2, format!("<Code>{code}</Code>")),
            (Protocol::RestXml(""), format!("<Code>{code}</Code>")),
            (Protocol::S3, format!("<Code>{s3}</Code>")),
        ] {
            let (own_status, _, _, body) = said(protocol, &error).await;
            let body = String::from_utf8_lossy(&body).into_owned();
            assert!(own_status == status && body.contains(&name), "{protocol:?} {own_status}: {body}");
        }
        assert_eq!(said(Protocol::RestJson, &error).await.2, exception);
    }
    let (_, _, _, body) = said(Protocol::Query(""), &EndpointError::internal()).await;
    assert!(String::from_utf8_lossy(&body).contains("<Type>Receiver</Type>"));
}

#[test]
fn a_protocol_is_known_by_the_head_alone() {
    let of = |method: &str, target: &str, scope: &str, headers: &[(&str, &str)]| {
        let parts = head(method, target, scope, headers);
        Protocol::of(&parts, crate::endpoint::service::of(&parts))
    };
    let json =
        |media_type: &'static str, target: &'static str| [("content-type", media_type), ("x-amz-target", target)];
    let (sqs, sts) = (super::super::sqs_api::NAMESPACE, super::super::sts_api::NAMESPACE);
    let iam = "https://iam.amazonaws.com/doc/2010-05-08/";

    assert_eq!(of("POST", "/", "sqs", &json(JSON_1_0, "AmazonSQS.SendMessage")), Protocol::Json(JSON_1_0));
    assert_eq!(of("POST", "/", "kinesis", &json(JSON_1_1, "Kinesis_20131202.PutRecord")), Protocol::Json(JSON_1_1));
    assert_eq!(of("POST", "/", "dynamodb", &[]), Protocol::Json(JSON_1_0));
    assert_eq!(of("POST", "/", "logs", &[]), Protocol::Json(JSON_1_1));

    assert_eq!(of("POST", "/", "sqs", &[FORM]), Protocol::Query(sqs));
    assert_eq!(of("POST", "/123456789012/failures", "sqs", &[FORM]), Protocol::Query(sqs));
    assert_eq!(of("POST", "/123456789012/failures", "", &[FORM]), Protocol::Query(sqs));
    assert_eq!(of("GET", "/?Action=ListQueues&Version=2012-11-05", "sqs", &[]), Protocol::Query(sqs));
    assert_eq!(of("POST", "/", "", &[FORM]), Protocol::Query(sts));
    assert_eq!(of("POST", "/", "iam", &[FORM]), Protocol::Query(iam));
    assert_eq!(of("GET", "/?Action=ListRoles&Version=2010-05-08", "iam", &[]), Protocol::Query(iam));
    assert_eq!(of("POST", "/", "of-tomorrow", &[FORM]), Protocol::Query(""));
    assert_eq!(of("POST", "/", "ec2", &[FORM]), Protocol::Ec2);

    assert_eq!(
        of("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics", "monitoring", &[CBOR]),
        Protocol::Cbor
    );
    assert_eq!(of("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics", "", &[CBOR]), Protocol::Cbor);
    assert_eq!(of("GET", "/2015-03-31/functions", "", &[]), Protocol::RestJson);
    assert_eq!(of("GET", "/restapis", "apigateway", &[]), Protocol::RestJson);
    // The second API of SES has a younger protocol under the same name.
    assert_eq!(of("GET", "/v2/email/account", "ses", &[]), Protocol::RestJson);
    let route53 = Protocol::RestXml("https://route53.amazonaws.com/doc/2013-04-01/");
    assert_eq!(of("GET", "/2013-04-01/hostedzone", "route53", &[]), route53);

    assert_eq!(of("GET", "/?x-id=ListDirectoryBuckets", "s3express", &[]), Protocol::S3);
    // Objects of S3 may be called anything, and bodies for it are of any type.
    assert_eq!(of("POST", "/bucket/key?uploads", "s3", &[FORM]), Protocol::S3);
    assert_eq!(of("PUT", "/", "", &[FORM]), Protocol::S3);
    assert_eq!(of("POST", "/bucket/key", "", &[FORM]), Protocol::S3);
    assert_eq!(of("GET", "/bucket/key?Action=a&Version=b", "", &[]), Protocol::S3);
}
