//! Cases with round prices, so that each line can be worked out by hand; and the list that is shipped.

#![allow(clippy::unwrap_used, reason = "a test that cannot read something has found its fault")]

use std::path::Path;

use cloudformation::PreflightInput;
use stack::Architecture;

use crate::{Assumptions, Billed, BilledFunction, Estimate, Item, Prices, REGION, VpcVariant};

fn function(architecture: Architecture, of_api: bool) -> BilledFunction {
    BilledFunction { name: "f".to_string(), memory_size: 512, architecture, of_api, of_stream: !of_api }
}

/// A million requests and rest, of everything at once.
fn of(billed: &Billed, changes: &[(&str, f64)], free_tier: bool) -> Estimate {
    let changes: Vec<(String, f64)> = changes.iter().map(|(name, value)| (name.to_string(), *value)).collect();
    let assumptions = Assumptions::read("", &changes).unwrap();
    Estimate::new(billed, &assumptions, &Prices::with(None).unwrap(), REGION, &[1_000_000], free_tier).unwrap()
}

fn close(got: f64, expected: f64) -> bool {
    (got - expected).abs() < 1e-6
}

/// What is billed, what is assumed, the item, US dollars at rest and for a million requests.
type Case = (Billed, &'static [(&'static str, f64)], Item, f64, f64);

#[test]
fn each_item_is_its_quantity_times_its_price() {
    use Architecture::{Arm64, X86};
    let api =
        |architecture| Billed { has_api: true, functions: vec![function(architecture, true)], ..Billed::default() };
    let stream = Billed { functions: vec![function(Arm64, false)], tables: 1, ..Billed::default() };
    let table = Billed { tables: 1, recoverable_tables: 1, ..Billed::default() };
    let site = Billed { buckets: 1, distributions: 1, ..Billed::default() };
    let on_site = Billed { has_api: true, api_on_site: true, ..Billed::default() };
    let with = |change: fn(&mut Billed)| {
        let mut billed = Billed::default();
        change(&mut billed);
        billed
    };
    let cases: Vec<Case> = vec![
        (api(Arm64), &[], Item::RestRequests, 0.0, 3.50),
        (api(Arm64), &[("answer_bytes", 1_000.0)], Item::DataOut, 0.0, 0.09),
        (api(Arm64), &[], Item::LambdaRequests, 0.0, 0.20),
        // 100 ms of half a gigabyte, a million times: 50,000 GB-seconds.
        (api(Arm64), &[("duration_ms", 100.0)], Item::LambdaArm64, 0.0, 0.66667),
        (api(X86), &[("duration_ms", 100.0)], Item::LambdaX86, 0.0, 0.833335),
        (api(Arm64), &[("log_bytes", 2_000.0)], Item::LogIngestion, 0.0, 1.0),
        (api(Arm64), &[("log_bytes", 2_000.0)], Item::LogStorage, 0.0, 0.06),
        (stream.clone(), &[("stream_records", 0.5)], Item::LambdaRequests, 0.0, 0.10),
        (stream.clone(), &[("stream_records", 0.5), ("stream_duration_ms", 200.0)], Item::LambdaArm64, 0.0, 0.66667),
        (stream, &[("stream_records", 0.5), ("write_units", 1.0)], Item::TableWrites, 0.0, 1.875),
        (table.clone(), &[("read_units", 2.0)], Item::TableReads, 0.0, 0.25),
        (table.clone(), &[("write_units", 2.0)], Item::TableWrites, 0.0, 1.25),
        (table.clone(), &[("table_gb", 10.0)], Item::TableStorage, 2.5, 2.5),
        (table, &[("table_gb", 10.0)], Item::TableRecovery, 2.0, 2.0),
        (on_site.clone(), &[], Item::SiteRequests, 0.0, 1.0),
        (on_site, &[("answer_bytes", 1_000.0)], Item::SiteDataOut, 0.0, 0.085),
        (site.clone(), &[("bucket_gb", 10.0)], Item::BucketStorage, 0.23, 0.23),
        (site.clone(), &[("bucket_puts", 2_000.0)], Item::BucketPuts, 0.01, 0.01),
        (site.clone(), &[("page_misses", 0.5)], Item::BucketGets, 0.0, 0.20),
        (site.clone(), &[("page_requests", 2.0)], Item::SiteRequests, 0.0, 2.0),
        (site, &[("page_requests", 2.0), ("page_bytes", 500.0)], Item::SiteDataOut, 0.0, 0.085),
        (with(|billed| billed.queues = 2), &[("queue_requests", 1e6)], Item::QueueRequests, 0.8, 0.8),
        (with(|billed| billed.alarms = 6), &[], Item::Alarms, 0.6, 0.6),
        (with(|billed| billed.nat_gateways = 1), &[], Item::NatHours, 32.85, 32.85),
        (with(|billed| billed.nat_gateways = 1), &[("vpc_bytes", 1_000.0)], Item::NatData, 0.0, 0.045),
        (
            with(|billed| (billed.nat_gateways, billed.gateway_endpoints) = (1, 1)),
            &[("vpc_bytes", 1_000.0)],
            Item::NatData,
            0.0,
            0.0,
        ),
        (with(|billed| billed.nat_gateways = 2), &[], Item::AddressHours, 7.3, 7.3),
        (with(|billed| billed.endpoints = 3), &[], Item::EndpointHours, 21.9, 21.9),
        (with(|billed| billed.endpoints = 3), &[("vpc_bytes", 1_000.0)], Item::EndpointData, 0.0, 0.01),
    ];
    for (billed, changes, item, rest, million) in cases {
        let estimate = of(&billed, changes, false);
        let got = estimate.lines[&item].clone().unwrap();
        assert!(
            close(got[0], rest) && close(got[1], million),
            "{item:?} {changes:?}: {got:?}, not {rest} and {million}"
        );
    }
}

