//! Many answers to one lab, each compiled by the call of `rustc` by which Cargo compiled the solved lab, and judged by the solved lab's
//! own check.
//!
//! Hundreds of wrong answers differ from the solved labs in one file each. Asking Cargo about every one of them would look at the same
//! three hundred packages hundreds of times, link the same check as often, and do it all on one core, because Cargo locks its
//! folder. So the solved lab is built by Cargo once, when somebody first asks for it; the calls are kept by `rustc-recorder`, and each
//! answer is compiled by them in a folder of its own, as many at once as there are cores. Of a lab's crates only those are compiled that the
//! answer is in; one in a template or a page needs no compiler at all.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use course::generation::replace;
use course::lab::{Files, Lab, read_tree};
use course::run::Run;
use course::scratch::Scratch;

use crate::memory::Memory;
use crate::scratch;

/// Of what Cargo says to the compiler, what is about its own work: how to report, where to put things.
const CARGOS_OWN: [&str; 4] = ["--error-format", "--json", "--diagnostic-width", "--out-dir"];

/// How answers are compiled besides. Nobody reads a backtrace of one, so it has no names and no lines. Several are linked at once, and
/// a linker with threads of its own takes more of the machine for the same work. Where `rustc` brings LLVM's linker, that is asked for one.
const CHEAPLY: &[&str] = if cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
    &["-C", "debuginfo=0", "-C", "strip=symbols", "-C", "link-arg=-Wl,--threads=1"]
} else {
    &["-C", "debuginfo=0", "-C", "strip=symbols"]
};

/// How long a check may take. The slowest takes two seconds alone; here others run beside it.
const LONGEST: Duration = Duration::from_secs(120);

/// A lab to be judged.
#[derive(Debug)]
pub(crate) struct Solved {
    pub(crate) lab: Lab,
    built: OnceLock<Built>,
}

impl Solved {
    pub(crate) fn of(lab: Lab) -> Solved {
        Solved { lab, built: OnceLock::new() }
    }

    /// What Cargo makes of the solved lab. It is built when the first asks; meanwhile others wait.
    ///
    /// # Panics
    ///
    /// When it cannot be built: no answer to it can be judged.
    fn built(&self) -> &Built {
        self.built.get_or_init(|| built(&scratch(), &self.lab).unwrap())
    }

    /// What the check said of the lab with `files`, if it was as expected and nothing is another since.
    pub(crate) fn remembered(&self, files: &Files) -> Option<Run> {
        self.built().memory.run(files)
    }

    /// Remembers what the check said of the lab with `files`: it was as expected.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub(crate) fn remember(&self, files: &Files, run: &Run) -> io::Result<()> {
        self.built().memory.remember(files, run)
    }

    /// What the lab's check says of the lab as it was built, and what the compiler did.
    ///
    /// # Errors
    ///
    /// As of [`Solved::judge`].
    pub(crate) fn run(&self, workspace: &Path) -> io::Result<Run> {
        let mut run = self.judge(workspace, self.lab.solved())?;
        run.build.insert_str(0, &self.built().said);
        Ok(run)
    }

    /// What the lab's check says of `files`, which stand in `workspace` then, and the compiler of those crates that are others.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written, the compiler's words for files that it refuses, or a check that does not end.
    pub(crate) fn judge(&self, workspace: &Path, mut files: Files) -> io::Result<Run> {
        let Built { calls, products, .. } = self.built();
        let begun = Instant::now();
        let mut said = String::new();
        let package = workspace.join("labs").join(self.lab.name());
        let solved = self.lab.solved();
        let changed: Vec<String> = files
            .iter()
            .filter(|(path, bytes)| solved.get(*path) != Some(*bytes))
            .map(|(path, _)| path.clone())
            .collect();
        let changed = changed.iter().map(String::as_str).collect();
        let library = calls.iter().find(|call| call.is_library);
        files.extend(tests_of(&self.lab)?);
        replace(&package, &files)?;
        let out = workspace.join("out");
        if out.is_dir() {
            fs::remove_dir_all(&out)?;
        }
        fs::create_dir_all(&out)?;
        for call in calls.iter().filter(|call| !call.is_test) {
            if call.reads(&changed, library) {
                said += &call.repeat(workspace, &package)?;
            } else {
                fs::hard_link(products.join(call.product()), out.join(call.product()))?;
            }
        }
        let mut check = Command::new(products.join(format!("check{}", std::env::consts::EXE_SUFFIX)));
        check.current_dir(&package).env("KIT_WORKSPACE", workspace);
        let mut run = Run::read(&output_of(check)?, begun.elapsed());
        run.build.insert_str(0, &said);
        Ok(run)
    }
}

