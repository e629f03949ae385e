//! The client of DynamoDB, made once in each execution environment, before the first event: Lambda gives a function its
//! full processor while it starts, and every invocation after that finds the client ready.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

/// The roots that AWS's certificates end in. Reading the system's store instead means parsing over a hundred at every
/// cold start, to trust authorities that have no business between this function and its table.
const AWS_ROOTS: &[u8] = include_bytes!("aws-roots.pem");

/// A client for the region, credentials and endpoint that the environment names.
///
/// # Errors
/// When the roots above are damaged.
pub async fn dynamodb() -> Result<Client, Box<dyn std::error::Error + Send + Sync>> {
    // The SDK draws the tokens of its transactions from this generator, whose own seed is the clock: environments that start
    // at the same moment would draw the same ones, and the second transaction would be taken for the first.
    fastrand::seed(uuid::Uuid::new_v4().as_u64_pair().0);
    let trust = TrustStore::empty().with_pem_certificate(AWS_ROOTS);
    let https = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(TlsContext::builder().with_trust_store(trust).build()?)
        .build_https();
    // The SDK tries three times, or as often as AWS_MAX_ATTEMPTS says. One try that hangs must not use up the time of the
    // others, nor all of them the time of the function.
    let times = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(1))
        .operation_timeout(Duration::from_secs(4))
        .build();
    let config = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(https)
        .timeout_config(times)
        // It watches how fast long bodies move; one of DynamoDB's is short, and the times above end what hangs.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .load()
        .await;
    Ok(Client::new(&config))
}

/// What an error of the SDK and all its sources say, on one line. Their debug form would say more, and could
/// put a post into the log.
pub fn cause(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        told = format!("{told}: {error}");
        behind = error.source();
    }
    told
}
