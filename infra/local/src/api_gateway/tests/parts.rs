//! The stations of the gateway one by one: addresses, routes, throttle, host, trace.

use serde::Deserialize;
use time::macros::datetime;

use super::super::address::Address;
use super::super::admission::Throttles;
use super::super::host;
use super::super::trace::Trace;
use super::{api, gateway, method, request};
use crate::clock::Clock;
use stack::{Method, Throttle};
use stack::{MethodMatch, Routes};
use stack::{ResourceTree, ResponseType};

#[derive(Deserialize)]
struct RouteTable {
    methods: Vec<String>,
    /// Request and what answers it: the method, then what its placeholders stand for. `null`: nothing.
    requests: Vec<(String, Option<Vec<String>>)>,
}

#[test]
fn routes() {
    let tables: Vec<RouteTable> = serde_json::from_str(include_str!("../routes.json")).unwrap();
    let mut wrong = Vec::new();
    for table in tables {
        let methods: Vec<Method> = table.methods.iter().map(|route| method(route)).collect();
        let mut resources = ResourceTree::default();
        methods.iter().for_each(|method| resources.add(&method.resource_path).unwrap());
        let routes = Routes::new(&methods);
        for (request, expected) in table.requests {
            let (verb, path) = request.split_once(' ').unwrap();
            let found = routes.find(path, verb).map(|MethodMatch { method, parameters }| {
                let values = parameters.into_iter().map(|(name, value)| format!("{name}={value}"));
                std::iter::once(table.methods[method].clone()).chain(values).collect::<Vec<_>>()
            });
            if found != expected {
                wrong.push(format!("{request} of {:?} is answered by {found:?}", table.methods));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn resources_that_cannot_stand_side_by_side() {
    let refused = |paths: &[&str]| {
        let mut resources = ResourceTree::default();
        paths.iter().filter_map(|path| resources.add(path).err()).collect::<Vec<_>>()
    };
    let sibling =
        |name| format!("A sibling ({name}) of this resource already has a variable path part -- only one is allowed");
    assert_eq!(refused(&["/a/{id}", "/a/{name}/b", "/a/{id}"]), [sibling("{id}")]);
    assert_eq!(refused(&["/{proxy+}", "/{id}"]), [sibling("{proxy+}")]);
    assert_eq!(refused(&["/{id}", "/{rest+}"]), [sibling("{id}")]);
    let child = "Cannot create a child of a resource with a greedy path variable: {proxy+}";
    assert_eq!(refused(&["/{proxy+}/more"]), [child]);
}

#[test]
fn addresses() {
    for (target, stage, path, full_path) in [
        ("/dev/board?a=/b", "dev", "/board", "/dev/board"),
        ("/dev", "dev", "/", "/dev"),
        ("/dev/", "dev", "/", "/dev/"),
        ("/dev?x", "dev", "/", "/dev"),
        ("/", "", "/", "/"),
        ("/dev//board", "dev", "/board", "/dev//board"),
        ("//dev/board", "dev", "/board", "/dev/board"),
        ("/dev/a//b/", "dev", "/a//b/", "/dev/a//b/"),
        ("*", "*", "/", "/*"),
    ] {
        let expected = Address { stage, path: path.into(), full_path: full_path.into() };
        assert_eq!(Address::of(target), expected, "{target}");
    }
}

#[test]
fn a_bucket_refills_with_time_and_never_beyond_its_size() {
    let mut api = api(vec![method("GET /x")]);
    api.throttle = Some(Throttle { rate_limit: 2.0, burst_limit: 2.0 });
    let throttles = Throttles::new(&api);
    let start = datetime!(2020-03-04 19:15:17 UTC);
    let granted = |seconds: f64, asked: usize| {
        let clock = Clock::frozen(start + time::Duration::seconds_f64(seconds));
        (0..asked).filter(|_| throttles.admit(0, &clock).is_ok()).count()
    };
    assert_eq!(granted(0.0, 3), 2, "full at first");
    assert_eq!(granted(0.5, 2), 1, "one more after half a second");
    assert_eq!(granted(100.0, 5), 2, "no more than it holds");
    assert_eq!(granted(50.0, 1), 0, "a clock that was set back gives nothing");
}

#[test]
fn hosts() {
    for (name, ours) in [
        ("127.0.0.1:3000", true),
        ("LOCALHOST", true),
        ("[::1]:3000", true),
        ("abcdefghij.execute-api.ap-northeast-2.amazonaws.com", true),
        ("abcdefghij.execute-api.us-east-1.amazonaws.com", false),
        ("evil.example:3000", false),
        ("localhost.evil.example", false),
        ("", false),
    ] {
        assert_eq!(host::is_ours(Some(name), "abcdefghij"), ours, "{name}");
    }
    assert!(!host::is_ours(None, "abcdefghij"));
}

#[test]
fn traces() {
    let clock = Clock::frozen(datetime!(2020-03-04 19:15:17 UTC));
    let root = "Root=1-3152b799-8954dae64eda91bc9a23a7e8";
    let whole = format!("{root};Parent=7fa8c0f79203be72;Sampled=1");
    let kept = Trace::of(Some(&whole), &clock);
    assert_eq!((kept.received.as_str(), kept.complete.as_str()), (whole.as_str(), whole.as_str()));
    let continued = Trace::of(Some(root), &clock);
    assert_eq!(continued.complete, format!("{root};Parent=0000000000000001;Sampled=0"));
    let odd_parent = Trace::of(Some(&format!("{root};Parent=7fa8;Sampled=?")), &clock);
    assert_eq!(odd_parent.complete, format!("{root};Parent=0000000000000002;Sampled=0"));
    for invalid in [
        None,
        Some(""),
        Some("Root=1-3152b799"),
        Some("Root=2-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72"),
    ] {
        let begun = Trace::of(invalid, &clock);
        assert!(begun.received.starts_with("Root=1-5e5ffe45-") && begun.received.len() == 40, "{begun:?}");
        assert!(
            begun.complete.starts_with(&begun.received) && !begun.complete.contains("7fa8c0f79203be72"),
            "{begun:?}"
        );
    }
}

#[test]
fn every_response_type_is_listed_once() {
    let names: Vec<&str> = ResponseType::ALL.iter().map(|row| row.name).collect();
    assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
    for named in [ResponseType::THROTTLED, ResponseType::INTEGRATION_TIMEOUT, ResponseType::DEFAULT_4XX] {
        assert!(ResponseType::ALL.contains(&named), "{named:?}");
    }
}

#[tokio::test]
async fn every_request_to_the_stage_is_counted_and_its_error_with_it() {
    let (gateway, _) = gateway(api(vec![method("GET /board")]), None, None);
    for target in ["GET /dev/board", "GET /dev/nowhere", "GET /prod/board"] {
        gateway.answer(request(target, &[])).await;
    }
    let cloudwatch = &gateway.0.deps.cloudwatch;
    let sum = |name: &str, dimensions: &[(&str, &str)]| -> Vec<(f64, f64)> {
        let metric = stack::Metric::new("AWS/ApiGateway", name, dimensions);
        let found = cloudwatch.datapoints(&metric, (0, i64::MAX), 60, None);
        found.iter().map(|found| (found.samples.sum, found.samples.sample_count)).collect()
    };
    let stage = [("ApiName", "board"), ("Stage", "dev")];
    assert_eq!(sum("Count", &stage), [(2.0, 2.0)], "another stage is none of this API's");
    assert_eq!(sum("4XXError", &stage), [(1.0, 2.0)]);
    assert_eq!(sum("5XXError", &stage[..1]), [(0.0, 2.0)]);
    assert_eq!(sum("Latency", &stage[..1]).len(), 1);
    assert_eq!(sum("IntegrationLatency", &stage), [], "no backend was asked");
}