/// A solved lab, built by Cargo.
#[derive(Debug)]
struct Built {
    /// What the compiler said.
    said: String,
    /// How its crates were compiled, the library before the programs.
    calls: Vec<Call>,
    /// Its check, its library and its programs.
    products: PathBuf,
    memory: Memory,
}

/// One call of `rustc`.
#[derive(Debug)]
struct Call {
    args: Vec<String>,
    variables: Vec<(String, String)>,
    is_test: bool,
    is_library: bool,
    /// The files of the lab that it read, as `src/main.rs`.
    sources: BTreeSet<String>,
}

impl Call {
    fn read(file: &Path) -> io::Result<Call> {
        let text = fs::read_to_string(file)?;
        let (args, variables) = text.split_once("\0\0").unwrap_or((&text, ""));
        let kind = file.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
        let mut call = Call {
            args: args.split('\0').map(str::to_string).collect(),
            variables: variables
                .split('\0')
                .filter_map(|entry| entry.split_once('='))
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            is_test: kind == "test",
            is_library: kind == "lib",
            sources: BTreeSet::new(),
        };
        let rules = fs::read_to_string(Path::new(call.after("--out-dir")).join(format!("{}.d", call.stem())))?;
        let lab = call.variables.iter().find(|(name, _)| name == "CARGO_PKG_NAME").map_or("", |(_, name)| name);
        let folder = format!("labs/{lab}/");
        // `rustc` gives each file that it read a line of its own.
        let files = rules.lines().filter_map(|line| line.strip_suffix(':')?.strip_prefix(&folder));
        call.sources = files.map(str::to_string).collect();
        Ok(call)
    }

    /// Whether it is another crate where `changed` files are others: its own, or the library's that it is linked with.
    fn reads(&self, changed: &BTreeSet<&str>, library: Option<&Call>) -> bool {
        let is_in = |call: &Call| changed.iter().any(|file| *file == "Cargo.toml" || call.sources.contains(*file));
        is_in(self) || library.is_some_and(is_in)
    }

    fn after(&self, name: &str) -> &str {
        self.args.iter().skip_while(|arg| *arg != name).nth(1).map_or("", String::as_str)
    }

    fn codegen(&self, name: &str) -> &str {
        self.args.iter().find_map(|arg| arg.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
    }

    /// The file's name as `rustc` makes it, without an ending.
    fn stem(&self) -> String {
        format!("{}{}", self.after("--crate-name"), self.codegen("extra-filename"))
    }

    /// The file that `rustc` makes.
    fn made(&self) -> String {
        match self.is_library {
            true => format!("lib{}.rlib", self.stem()),
            false => format!("{}{}", self.stem(), std::env::consts::EXE_SUFFIX),
        }
    }

    /// The file as it is used: a library as it was made, a program under its own name, which has hyphens.
    fn product(&self) -> String {
        if self.is_library {
            return self.made();
        }
        let name = self.variables.iter().find(|(name, _)| name == "CARGO_BIN_NAME").map_or("check", |(_, name)| name);
        format!("{name}{}", std::env::consts::EXE_SUFFIX)
    }

    /// Compiles the crate as it stands in `workspace`, into its folder `out`, and gives the compiler's warnings.
    fn repeat(&self, workspace: &Path, package: &Path) -> io::Result<String> {
        let out = workspace.join("out");
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.current_dir(workspace).arg("--out-dir").arg(&out);
        rustc.arg("-C").arg(format!("incremental={}", workspace.join("incremental").display()));
        let mut args = self.args.iter().peekable();
        while let Some(arg) = args.next() {
            let own = CARGOS_OWN.iter().find(|own| arg.split('=').next() == Some(**own));
            if own.is_some() {
                args.next_if(|_| !arg.contains('='));
            } else if arg == "-C" && args.peek().is_some_and(|next| next.starts_with("incremental=")) {
                args.next();
            } else {
                rustc.arg(self.own_library(arg, &out));
            }
        }
        for (name, value) in self.variables.iter().filter(|(name, _)| !name.starts_with("CARGO_MANIFEST")) {
            rustc.env(name, value);
        }
        // Behind Cargo's, so that these hold.
        let output = rustc.args(CHEAPLY).env("CARGO_MANIFEST_DIR", package).output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            return Err(io::Error::other(said));
        }
        fs::rename(out.join(self.made()), out.join(self.product()))?;
        Ok(said)
    }

