//! lab-10.2: what is made once serves every request.

use kit::{Answer, Lab, connections};

use crate::{YEAR, in_time, limits};

/// How many of each kind of request follow each other. All together they are more than anybody's tenth, and few enough to be answered in
/// a moment.
const MANY: usize = 6;

#[test]
fn one_client_serves_all_requests_of_an_environment() {
    let lab = limits();
    for request in 1..=3 {
        let about = format!("ask the same environment, request {request} of 3");
        let answer = in_time(lab.asks("lab-10.2", &about).get(YEAR));
        answer.has_status(200);
        one_connection(&lab, &answer);
    }
    for (about, target) in [
        ("ask the same environment for another year", "/on-this-day/2018"),
        ("ask the same environment, with two seconds of patience", "/on-this-day/2019?within=2000"),
    ] {
        let answer = in_time(lab.asks("lab-10.2", about).get(target));
        answer.has_status(200);
        one_connection(&lab, &answer);
        let answer = answer.again(MANY, "ask the same environment 6 times more");
        answer.has_status(200);
        one_connection(&lab, &answer);
    }
}

/// Expects all calls of the archive so far to have used one connection.
pub(crate) fn one_connection(lab: &Lab, answer: &Answer<'_>) {
    let calls = lab.lambda_calls();
    let (count, used) = (calls.len(), connections(&calls));
    // How often it is tried is chance: only where each call has a connection of its own are there as many as anybody expects.
    let got = match used == count {
        true => format!(
            "{count} calls used {used} connections: there was a new client each time, and on AWS a TLS handshake"
        ),
        false => format!("{used} connections: there was more than one client, and on AWS a TLS handshake for each"),
    };
    answer.shows(
        used == 1,
        "one client, made before the first request, whose connection every call of the archive uses",
        got,
    );
}
