//! A page of the list on a small board and on a large one: as the board asks for it, by Query, and as one reads a table without a thought
//! for its keys, by Scan.
//!
//! What a call consumes is what DynamoDB bills, and depends on the items alone, so it is the same here as there. How long a call takes
//! here says how much is read; how long it takes there, only AWS can say.

use std::time::Instant;

use dynamodb::{DynamoDb, Tables};
use serde_json::{Value, json};

use crate::figure::{Bar, Figure, Measured, Times};
use crate::load::{self, Target};
use crate::{api_gateway, board_api, runtime};

/// Posts on the small board.
const FEW: usize = 100;
/// How often each page is asked for.
const PAGES: usize = 500;
/// How often the small board is scanned.
const SCANS: usize = 50;
/// What one `BatchWriteItem` takes.
const BATCH: usize = 25;
/// Batches on their way at once.
const AT_ONCE: usize = 8;
/// What is measured of a page.
const CAPACITY: &str = "capacity";
const TIME: &str = "read";

pub(crate) fn measured(posts: usize) -> Measured {
    let mut measured = Measured::default();
    let run = runtime().block_on(async {
        let query = board_api::query()?;
        measure(&mut measured, &query, FEW).await?;
        measure(&mut measured, &query, posts).await
    });
    if let Err(why) = run {
        measured.lacks("the list page", why);
        return measured;
    }
    let value = |subject: String, what| measured.value(&subject, what).unwrap_or_default();
    let small = value(query_of(FEW), CAPACITY);
    let ratios = [
        Figure::ratio(
            &scan_of(posts),
            &query_of(posts),
            CAPACITY,
            value(scan_of(posts), CAPACITY) / value(query_of(posts), CAPACITY),
        ),
        Figure::ratio(
            &query_of(posts),
            &query_of(FEW),
            TIME,
            value(query_of(posts), TIME) / value(query_of(FEW), TIME),
        ),
        Figure::ratio(
            &scan_of(posts),
            &query_of(posts),
            TIME,
            value(scan_of(posts), TIME) / value(query_of(posts), TIME),
        ),
    ];
    measured.ratios.extend(ratios);
    // The page costs the same, however many posts there are.
    let large = query_of(posts);
    for figure in measured.figures.iter_mut().filter(|figure| figure.subject == large && figure.what == CAPACITY) {
        figure.bar = Some(Bar::Exactly(small));
    }
    measured
}

fn query_of(posts: usize) -> String {
    format!("Query of {} posts", in_thousands(posts))
}

fn scan_of(posts: usize) -> String {
    format!("Scan of {} posts", in_thousands(posts))
}

/// `1000000` as `1,000,000`.
fn in_thousands(number: usize) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    parts.join(",")
}

