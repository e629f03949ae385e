//! The board's function itself, run as Lambda would run it, beside the same work in other languages.
//!
//! Each program gets the same events from the same Runtime API and the same answers from the same table; both are threads of this
//! program (`lambda`), so that nothing of AWS and nothing of the local cloud is measured. The programs take turns, so that what disturbs
//! the machine disturbs all of them.

mod lambda;
mod program;

use std::fs;
use std::path::Path;

use crate::figure::{Bar, Figure, Measured, Times};
use lambda::{Reply, get_event, post_event};
use program::{Program, Running};

pub(crate) use lambda::post;

/// The names of the programs, as they are shown.
const BOARD_API: &str = "board-api";
const NODE: &str = "Node with AWS's SDK";
const NODE_ALONE: &str = "Node alone";
const PYTHON: &str = "Python with boto3";
const C: &str = "C, the floor";

/// How often each program is started for each request.
const STARTS: usize = 21;
/// Warm invocations of each program with each request: so many times in turn, so many each time.
const TURNS: usize = 25;
const EACH: usize = 100;
/// Invocations of each that are not measured.
const FIRST: usize = 200;

/// A request.
struct Work {
    name: &'static str,
    method: &'static str,
    event: Vec<u8>,
}

/// The requests.
fn works() -> [Work; 2] {
    let bytes = |event: serde_json::Value| event.to_string().into_bytes();
    [
        Work { name: "POST /board", method: "POST", event: bytes(post_event()) },
        Work { name: "GET /board?limit=20", method: "GET", event: bytes(get_event()) },
    ]
}

/// What is promised of board-api: times in ms, how many times the floor a warm one is, sizes in MB.
const FIRST_REPLY: f64 = 8.0;
const WARM: f64 = 0.4;
const FLOORS: f64 = 4.0;
const MEMORY: f64 = 12.0;
const ZIP: f64 = 4.0;

pub(crate) fn measured() -> Measured {
    let mut measured = Measured::default();
    if let Err(why) = measure(&mut measured) {
        measured.lacks(BOARD_API, why);
    }
    measured
}

fn measure(measured: &mut Measured) -> Result<(), String> {
    let works = works();
    let board_api = Program::board_api()?;
    let recorded = tempfile::tempdir().map_err(|why| why.to_string())?;
    record(&board_api, &works, recorded.path())?;
    let mut programs = vec![board_api];
    let others = [
        (C, Program::in_c(recorded.path())),
        (NODE, Program::node_with_sdk()),
        (NODE_ALONE, Program::node_alone()),
        (PYTHON, Program::python()),
    ];
    for (name, program) in others {
        // One that cannot do the work at all is left out before anything is measured.
        match program
            .and_then(|program| works.iter().try_for_each(|work| once(&program, work).map(drop)).map(|()| program))
        {
            Ok(program) => programs.push(program),
            Err(why) => measured.lacks(name, why),
        }
    }
    let first = first_replies(&programs, &works)?;
    let (warm, memory) = warm(&programs, &works)?;
    for (at, program) in programs.iter().enumerate() {
        measured.condition(program.name, &program.versions);
        let is_ours = program.name == BOARD_API;
        let held = |bar: Bar| is_ours.then_some(bar);
        for (work, Work { name, .. }) in works.iter().enumerate() {
            let (first, warm) = (&first[at][work], &warm[at][work]);
            let figure = |what: &str, value| Figure::new(program.name, format!("{name}, {what}"), value, "ms");
            measured.figures.extend([
                figure("first reply", first.median()).from(first.count()).held_to(held(Bar::AtMost(FIRST_REPLY))),
                figure("warm p50", warm.median()).from(warm.count()).held_to(held(Bar::AtMost(WARM))),
                figure("warm p99", warm.percentile(0.99)).from(warm.count()),
            ]);
        }
        if let Some(memory) = memory[at] {
            let figure = Figure::new(program.name, "resident memory", memory, "MB");
            measured.figures.push(figure.held_to(held(Bar::AtMost(MEMORY))));
        }
        let zip = Figure::new(program.name, "zip", program.zipped()?, "MB");
        measured.figures.push(zip.held_to(held(Bar::AtMost(ZIP))));
    }
    compare(measured, &programs);
    Ok(())
}