    /// A program is linked with the library that the answer made, not with the solved lab's.
    fn own_library(&self, arg: &str, out: &Path) -> String {
        let package = self.variables.iter().find(|(name, _)| name == "CARGO_PKG_NAME").map_or("", |(_, name)| name);
        let library = package.replace('-', "_");
        match arg.split_once('=') {
            Some((name, file)) if name == library => {
                let file = Path::new(file).file_name().unwrap_or_default();
                format!("{name}={}", out.join(file).display())
            }
            _ => arg.to_string(),
        }
    }
}

/// A workspace whose Cargo writes down how it calls the compiler for the labs themselves.
pub(crate) fn recording(scratch: Scratch) -> Scratch {
    let records = records(&scratch);
    scratch.with("RUSTC_WORKSPACE_WRAPPER", env!("CARGO_BIN_EXE_rustc-recorder")).with("RUSTC_RECORDS", records)
}

fn records(scratch: &Scratch) -> PathBuf {
    scratch.folder().join("records")
}

/// Builds the solved lab as `cargo test -p lab-NN` does, and keeps what was made and how.
///
/// # Errors
///
/// A file that cannot be read or written, or a lab that does not compile.
fn built(scratch: &Scratch, lab: &Lab) -> io::Result<Built> {
    scratch.put(lab, lab.solved())?;
    let said = scratch.build_check(lab)?;
    let files: Vec<PathBuf> =
        fs::read_dir(records(scratch).join(lab.name()))?.flatten().map(|entry| entry.path()).collect();
    let mut calls = files.iter().map(|file| Call::read(file)).collect::<io::Result<Vec<_>>>()?;
    calls.sort_by_key(|call| !call.is_library);
    let products = scratch.folder().join("solved").join(lab.name());
    fs::create_dir_all(&products)?;
    for call in &calls {
        // A copy: Cargo writes its own again whenever the lab changes.
        fs::copy(Path::new(call.after("--out-dir")).join(call.made()), products.join(call.product()))?;
    }
    let memory = Memory::of(&scratch.folder().join("remembered").join(lab.name()), made_of(lab, &calls, &products)?)?;
    Ok(Built { said, calls, products, memory })
}

/// The lab's own `tests/`, which no answer changes.
fn tests_of(lab: &Lab) -> io::Result<Files> {
    let tests = read_tree(&lab.folder().join("tests"))?;
    Ok(tests.into_iter().map(|(path, bytes)| (format!("tests/{path}"), bytes)).collect())
}

/// All that a check says of an answer depends on, besides the answer and the compiler.
fn made_of(lab: &Lab, calls: &[Call], products: &Path) -> io::Result<Files> {
    let mut made_of = read_tree(products)?;
    made_of.extend(tests_of(lab)?);
    made_of.extend(lab.solved().into_iter().map(|(path, bytes)| (format!("solved/{path}"), bytes)));
    for call in calls {
        let linked =
            call.args.iter().filter_map(|arg| Some(Path::new(arg.split_once('=')?.1))).filter(|file| file.is_file());
        // A library's name says which version it is, and its time whether it was compiled again: they are hundreds of megabytes.
        let times =
            linked.filter_map(|file| Some(format!("{:?} {}", file.metadata().ok()?.modified().ok()?, file.display())));
        let text = format!("{:?}\n{:?}\n{:?}\n{CHEAPLY:?}", call.args, call.variables, times.collect::<Vec<_>>());
        made_of.insert(format!("calls/{}", call.stem()), text.into_bytes());
    }
    Ok(made_of)
}

