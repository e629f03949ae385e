//! lab-10.2: what is made once serves every request.

use kit::connections;

use crate::{YEAR, in_time, limits};

#[test]
fn one_client_serves_all_requests_of_an_environment() {
    let lab = limits();
    for request in 1..=3 {
        let about = format!("ask the same environment, request {request} of 3");
        let answer = in_time(lab.asks("lab-10.2", &about).get(YEAR));
        answer.has_status(200);
        let calls = lab.lambda_calls();
        let got = format!("{} calls used {} connections", calls.len(), connections(&calls));
        answer.shows(
            connections(&calls) == 1,
            "one client, made before the first request, whose connection every call of the archive uses",
            format!("{got}: there was a new client each time, and on AWS a TLS handshake"),
        );
    }
}
