//! Quantities at a load, times prices.

use std::collections::BTreeMap;

use stack::Architecture;

use crate::{Assumptions, Billed, BilledFunction, CostError, HOURS, Item, MOST_REQUESTS, Prices};

/// What a template costs a month in one region.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The loads, in requests of the API a month. The first is 0: at rest.
    pub loads: Vec<u64>,
    /// US dollars at each load; nothing where no price is known.
    pub lines: BTreeMap<Item, Option<Vec<f64>>>,
    /// What the ways out of a VPC would add.
    pub variants: Vec<(VpcVariant, Option<Vec<f64>>)>,
    /// Whether what is free has been taken off.
    pub free_tier: bool,
}

/// How a function in a VPC reaches DynamoDB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VpcVariant {
    /// By a gateway endpoint, which costs as much as no VPC.
    GatewayEndpoint,
    /// By an interface endpoint in each zone.
    InterfaceEndpoint,
    /// By a NAT gateway with its address in each zone.
    NatGateway,
}

type Quantities = BTreeMap<Item, f64>;

impl Estimate {
    /// The costs of `billed` in `region` at rest and at each of the `loads`.
    ///
    /// # Errors
    ///
    /// No prices of the region are known, or a load is above the first step of the prices.
    pub fn new(
        billed: &Billed,
        assumptions: &Assumptions,
        prices: &Prices,
        region: &str,
        loads: &[u64],
        free_tier: bool,
    ) -> Result<Estimate, CostError> {
        let list = prices.of(region)?;
        if let Some(load) = loads.iter().find(|load| **load > MOST_REQUESTS) {
            return Err(CostError(format!(
                "{load} requests a month are more than {MOST_REQUESTS}, above which prices fall in steps that are not here."
            )));
        }
        let loads: Vec<u64> = [0].into_iter().chain(loads.iter().copied()).collect();
        let cost = |item: Item, quantities: &[Quantities]| {
            let price = list.get(&item)?;
            let of = |quantities: &Quantities| {
                let free = if free_tier { free(item, quantities, prices) } else { 0.0 };
                (quantities[&item] - free).max(0.0) * price.usd / price.per
            };
            Some(quantities.iter().map(of).collect::<Vec<f64>>())
        };
        let of = |quantities: Vec<Quantities>| -> BTreeMap<Item, Option<Vec<f64>>> {
            let items: Vec<Item> = quantities.first().map(|first| first.keys().copied().collect()).unwrap_or_default();
            items.into_iter().map(|item| (item, cost(item, &quantities))).collect()
        };
        let lines = of(loads.iter().map(|load| quantities(billed, assumptions, *load as f64)).collect());
        let variants = [VpcVariant::GatewayEndpoint, VpcVariant::InterfaceEndpoint, VpcVariant::NatGateway];
        let variants = variants.map(|variant| {
            let lines = of(loads.iter().map(|load| variant.quantities(assumptions, *load as f64)).collect());
            (variant, sum(lines.values(), loads.len()))
        });
        Ok(Estimate { loads, lines, variants: variants.into(), free_tier })
    }

    /// US dollars at each load, of everything that has a price.
    pub fn totals(&self) -> Vec<f64> {
        let priced = self.lines.values().filter(|line| line.is_some());
        sum(priced, self.loads.len()).unwrap_or_default()
    }

    /// What has no price.
    pub fn unpriced(&self) -> Vec<Item> {
        self.lines.iter().filter(|(_, line)| line.is_none()).map(|(item, _)| *item).collect()
    }
}

/// All lines together; nothing if one of them has no price.
fn sum<'l>(lines: impl Iterator<Item = &'l Option<Vec<f64>>>, columns: usize) -> Option<Vec<f64>> {
    let mut totals = vec![0.0; columns];
    for line in lines {
        for (total, cost) in totals.iter_mut().zip(line.as_ref()?) {
            *total += cost;
        }
    }
    Some(totals)
}

/// Units of `item` that are free.
fn free(item: Item, quantities: &Quantities, prices: &Prices) -> f64 {
    let units = prices.free.get(&item).map_or(0.0, |free| free.units);
    // Both architectures share what is free of time, and nobody gets it twice.
    let taken = if item == Item::LambdaX86 { quantities.get(&Item::LambdaArm64).copied().unwrap_or(0.0) } else { 0.0 };
    (units - taken).max(0.0)
}

