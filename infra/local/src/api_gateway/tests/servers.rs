//! Other servers behind a method: what `HTTP_PROXY` and `HTTP` send them, and what becomes of their answers.

use serde_json::json;
use tokio::net::TcpListener;

use super::*;
use crate::wire;
use stack::{IntegrationResponse, IntegrationType};

/// A server that answers with what it was asked, with headers of its own; `/teapot` is a 418.
async fn server() -> (String, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(wire::serve(listener, stopped, |request: Request| async move {
        let status = if request.target.starts_with("/teapot") { 418 } else { 200 };
        let told = json!({
            "method": request.method,
            "target": request.target,
            "own": request.header("x-own"),
            "mapped": request.header("x-mapped"),
            "host": request.header("host"),
            "body": String::from_utf8_lossy(&request.body),
        });
        let headers = [("Content-Type", "text/told"), ("Server", "teapot"), ("X-Told", "yes")];
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_string())).to_vec();
        Response { status, headers, body: Bytes::from(told.to_string()) }
    }));
    (format!("http://{address}"), stop)
}

async fn answer(integration: Integration, line: &str, body: &str) -> Response {
    let (gateway, _) = gateway(api(vec![Method::new("ANY", "/in/{proxy+}", integration)]), None, None);
    let mut request = request(line, &[("X-Own".into(), "mine".into())]);
    request.body = Bytes::copy_from_slice(body.as_bytes());
    gateway.answer(request).await
}

#[tokio::test]
async fn a_proxy_passes_everything_on_and_back() {
    let (address, _stop) = server().await;
    let integration = Integration {
        http_method: "ANY".into(),
        request_parameters: BTreeMap::from([
            ("integration.request.path.proxy".into(), "method.request.path.proxy".into()),
            ("integration.request.header.X-Mapped".into(), "context.stage".into()),
            ("integration.request.querystring.added".into(), "'a b'".into()),
        ]),
        ..Integration::new(IntegrationType::HttpProxy { uri: format!("{address}/out/{{proxy}}") })
    };
    let answer = answer(integration, "PUT /dev/in/x/y?q=1", "text").await;
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let host = address.trim_start_matches("http://");
    let expected = json!({
        "method": "PUT", "target": "/out/x/y?q=1&added=a%20b", "own": "mine", "mapped": "dev", "host": host, "body": "text",
    });
    assert_eq!((answer.status, told), (200, expected));
    assert_eq!(answer.header("x-amzn-Remapped-Server"), Some("teapot"));
    assert_eq!(answer.header("content-type"), Some("text/told"));
    assert_eq!(
        (answer.header("X-Told"), answer.header("Server"), answer.header("X-Amzn-Trace-Id")),
        (Some("yes"), None, None)
    );
}

#[tokio::test]
async fn templates_stand_between_and_the_status_chooses() {
    let (address, _stop) = server().await;
    let response = |status_code, pattern: Option<&str>, template: &str| IntegrationResponse {
        status_code,
        selection_pattern: pattern.map(str::to_string),
        undeclared: false,
        headers: BTreeMap::from([("X-Told".into(), "integration.response.header.x-told".into())]),
        templates: BTreeMap::from([("application/json".into(), template.into())]),
    };
    let integration = |path: &str| Integration {
        request_templates: BTreeMap::from([("application/json".into(), "<$input.body>".into())]),
        responses: vec![response(200, None, "fine $input.path('$.body')"), response(400, Some("4\\d\\d"), "no tea")],
        ..Integration::new(IntegrationType::Http { uri: format!("{address}{path}") })
    };
    let fine = answer(integration("/cup"), "POST /dev/in/x", "1").await;
    assert_eq!((fine.status, fine.body.as_ref(), fine.header("x-told")), (200, b"fine <1>".as_slice(), Some("yes")));
    let teapot = answer(integration("/teapot"), "POST /dev/in/x", "1").await;
    assert_eq!((teapot.status, teapot.body.as_ref()), (400, b"no tea".as_slice()));
}
