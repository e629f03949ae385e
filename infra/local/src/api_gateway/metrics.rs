//! What API Gateway reports to CloudWatch about each request, of the API and of its stage.
//!
//! A request without an error is a sample of `4XXError` and `5XXError`, too, with the value 0, so that their average is a rate.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html>

use std::time::Duration;

use crate::cloudwatch::{CloudWatch, Sample};
use stack::RestApi;

/// Reports a request that was answered with `status`; `integration` is how long API Gateway waited for the backend, if it asked it.
pub(super) fn report(
    cloudwatch: &CloudWatch,
    api: &RestApi,
    status: u16,
    latency: Duration,
    integration: Option<Duration>,
) {
    let mut samples = vec![
        Sample::is("Count", true),
        Sample::is("4XXError", (400..500).contains(&status)),
        Sample::is("5XXError", (500..600).contains(&status)),
        Sample::milliseconds("Latency", latency),
    ];
    samples.extend(integration.map(|latency| Sample::milliseconds("IntegrationLatency", latency)));
    let dimensions = [("ApiName", api.name.as_str()), ("Stage", api.stage.as_str())];
    cloudwatch.report("AWS/ApiGateway", &[&dimensions[..1], &dimensions], &samples);
}