/// What is counted in a month with `requests` of the API.
fn quantities(billed: &Billed, assumptions: &Assumptions, requests: f64) -> Quantities {
    let mut all = Quantities::new();
    let mut add = |item, quantity| *all.entry(item).or_insert(0.0) += quantity;
    let of_api: Vec<&BilledFunction> = billed.functions.iter().filter(|function| function.of_api).collect();
    let of_stream: Vec<&BilledFunction> = billed.functions.iter().filter(|function| function.of_stream).collect();
    let records = requests * assumptions.stream_records;
    if billed.has_api {
        add(Item::RestRequests, requests);
        add(Item::DataOut, gigabytes(requests * assumptions.answer_bytes));
    }
    // The functions of an API share its requests. Each one of a stream gets every record.
    for function in &of_api {
        let share = requests / of_api.len() as f64;
        add(Item::LambdaRequests, share);
        add(time_on(function.architecture), share * gigabyte_seconds(function.memory_size, assumptions.duration_ms));
    }
    for function in &of_stream {
        add(Item::LambdaRequests, records);
        let time = gigabyte_seconds(function.memory_size, assumptions.stream_duration_ms);
        add(time_on(function.architecture), records * time);
    }
    if billed.tables > 0 {
        add(Item::TableReads, requests * assumptions.read_units);
        let of_streams = records * assumptions.stream_write_units * of_stream.len() as f64;
        add(Item::TableWrites, requests * assumptions.write_units + of_streams);
        add(Item::TableStorage, billed.tables as f64 * assumptions.table_gb);
    }
    if billed.recoverable_tables > 0 {
        add(Item::TableRecovery, billed.recoverable_tables as f64 * assumptions.table_gb);
    }
    let files = requests * assumptions.page_requests;
    if billed.buckets > 0 {
        add(Item::BucketStorage, billed.buckets as f64 * assumptions.bucket_gb);
        add(Item::BucketPuts, billed.buckets as f64 * assumptions.bucket_puts);
    }
    if billed.distributions > 0 {
        add(Item::BucketGets, files * assumptions.page_misses);
        add(Item::SiteRequests, files);
        add(Item::SiteDataOut, gigabytes(files * assumptions.page_bytes));
    }
    if billed.api_on_site {
        // What API Gateway sends to CloudFront stays counted above: that it costs nothing is not confirmed.
        add(Item::SiteRequests, requests);
        add(Item::SiteDataOut, gigabytes(requests * assumptions.answer_bytes));
    }
    if billed.queues > 0 {
        add(Item::QueueRequests, billed.queues as f64 * assumptions.queue_requests);
    }
    if !billed.functions.is_empty() {
        let written = gigabytes(requests * assumptions.log_bytes);
        add(Item::LogIngestion, written);
        // Without an end, what the first month leaves.
        add(Item::LogStorage, written * billed.log_days.unwrap_or(30.0) / 30.0);
    }
    if billed.alarms > 0 {
        add(Item::Alarms, billed.alarms as f64);
    }
    let moved = gigabytes(requests * assumptions.vpc_bytes);
    if billed.nat_gateways > 0 {
        // The functions call DynamoDB and S3, to which a gateway endpoint is the shorter way.
        let by_nat = if billed.gateway_endpoints > 0 { 0.0 } else { moved };
        add_nat(&mut add, billed.nat_gateways as f64, by_nat);
    }
    if billed.endpoints > 0 {
        add_endpoints(&mut add, billed.endpoints as f64, moved);
    }
    all
}

impl VpcVariant {
    fn quantities(self, assumptions: &Assumptions, requests: f64) -> Quantities {
        let mut all = Quantities::new();
        let mut add = |item, quantity| *all.entry(item).or_insert(0.0) += quantity;
        let moved = gigabytes(requests * assumptions.vpc_bytes);
        match self {
            VpcVariant::GatewayEndpoint => {}
            VpcVariant::InterfaceEndpoint => add_endpoints(&mut add, assumptions.zones, moved),
            VpcVariant::NatGateway => add_nat(&mut add, assumptions.zones, moved),
        }
        all
    }
}

fn add_nat(add: &mut impl FnMut(Item, f64), gateways: f64, moved: f64) {
    add(Item::NatHours, gateways * HOURS);
    add(Item::NatData, moved);
    add(Item::AddressHours, gateways * HOURS);
}

fn add_endpoints(add: &mut impl FnMut(Item, f64), zones: f64, moved: f64) {
    add(Item::EndpointHours, zones * HOURS);
    add(Item::EndpointData, moved);
}

fn time_on(architecture: Architecture) -> Item {
    match architecture {
        Architecture::Arm64 => Item::LambdaArm64,
        Architecture::X86 => Item::LambdaX86,
    }
}

fn gigabyte_seconds(megabytes: u32, milliseconds: f64) -> f64 {
    f64::from(megabytes) / 1024.0 * milliseconds / 1000.0
}

fn gigabytes(bytes: f64) -> f64 {
    bytes / 1e9
}