/// How board-api stands to the floor and to the others.
fn compare(measured: &mut Measured, programs: &[Program]) {
    let ours: Vec<(String, f64)> = measured
        .figures
        .iter()
        .filter(|figure| figure.subject == BOARD_API && figure.what != "zip")
        .map(|figure| (figure.what.clone(), figure.value))
        .collect();
    for other in programs.iter().map(|program| program.name).filter(|name| *name != BOARD_API) {
        for (what, own) in &ours {
            let Some(value) = measured.value(other, what) else { continue };
            let ratio = match other {
                C if what.ends_with("warm p50") => {
                    Figure::ratio(BOARD_API, C, what, own / value).held_to(Bar::AtMost(FLOORS))
                }
                C => continue,
                // It does less: DynamoDB would refuse requests that nobody signed. So it is shown, and proves nothing.
                NODE_ALONE => Figure::ratio(other, BOARD_API, what, value / own),
                _ => Figure::ratio(other, BOARD_API, what, value / own).held_to(Bar::Above(1.0)),
            };
            measured.ratios.push(ratio);
        }
    }
}

/// Writes what board-api sends to the table and replies for each request, so that the floor can send the same bytes.
fn record(board_api: &Program, works: &[Work], folder: &Path) -> Result<(), String> {
    for work in works {
        let running = board_api.start()?;
        let reply = invoked(&running, &work.event)?;
        let asked = running.table.asked().ok_or("board-api asks the table for nothing")?;
        let request = [asked.head.as_bytes(), &asked.body].concat();
        for (what, bytes) in [("request", &request), ("reply", &reply.body)] {
            let file = folder.join(format!("{}.{what}", work.method));
            fs::write(&file, bytes).map_err(|why| format!("{}: {why}", file.display()))?;
        }
    }
    Ok(())
}

/// The Query with which board-api answers `GET /board?limit=20`, as it sends it.
pub(crate) fn query() -> Result<Vec<u8>, String> {
    let [_, get] = works();
    let running = Program::board_api()?.start()?;
    invoked(&running, &get.event)?;
    running.table.asked().map(|asked| asked.body).ok_or_else(|| "board-api asks the table for nothing".to_string())
}

/// board-api in the release profile.
pub(crate) fn executable() -> Result<std::path::PathBuf, String> {
    Program::board_api().map(|program| program.executable)
}

/// The first reply of a program that was started for it, which must be one that the caller can use.
fn once(program: &Program, work: &Work) -> Result<Reply, String> {
    let running = program.start()?;
    let mut reply = invoked(&running, &work.event).map_err(|why| format!("{}: {why}", work.name))?;
    reply.took = reply.arrived.duration_since(running.spawned);
    Ok(reply)
}

/// The reply to one event, if it is a good one.
fn invoked(running: &Running, event: &[u8]) -> Result<Reply, String> {
    running.runtime_api.hand_out(event);
    let reply = running.runtime_api.reply()?;
    let read: serde_json::Value = serde_json::from_slice(&reply.body).map_err(|why| format!("its reply: {why}"))?;
    match read["statusCode"].as_u64() {
        Some(200 | 201) => Ok(reply),
        _ => Err(format!("it replies {read}")),
    }
}

/// From the start of the process to the first reply, of each program for each request.
fn first_replies(programs: &[Program], works: &[Work]) -> Result<Vec<Vec<Times>>, String> {
    let mut times: Vec<Vec<Times>> = all_of(programs, works);
    for _ in 0..STARTS {
        for (of_program, program) in times.iter_mut().zip(programs) {
            for (of_work, work) in of_program.iter_mut().zip(works) {
                of_work.add(once(program, work).map_err(|why| format!("{}: {why}", program.name))?.took);
            }
        }
    }
    Ok(times)
}

/// From the event to the reply, of each program that has been at work for a while; and the memory of each at the end, in MB.
#[expect(clippy::type_complexity, reason = "two lists by program, and the first by request")]
fn warm(programs: &[Program], works: &[Work]) -> Result<(Vec<Vec<Times>>, Vec<Option<f64>>), String> {
    let running: Vec<Running> = programs.iter().map(Program::start).collect::<Result<_, _>>()?;
    let run = |at: usize, work: &Work, count: usize| {
        let took = |_| invoked(&running[at], &work.event).map(|reply| reply.took);
        (0..count).map(took).collect::<Result<Times, _>>().map_err(|why| format!("{}: {why}", programs[at].name))
    };
    let mut times = all_of(programs, works);
    for turn in 0..=TURNS {
        for (at, of_program) in times.iter_mut().enumerate() {
            for (of_work, work) in of_program.iter_mut().zip(works) {
                if turn == 0 {
                    run(at, work, FIRST)?;
                } else {
                    of_work.append(run(at, work, EACH)?);
                }
            }
        }
    }
    Ok((times, running.iter().map(Running::resident).collect()))
}

fn all_of(programs: &[Program], works: &[Work]) -> Vec<Vec<Times>> {
    programs.iter().map(|_| works.iter().map(|_| Times::default()).collect()).collect()
}