/// What a check prints, unless it does not end: an answer may make it wait for ever.
fn output_of(mut check: Command) -> io::Result<Output> {
    let mut check = check.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (sender, outputs) = mpsc::channel();
    let (stdout, stderr) = (check.stdout.take(), check.stderr.take());
    reading(stdout, 0, sender.clone());
    reading(stderr, 1, sender);
    let deadline = Instant::now() + LONGEST;
    let mut read = [Vec::new(), Vec::new()];
    for _ in 0..read.len() {
        let Ok((index, bytes)) = outputs.recv_timeout(deadline.saturating_duration_since(Instant::now())) else {
            check.kill()?;
            check.wait()?;
            let what = format!("the check did not end within {} seconds", LONGEST.as_secs());
            return Err(io::Error::new(io::ErrorKind::TimedOut, what));
        };
        read[index] = bytes?;
    }
    let [stdout, stderr] = read;
    Ok(Output { status: check.wait()?, stdout, stderr })
}

/// Reads one output of a check to its end, on a thread of its own: a process whose pipe is full waits for ever.
fn reading<R: Read + Send + 'static>(source: Option<R>, index: usize, to: mpsc::Sender<(usize, io::Result<Vec<u8>>)>) {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = source.map_or(Ok(0), |mut source| source.read_to_end(&mut bytes)).map(|_| bytes);
        // Nobody listens any more where the check was ended.
        let _ = to.send((index, read));
    });
}

/// What the checks of `labs` say of each of `answers`: the index of its lab, and its files. In their order. What is remembered is not
/// asked again.
///
/// # Errors
///
/// A file that cannot be read or written, or the compiler's words for an answer that it refuses.
pub(crate) fn judged(folder: &Path, labs: &[Solved], answers: Vec<(usize, Files)>) -> Vec<io::Result<Run>> {
    // One more than there are cores: checks also wait, for time limits and databases.
    let workers = thread::available_parallelism().map_or(2, |cores| cores.get() + 1);
    let mut queues: Vec<VecDeque<(usize, Files)>> = labs.iter().map(|_| VecDeque::new()).collect();
    for (index, (lab, files)) in answers.into_iter().enumerate() {
        queues[lab].push_back((index, files));
    }
    let runs = Mutex::new(Vec::new());
    let queues = Mutex::new(queues);
    thread::scope(|scope| {
        for worker in 0..workers {
            let (queues, runs) = (&queues, &runs);
            let workspace = folder.join(format!("answers-{worker}"));
            scope.spawn(move || {
                let next = || next_of(&mut queues.lock().unwrap_or_else(PoisonError::into_inner), worker, workers);
                while let Some((lab, index, files)) = next() {
                    let run = labs[lab].remembered(&files).map_or_else(|| labs[lab].judge(&workspace, files), Ok);
                    runs.lock().unwrap_or_else(PoisonError::into_inner).push((index, run));
                }
            });
        }
    });
    let mut runs = runs.into_inner().unwrap_or_else(PoisonError::into_inner);
    runs.sort_by_key(|(index, _)| *index);
    runs.into_iter().map(|(_, run)| run).collect()
}

/// The next answer of a lab that is this worker's own: where it has compiled one, the others take a quarter of the time. When those are
/// done, one of the lab that has most left.
fn next_of(queues: &mut [VecDeque<(usize, Files)>], worker: usize, workers: usize) -> Option<(usize, usize, Files)> {
    let own = (worker..queues.len()).step_by(workers).find(|lab| !queues[*lab].is_empty());
    let lab = own.or_else(|| (0..queues.len()).max_by_key(|lab| queues[*lab].len()))?;
    queues[lab].pop_front().map(|(index, files)| (lab, index, files))
}