#[test]
fn what_stands_ready_is_paid_for_at_rest_and_a_gateway_endpoint_is_not() {
    let estimate = of(&Billed::default(), &[("zones", 2.0), ("vpc_bytes", 10_000.0)], false);
    let variants: Vec<(VpcVariant, Vec<f64>)> =
        estimate.variants.iter().map(|(variant, line)| (*variant, line.clone().unwrap())).collect();
    let expected = [
        (VpcVariant::GatewayEndpoint, [0.0, 0.0]),
        (VpcVariant::InterfaceEndpoint, [14.6, 14.7]),
        (VpcVariant::NatGateway, [73.0, 73.45]),
    ];
    for ((variant, got), (expected, amounts)) in variants.iter().zip(expected) {
        assert_eq!(*variant, expected);
        assert!(close(got[0], amounts[0]) && close(got[1], amounts[1]), "{variant:?}: {got:?}");
    }
    assert!(close(estimate.totals()[1], 0.0), "they are beside the bill: {:?}", estimate.totals());
}

#[test]
fn what_is_free_is_taken_off_only_when_it_is_asked_for_and_once_for_both_architectures() {
    let both = vec![function(Architecture::Arm64, true), function(Architecture::X86, false)];
    let billed = Billed { functions: both, alarms: 12, ..Billed::default() };
    // 300,000 GB-seconds of each.
    let changes = [("duration_ms", 600.0), ("stream_records", 1.0), ("stream_duration_ms", 600.0)];
    let taken_off = of(&billed, &changes, true).lines;
    let whole = of(&billed, &changes, false).lines;
    let second = |line: &Option<Vec<f64>>| line.clone().unwrap()[1];
    assert!(close(second(&whole[&Item::LambdaX86]), 300_000.0 * 0.0000166667));
    assert!(close(second(&taken_off[&Item::LambdaArm64]), 0.0));
    assert!(close(second(&taken_off[&Item::LambdaX86]), 200_000.0 * 0.0000166667));
    assert!(close(second(&whole[&Item::Alarms]), 1.2) && close(second(&taken_off[&Item::Alarms]), 0.2));
    assert!(close(second(&taken_off[&Item::LambdaRequests]), 0.2));
}

#[test]
fn what_has_no_price_is_named_and_can_be_given() {
    let billed = Billed { has_api: true, tables: 1, ..Billed::default() };
    let assumptions = Assumptions::default();
    let own = Prices::with(None).unwrap();
    let seoul = "ap-northeast-2";
    let estimate = Estimate::new(&billed, &assumptions, &own, seoul, &[1_000_000], false).unwrap();
    assert!(estimate.unpriced().contains(&Item::RestRequests), "{estimate:?}");
    let text = estimate.text("t.yaml", seoul, &billed, &assumptions, &own);
    assert!(text.contains("together, without what has no price"), "{text}");
    assert!(
        text.contains("API Gateway REST API calls: no price for ap-northeast-2 here; give one with --prices"),
        "{text}"
    );
    let more = "read = \"today\"\n[sources.mine]\npage = \"p\"\ncopy = \"c\"\nof = \"d\"\n[regions.ap-northeast-2]\n\
                rest-requests = { usd = 7, per = 1_000_000, unit = \"calls\", source = \"mine\" }\n";
    let given = Prices::with(Some(more)).unwrap();
    let estimate = Estimate::new(&billed, &assumptions, &given, seoul, &[1_000_000], false).unwrap();
    assert_eq!(estimate.lines[&Item::RestRequests], Some(vec![0.0, 7.0]));
}

