//! The way of a request through the local cloud: cold, warm, and from many clients at once; and through other emulators.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use local::cloud::{Boot, Cloud};
use local::programs::{Program, Programs};

use crate::cargo_lambda::{self, CargoLambda};
use crate::figure::{Bar, Figure, Measured, Times};
use crate::load::{self, CLIENTS, Load, Target};
use crate::ministack::{self, Ministack};
use crate::{profile, runtime};

/// How many cold starts are measured.
const COLD: usize = 9;
/// Requests of one kept-alive client.
const WARM: usize = 5_000;
/// Requests of each of many clients.
const EACH: usize = 500;
/// A slower server is asked less: its rate shows all the same.
const FEWER: usize = 10;
/// What a release build promises: requests a second of one client, and how much faster it is than the other emulator.
const RATE: Bar = Bar::AtLeast(2_000.0);
const TIMES: Bar = Bar::AtLeast(10.0);
/// How long a cold reply may take in a debug build, in ms.
const COLD_DEBUG: Bar = Bar::AtMost(150.0);

/// The local cloud, as it is shown.
const LOCAL: &str = concat!("the local cloud ", env!("CARGO_PKG_VERSION"));
/// What is measured of each server.
const ONE: &str = "one client";

pub(crate) fn measured() -> Measured {
    let runtime = runtime();
    let binaries = binaries();
    build(is_release());
    let mut measured = Measured::default();
    measured.condition("profile", profile());
    measured.condition("function", "the finished one of lab 01, which answers at once");
    let program = binaries.join(executable_of("01"));
    let own = runtime.block_on(warm(&program));
    take(&mut measured, LOCAL, own, is_release().then_some(RATE));
    compare(&mut measured, &runtime, &program);
    let cold: Times = (0..COLD).map(|_| runtime.block_on(first_reply(&binaries))).collect();
    let figure = Figure::new(LOCAL, "first reply of board-api, cold", cold.median(), "ms").from(cold.count());
    measured.figures.push(figure.held_to((!is_release()).then_some(COLD_DEBUG)));
    measured
}

/// The same function behind other emulators, and how they compare.
fn compare(measured: &mut Measured, runtime: &tokio::runtime::Runtime, program: &Path) {
    match Ministack::start(program) {
        Ok(other) => {
            // Its own language is what it serves fastest, so the comparison is made with that too.
            let functions = [("the same program", "/hello?name=Ada"), ("its own language, Python", "/python?name=Ada")];
            for (function, path) in functions {
                let name = format!("ministack {}, {function}", other.version);
                let target = Target::get(&other.url, path);
                take(measured, &name, runtime.block_on(load(&target, FEWER)), None);
                ratio(measured, &name, Some(TIMES));
            }
        }
        Err(why) => measured.lacks(format!("ministack {}", ministack::VERSION), why),
    }
    match CargoLambda::start() {
        Ok(other) => {
            let name = format!("cargo lambda watch {}, no gateway", other.version);
            take(measured, &name, runtime.block_on(load(&other.target(), FEWER)), None);
            ratio(measured, &name, None);
        }
        Err(why) => measured.lacks(format!("cargo lambda watch {}", cargo_lambda::VERSION), why),
    }
}

/// Notes what a server gave to one client and to many.
fn take(measured: &mut Measured, name: &str, given: Result<[Load; 2], String>, bar: Option<Bar>) {
    let [one, many] = match given {
        Ok(given) => given,
        Err(why) => return measured.lacks(name, why),
    };
    for (who, load, bar) in [(ONE.to_string(), one, bar), (format!("{CLIENTS} clients"), many, None)] {
        let count = load.times.count();
        let time = |what: &str, share| {
            Figure::new(name, format!("{who}, {what}"), load.times.percentile(share), "ms").from(count)
        };
        measured.figures.push(Figure::new(name, &who, load.rate, "requests/s").from(count).held_to(bar));
        measured.figures.extend([time("p50", 0.5), time("p99", 0.99)]);
    }
}

/// How much faster than `other` the local cloud answers one client.
fn ratio(measured: &mut Measured, other: &str, bar: Option<Bar>) {
    if let (Some(own), Some(value)) = (measured.value(LOCAL, ONE), measured.value(other, ONE)) {
        measured.ratios.push(Figure::ratio(LOCAL, other, ONE, own / value).held_to(bar));
    }
}

fn is_release() -> bool {
    profile() == "release"
}

/// Cargo puts all programs of a profile side by side.
fn binaries() -> PathBuf {
    let own = std::env::current_exe().expect("a program knows its own path");
    own.parent().expect("a folder").to_path_buf()
}

fn executable_of(lab: &str) -> String {
    format!("solution-{lab}{}", std::env::consts::EXE_SUFFIX)
}

/// Builds the functions that are measured, in the profile that measures.
fn build(release: bool) {
    let mut command = course::run::cargo();
    command.args(["build", "--quiet", "--package", "solution-01", "--package", "solution-05"]);
    command.current_dir(journeys::root()).args(release.then_some("--release"));
    assert!(command.status().expect("cargo runs").success(), "the functions build");
}

/// A cloud from the template of a lab, in which `binary` is every function. Its data is in memory.
pub(crate) async fn cloud(binary: &Path, lab: &str) -> Cloud {
    assert!(binary.is_file(), "{} is built", binary.display());
    let template = journeys::root().join(format!("solutions/solution-{lab}/template.yaml"));
    let boot = Boot::new(template, Programs::Given(Program::at(binary)));
    let boot = Boot { services: vec![dynamodb::SERVICE], ..boot };
    Cloud::boot(boot).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn first_reply(binaries: &Path) -> Duration {
    let cloud = cloud(&binaries.join(executable_of("05")), "05").await;
    let target = Target::get(&cloud.api_url().expect("the lab has an API"), "/board");
    let began = Instant::now();
    load::first(&target).await.unwrap_or_else(|why| panic!("board-api: {why}"));
    let took = began.elapsed();
    cloud.shutdown().await;
    took
}

/// The hello function of lab 01, warm.
async fn warm(program: &Path) -> Result<[Load; 2], String> {
    let cloud = cloud(program, "01").await;
    let target = Target::get(&cloud.api_url().expect("the lab has an API"), "/hello?name=Ada");
    let given = load(&target, 1).await;
    cloud.shutdown().await;
    given
}

/// What a server gives one client, and what many; with `fewer` times as few requests.
async fn load(target: &Target, fewer: usize) -> Result<[Load; 2], String> {
    let one = load::one(target, WARM / fewer).await?;
    Ok([one, load::many(target, EACH / fewer).await?])
}