/// A board of so many posts, in memory: on a disk that has to keep every write, a million of them take an hour.
async fn measure(measured: &mut Measured, query: &[u8], posts: usize) -> Result<(), String> {
    let program = board_api::executable()?;
    let cloud = api_gateway::cloud(&program, "05").await;
    let tables = DynamoDb::of(&cloud).tables().clone();
    let began = Instant::now();
    fill(&tables, posts).await?;
    let took = began.elapsed().as_secs_f64();
    // A million take minutes, and somebody waits.
    eprintln!("list: {} posts written in {took:.0} s", in_thousands(posts));
    measured.condition(&format!("writing {} posts", in_thousands(posts)), format!("{took:.1} s, 25 at a time"));

    let mut query: Value = serde_json::from_slice(query).map_err(|why| why.to_string())?;
    query["ReturnConsumedCapacity"] = "TOTAL".into();
    let mut times = Times::default();
    let mut capacity = 0.0;
    for _ in 0..PAGES {
        let began = Instant::now();
        let page = call(&tables, "Query", &query).await?;
        times.add(began.elapsed());
        capacity = consumed(&page)?;
    }
    let figure = |subject: &str, what: &str, value, unit| Figure::new(subject, what, value, unit);
    let name = query_of(posts);
    measured.figures.extend([
        figure(&name, CAPACITY, capacity, "read units"),
        figure(&name, TIME, times.median(), "ms").from(times.count()),
        figure(&name, "read, p99", times.percentile(0.99), "ms").from(times.count()),
    ]);
    let target = Target::get(&cloud.api_url().ok_or("the lab has no API")?, "/board?limit=20");
    let page = load::one(&target, PAGES).await?;
    measured.figures.extend([
        figure(&name, "GET /board", page.times.median(), "ms").from(page.times.count()),
        figure(&name, "GET /board, p99", page.times.percentile(0.99), "ms").from(page.times.count()),
    ]);

    let name = scan_of(posts);
    let scans = if posts > FEW { 1 } else { SCANS };
    let mut times = Times::default();
    let mut scanned = Scanned::default();
    for _ in 0..scans {
        let began = Instant::now();
        scanned = scan(&tables).await?;
        times.add(began.elapsed());
    }
    if scanned.items != posts {
        return Err(format!("a scan of {posts} posts read {} items", scanned.items));
    }
    measured.figures.extend([
        figure(&name, CAPACITY, scanned.capacity, "read units"),
        figure(&name, TIME, times.median(), "ms").from(times.count()),
        figure(&name, "calls", scanned.calls as f64, ""),
    ]);
    cloud.shutdown().await;
    Ok(())
}

/// Writes so many posts through the table's own door, as any caller would, but for the network.
async fn fill(tables: &Tables, posts: usize) -> Result<(), String> {
    let seconds: Vec<u32> =
        (0..u32::try_from(posts).map_err(|_| "too many posts; ask for fewer by --posts")?).collect();
    for round in seconds.chunks(BATCH * AT_ONCE) {
        let mut writes = tokio::task::JoinSet::new();
        for batch in round.chunks(BATCH) {
            let puts: Vec<Value> =
                batch.iter().map(|second| json!({ "PutRequest": { "Item": board_api::post(*second) } })).collect();
            let (tables, request) = (tables.clone(), json!({ "RequestItems": { "board": puts } }));
            writes.spawn(async move { call(&tables, "BatchWriteItem", &request).await });
        }
        while let Some(written) = writes.join_next().await {
            let written = written.map_err(|why| why.to_string())??;
            if written["UnprocessedItems"].as_object().is_some_and(|left| !left.is_empty()) {
                return Err("the table left posts unwritten".to_string());
            }
        }
    }
    Ok(())
}

/// What a whole scan read.
#[derive(Debug, Default)]
struct Scanned {
    capacity: f64,
    items: usize,
    calls: usize,
}

/// Reads the whole table, as a page of the newest posts needs it: the order of a scan is not that of time.
async fn scan(tables: &Tables) -> Result<Scanned, String> {
    let mut scanned = Scanned::default();
    let mut request = json!({ "TableName": "board", "ReturnConsumedCapacity": "TOTAL" });
    loop {
        let page = call(tables, "Scan", &request).await?;
        scanned.capacity += consumed(&page)?;
        scanned.items += page["Items"].as_array().map_or(0, Vec::len);
        scanned.calls += 1;
        if scanned.calls.is_multiple_of(50) {
            eprintln!("list: {} posts scanned", in_thousands(scanned.items));
        }
        if page["LastEvaluatedKey"].is_null() {
            return Ok(scanned);
        }
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"].clone();
    }
}

fn consumed(page: &Value) -> Result<f64, String> {
    page["ConsumedCapacity"]["CapacityUnits"].as_f64().ok_or_else(|| format!("no capacity in {page}"))
}

async fn call(tables: &Tables, operation: &str, request: &Value) -> Result<Value, String> {
    tables.call(operation, request).await.map_err(|why| format!("{operation}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 100, 1_000, 1_234_567].map(in_thousands), ["0", "100", "1,000", "1,234,567"]);
    }
}