#[test]
fn numbers_and_names_that_there_are_not_are_refused_with_what_to_write() {
    let refused = |text: &str, name: &str, value: f64| {
        Assumptions::read(text, &[(name.to_string(), value)]).unwrap_err().to_string()
    };
    assert!(refused("", "speed", 1.0).contains("unknown field `speed`"));
    assert!(refused("", "zones", -1.0).contains("write a number from 0, as zones = 1.5"));
    assert!(refused("duration_ms = \"long\"", "zones", 1.0).contains("duration_ms = 1.5"));
    let prices = |text: &str| Prices::with(Some(text)).unwrap_err().to_string();
    assert!(
        prices("read = \"x\"\n[regions.a]\nalarms = { usd = 1, unit = \"u\", source = \"s\" }").contains("[sources.s]")
    );
    assert!(prices("read = \"x\"\n[regions.a]\nbeer = { usd = 1, unit = \"u\", source = \"s\" }").contains("beer"));
    let own = Prices::with(None).unwrap();
    let new = |region: &str, load| {
        Estimate::new(&Billed::default(), &Assumptions::default(), &own, region, &[load], false)
            .unwrap_err()
            .to_string()
    };
    assert!(new("mars-1", 1).contains("there are ap-northeast-2, us-east-1"));
    assert!(new(REGION, 300_000_001).contains("more than 300000000"));
}

#[test]
fn a_template_says_what_is_paid_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let read = |text: &str| Billed::read(text, &root.join("infra/template.yaml"), &PreflightInput::default());
    let board = read(&std::fs::read_to_string(root.join("infra/template.yaml")).unwrap()).unwrap();
    let names: Vec<(&str, Architecture, bool)> = board
        .functions
        .iter()
        .map(|function| (function.name.as_str(), function.architecture, function.of_api))
        .collect();
    assert!(names.contains(&("board-api", Architecture::Arm64, true)), "{names:?}");
    assert!(names.contains(&("board-feed", Architecture::Arm64, false)), "{names:?}");
    assert_eq!((board.tables, board.recoverable_tables, board.log_days), (1, 1, Some(14.0)));
    assert!(board.nat_gateways == 0 && board.alarms > 0 && board.queues > 0 && board.distributions > 0, "{board:?}");
    let text = std::fs::read_to_string(root.join("infra/template.yaml")).unwrap();
    let given =
        [("Architecture", "x86_64"), ("PointInTimeRecovery", "false"), ("AlarmAddress", "somebody@example.com")];
    let parameters = given.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let input = PreflightInput { parameters, ..PreflightInput::default() };
    let other = Billed::read(&text, &root.join("infra/template.yaml"), &input).unwrap();
    assert!(other.functions.iter().all(|function| function.architecture == Architecture::X86));
    assert_eq!((other.tables, other.recoverable_tables), (1, 0));
    assert_eq!(other.not_counted, ["AlarmTopic: no price of AWS::SNS::Topic here"], "a budget that notifies is free");
    let parameters = [("ApiOn".to_string(), "own".to_string())].into();
    let input = PreflightInput { parameters, ..PreflightInput::default() };
    let own = Billed::read(&text, &root.join("infra/template.yaml"), &input).unwrap();
    assert_eq!((board.api_on_site, own.api_on_site, own.distributions), (true, false, 1));
    assert!(read("Resources: {Q: {Type: 'AWS::SQS::Queues'}}").is_err());
    for (network, endpoints, gateways) in [("none", 0, 0), ("endpoints", 2, 0), ("nat", 2, 1)] {
        let parameters = [("Network".to_string(), network.to_string())].into();
        let input = PreflightInput { parameters, ..PreflightInput::default() };
        let board = Billed::read(&text, &root.join("infra/template.yaml"), &input).unwrap();
        assert_eq!((board.gateway_endpoints, board.nat_gateways), (endpoints, gateways), "{network}");
        assert_eq!(board.not_counted, [""; 0], "{network}");
    }

    let network = "Resources:\n  Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  \
                   A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: 10.0.1.0/24}}\n  \
                   Address: {Type: AWS::EC2::EIP, Properties: {Domain: vpc}}\n  \
                   Nat: {Type: AWS::EC2::NatGateway, Properties: {SubnetId: !Ref A, AllocationId: !GetAtt Address.AllocationId}}\n";
    let network = read(network).unwrap();
    assert_eq!((network.nat_gateways, network.not_counted.len()), (1, 0), "{network:?}");
}

#[test]
fn the_region_that_is_taken_has_all_prices_and_lab_12_has_the_same() {
    let prices = Prices::with(None).unwrap();
    let list = prices.of(REGION).unwrap();
    assert_eq!(list.len(), 23, "a price for each item");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let lab: toml::Table =
        std::fs::read_to_string(root.join("solutions/solution-12/prices.toml")).unwrap().parse().unwrap();
    let cases = [
        ("api_million", Item::RestRequests),
        ("lambda_million", Item::LambdaRequests),
        ("gigabyte_second", Item::LambdaArm64),
    ];
    for (name, item) in cases {
        assert_eq!(lab[name].as_float(), Some(list[&item].usd), "{name}");
    }
}
