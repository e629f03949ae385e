//! `drill`: a board that is broken, what a caller says about it, and a judgement of the repair.
//!
//! `drill 04` writes the broken files into `.workbook/drills/04`, runs their board with data of its own, and deploys the template again
//! at every save. `drill 04 check` judges the files on a fresh board (`judge`), and once they hold asks for symptom, hop, cause and
//! the line that proves it. What a drill is made of is in `course::drills`; what is remembered of it, in `record`.

mod alarm;
mod board;
mod code;
mod judge;
mod record;
mod requests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::{Args, Subcommand};
use course::drills::{CLIENT, Drill, DrillFiles, TEMPLATE, drills};
use course::lab::Lab;
use local::cloud::Cloud;
use local::programs::build::Workspace;

use crate::error::{Error, quoted};
use crate::output::{harmless, note, say};
use crate::ready::Addresses;
use crate::running::{self, Target};
use crate::signals::Signals;
use crate::up;
use crate::whiteboard::Tongue;
use board::{DEPLOYED, DrillDeployment};
use code::CodeBuild;
pub use record::DrillRecord;
use record::DrillState;
use requests::{Places, Reply, RequestText};

/// The folder of a drill's folder with the code, where the fault is there.
const SOURCES: &str = "src";
/// How often it is looked whether something was saved.
const EVERY: Duration = Duration::from_millis(100);

/// Which drill, and what to do with it.
#[derive(Debug, Args)]
#[command(subcommand_negates_reqs = true)]
pub struct DrillOptions {
    /// The drill's number, such as 04; without one, all drills are listed
    number: Option<String>,
    /// The language of the complaint
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    language: Tongue,
    /// Where files and results are kept [default: .workbook in the workbook's folder]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    step: Option<DrillStep>,
}

/// What to do with a drill; without one, its board is run.
#[derive(Debug, Subcommand)]
enum DrillStep {
    /// Judge the repair, and answer what it was
    Check {
        /// The numbers of your answers, as in 2,1,3 [default: asked for]
        #[arg(long, value_delimiter = ',')]
        answers: Vec<usize>,
        /// The line that proves the cause [default: asked for]
        #[arg(long)]
        evidence: Option<String>,
    },
    /// Send what the caller's program sends (client.http) to the board that runs, and show the answers
    Send,
    /// Help a little, and a little more each time
    Hint,
    /// Begin again with the broken files; yours are kept aside
    Reset,
}

/// Where the workbook lies, and where files and results of drills are kept.
struct DrillFolders {
    root: PathBuf,
    kept: PathBuf,
    /// What follows a command that is to find them, as ` --folder DIR`; empty where it finds them by itself.
    option: String,
}

impl DrillFolders {
    fn of(root: &Path, chosen: Option<PathBuf>) -> DrillFolders {
        let root = root.to_path_buf();
        match chosen {
            None => DrillFolders { kept: root.join(".workbook"), root, option: String::new() },
            Some(kept) => {
                let kept = std::path::absolute(&kept).unwrap_or(kept);
                let option = format!(" --folder {}", quoted(&kept.to_string_lossy()));
                DrillFolders { root, kept, option }
            }
        }
    }

    /// Where the files of a drill lie that a learner repairs.
    fn of_drill(&self, drill: &Drill) -> PathBuf {
        self.kept.join("drills").join(&drill.number)
    }

    fn record(&self) -> Result<DrillRecord, Error> {
        DrillRecord::read(&self.kept)
    }

    /// What to type for `step` of a drill, such as ` check`.
    fn command(&self, drill: &Drill, step: &str) -> String {
        format!("cargo workbook drill {}{}{step}", drill.number, self.option)
    }
}

/// Runs the command. False when a repair does not hold, or an answer is wrong.
///
/// # Errors
///
/// A drill that there is not, a board that does not start, a file that cannot be read or written.
pub async fn run(root: &Path, options: DrillOptions) -> Result<bool, Error> {
    let folders = DrillFolders::of(root, options.folder);
    let all = drills(root)?;
    let Some(number) = &options.number else {
        if options.step.is_some() {
            return Err(Error::new("Which drill?", "Say its number: cargo workbook drill 04 check"));
        }
        list(&all, &folders.record()?);
        return Ok(true);
    };
    let drill = chosen(&all, number)?;
    match options.step {
        None => serve(&folders, drill, options.language).await.map(|()| true),
        Some(DrillStep::Check { answers, evidence }) => check(&folders, drill, &answers, evidence).await,
        Some(DrillStep::Send) => send(&folders, drill).await.map(|()| true),
        Some(DrillStep::Hint) => hint(&folders, drill).map(|()| true),
        Some(DrillStep::Reset) => reset(&folders, drill).map(|()| true),
    }
}

fn list(all: &[Drill], record: &DrillRecord) {
    let widest = all.iter().map(|drill| drill.title.chars().count()).max().unwrap_or_default();
    for drill in all {
        let state = record.state(&drill.number).unwrap_or("-");
        say!("  {}  {:<widest$}  {:>2} min  {state}", drill.number, drill.title, drill.minutes);
    }
    let next = all.iter().find(|drill| record.state(&drill.number) != Some("solved"));
    match next {
        Some(drill) => say!("\nBegin one: cargo workbook drill {}", drill.number),
        None => say!("\nEvery drill is solved. Once more: cargo workbook drill 01 reset"),
    }
}

/// The drill of this number; `4` means `04`.
fn chosen<'d>(all: &'d [Drill], number: &str) -> Result<&'d Drill, Error> {
    let same = |drill: &&Drill| drill.number.parse::<u8>().ok() == number.parse::<u8>().ok();
    let found = all.iter().find(|drill| number.parse::<u8>().is_ok() && same(drill));
    found.ok_or_else(|| Error::new(format!("There is no drill {number}."), "See which there are: cargo workbook drill"))
}

/// Runs the drill's board until Ctrl-C, and deploys its template at every save.
async fn serve(folders: &DrillFolders, drill: &Drill, language: Tongue) -> Result<(), Error> {
    let mut signals = Signals::received()?;
    let root = &folders.root;
    let folder = folders.of_drill(drill);
    let data = folder.join("data");
    put(root, drill, &folder)?;
    folders.record()?.begun(&drill.number)?;
    let mut code = DrillCode { folders, drill, lab: drill.lab(root)?, package: folder.clone() };
    let booted = tokio::select! {
        booted = booted(&mut code, &data) => booted,
        () = signals.next() => return Ok(()),
    };
    let mut cloud = booted?;
    running::announce(&data, &addresses(drill, &cloud, &data))?;
    tokio::select! {
        () = live(&code, &mut cloud, language) => {}
        () = signals.next() => {}
    }
    running::withdraw(&data);
    tokio::select! {
        () = cloud.shutdown() => {}
        () = signals.ctrl_c() => std::process::exit(130),
    }
    say!("\nStopped. Go on: {}", folders.command(drill, ""));
    Ok(())
}

/// The board of a drill, with code that was built before where the learner has it.
async fn booted(code: &mut DrillCode<'_>, data: &Path) -> Result<Cloud, Error> {
    let (root, drill) = (&code.folders.root, code.drill);
    let mut workspace = workspace(root)?;
    match code.build().await? {
        Some(CodeBuild::Built(built)) => (code.package, workspace) = (built.package, built.workspace),
        Some(CodeBuild::Refused(why)) => {
            let reset = code.folders.command(drill, " reset");
            return Err(Error::again(why, &format!("Mend it in {}, or begin anew ({reset})", shown(&code.theirs()))));
        }
        None => {}
    }
    let cloud = board::boot(root, drill, &code.package, Some(data.to_path_buf()), workspace).await;
    cloud.map_err(|why| why.naming(&code.package.join(TEMPLATE), &code.theirs().join(TEMPLATE)))
}

/// What a drill's board is made of: the learner's folder, or the package that is built from it.
struct DrillCode<'d> {
    folders: &'d DrillFolders,
    drill: &'d Drill,
    lab: Option<Lab>,
    /// Where the template is that is deployed, with the code where there is some.
    package: PathBuf,
}

impl DrillCode<'_> {
    /// The learner's folder.
    fn theirs(&self) -> PathBuf {
        self.folders.of_drill(self.drill)
    }

    /// Builds what the learner has saved; nothing where the drill has no code.
    async fn build(&self) -> Result<Option<CodeBuild>, Error> {
        let Some(lab) = &self.lab else { return Ok(None) };
        let files = files(self.folders, self.drill)?;
        code::built(&self.folders.root, self.drill, lab, &files, &workspace(&self.folders.root)?, "").await.map(Some)
    }

    /// Builds and deploys what the learner has saved, and shows how that went.
    async fn deploy(&self, cloud: &mut Cloud) {
        match self.build().await {
            Ok(None | Some(CodeBuild::Built(_))) => {}
            Ok(Some(CodeBuild::Refused(why))) => return say!("{why}\nNothing was deployed; the board runs as before."),
            Err(why) => return note!("{why}"),
        }
        let template = self.package.join(TEMPLATE);
        let mut deployment = board::deploy(cloud, template.clone()).await;
        // Theirs is the one to mend, not the copy that was built.
        let theirs = self.theirs().join(TEMPLATE).display().to_string();
        let of_theirs = |why: String| why.replace(&template.display().to_string(), &theirs);
        deployment.refused = deployment.refused.map(of_theirs);
        show(&deployment);
        if let Err(why) = up::publish(&self.folders.root, cloud).await {
            note!("{why}");
        }
    }
}

/// Prints the complaint, and deploys what is saved.
async fn live(code: &DrillCode<'_>, cloud: &mut Cloud, language: Tongue) {
    let DrillCode { folders, drill, .. } = code;
    let theirs = code.theirs();
    if !cloud.building().is_empty() {
        note!("Compiling {}, once.", cloud.building().join(", "));
    }
    for why in cloud.built().await {
        note!("{why}");
    }
    if drill.updates {
        show(&board::deploy(cloud, theirs.join(TEMPLATE)).await);
    }
    say!("{}", opening(folders, drill, cloud, language));
    let mut seen = saved(&theirs, drill.code);
    loop {
        tokio::select! {
            request = cloud.deployment_request() => {
                cloud.answer(request).await;
            }
            now = changed(&theirs, drill.code, &seen) => {
                // What is saved while this is deployed is another change.
                let what = if now.get(Path::new(TEMPLATE)) == seen.get(Path::new(TEMPLATE)) { "The code" } else { TEMPLATE };
                seen = now;
                say!("\n{what} was saved; deploying it.");
                code.deploy(cloud).await;
            }
        }
    }
}

/// What stands on the screen when the board runs: the complaint, and where everything is.
fn opening(folders: &DrillFolders, drill: &Drill, cloud: &Cloud, language: Tongue) -> String {
    let complaint = match language {
        Tongue::En => &drill.complaint.en,
        Tongue::Ko => &drill.complaint.ko,
    };
    let mut text = format!("\nDrill {}, {} minutes\n", drill.number, drill.minutes);
    for line in complaint.trim().lines() {
        text.push_str(&format!("\n  {line}"));
    }
    text.push('\n');
    if let Some(site) = cloud.site_url() {
        text.push_str(&format!("\n  page   {site}"));
    }
    if let Some(api) = judge::api(drill, cloud) {
        text.push_str(&format!("\n  API    {api}"));
    }
    let folder = folders.of_drill(drill);
    let data = quoted(&shown(&folder.join("data")));
    let saved = if drill.code { "what you save is built and deployed" } else { "a template that you save is deployed" };
    text.push_str(&format!("\n  files  {}; {saved}\n", shown(&folder)));
    if folder.join(CLIENT).exists() {
        text.push_str(&format!("\n  {}", folders.command(drill, " send")));
    }
    for command in ["logs", "events", "env"] {
        text.push_str(&format!("\n  cargo workbook {command} --data {data}"));
    }
    text.push_str(&format!("\n  {}\n\nCtrl-C stops it.", folders.command(drill, " check")));
    text
}

/// A path as it can be typed where the reader stands.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

fn show(deployment: &DrillDeployment) {
    for event in &deployment.events {
        say!("{event}");
    }
    if let Some(why) = &deployment.refused {
        say!("{why}\nNothing was deployed; the board runs as before.");
    }
}

/// The learner's files, by their path in the drill's folder: when each was saved last, and its size.
type SavedFiles = BTreeMap<PathBuf, (SystemTime, u64)>;

/// When the template was saved last, and with `code` each file of it.
fn saved(folder: &Path, code: bool) -> SavedFiles {
    let sources = if code { sources(folder) } else { Vec::new() };
    let state = |path: PathBuf| {
        let metadata = fs::metadata(folder.join(&path)).ok()?;
        Some((path, (metadata.modified().ok()?, metadata.len())))
    };
    sources.into_iter().chain([PathBuf::from(TEMPLATE)]).filter_map(state).collect()
}

/// The Rust files of a drill's folder, by their path in it.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::from(SOURCES)];
    while let Some(inside) = waiting.pop() {
        for entry in fs::read_dir(folder.join(&inside)).into_iter().flatten().flatten() {
            let path = inside.join(entry.file_name());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// Comes back once the files are others than were `seen`, and no longer change, with what they are then.
async fn changed(folder: &Path, code: bool, seen: &SavedFiles) -> SavedFiles {
    let mut last = seen.clone();
    loop {
        tokio::time::sleep(EVERY).await;
        let now = saved(folder, code);
        // An editor may write a file in several goes, or put another one in its place.
        if now.contains_key(Path::new(TEMPLATE)) && now != *seen && now == last {
            return now;
        }
        last = now;
    }
}

/// Writes the broken files, where there are none yet.
fn put(root: &Path, drill: &Drill, folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(Error::of_file(folder))?;
    let mut files = drill.broken(root)?;
    if drill.updates {
        files.insert(DEPLOYED.to_string(), drill.base(root)?);
    }
    for (name, text) in files {
        let file = folder.join(name);
        if !file.exists() {
            let written = fs::create_dir_all(file.parent().unwrap_or(folder)).and_then(|()| fs::write(&file, text));
            written.map_err(Error::of_file(&file))?;
        }
    }
    Ok(())
}

/// The learner's files; the broken ones where nobody began.
fn files(folders: &DrillFolders, drill: &Drill) -> Result<DrillFiles, Error> {
    let folder = folders.of_drill(drill);
    let mut files = drill.broken(&folders.root)?;
    for (name, text) in &mut files {
        let file = folder.join(name);
        if file.exists() {
            *text = fs::read_to_string(&file).map_err(Error::of_file(&file))?;
        } else if folder.exists() {
            let what = format!("{} is not there any more.", shown(&file));
            return Err(Error::new(what, format!("Begin again: {}", folders.command(drill, " reset"))));
        }
    }
    // Files that the learner has added to the code.
    for path in if drill.code { sources(&folder) } else { Vec::new() } {
        let file = folder.join(&path);
        let name = path.to_string_lossy().replace('\\', "/");
        if let Entry::Vacant(entry) = files.entry(name) {
            entry.insert(fs::read_to_string(&file).map_err(Error::of_file(&file))?);
        }
    }
    Ok(files)
}

/// A place for what a reset takes out of the way: no earlier one is written over.
fn aside(folder: &Path, name: &str) -> PathBuf {
    let places = (1_u32..).map(|count| match count {
        1 => folder.join(format!("{name}.before")),
        _ => folder.join(format!("{name}.before-{count}")),
    });
    let mut free = places.filter(|place| !place.exists());
    free.next().unwrap_or_else(|| folder.join(format!("{name}.before")))
}

/// Where the functions' programs are.
fn workspace(root: &Path) -> Result<Workspace, Error> {
    Workspace::of_this_program(root.to_path_buf()).map_err(|why| {
        Error::new(format!("The target folder is unknown: {why}."), "Start it with Cargo: cargo workbook drill")
    })
}

fn addresses(drill: &Drill, cloud: &Cloud, data: &Path) -> Addresses {
    Addresses {
        book: String::new(),
        site: cloud.site_url(),
        api: judge::api(drill, cloud),
        aws: cloud.aws_url(),
        origins: BTreeMap::new(),
        env: String::new(),
        options: format!(" --data {}", data.display()),
    }
}

/// Judges the repair, and asks what it was once it holds.
async fn check(
    folders: &DrillFolders,
    drill: &Drill,
    answers: &[usize],
    evidence: Option<String>,
) -> Result<bool, Error> {
    let mut record = folders.record()?;
    let (root, number) = (&folders.root, &drill.number);
    let judgement = judge::judged(root, drill, &files(folders, drill)?, workspace(root)?).await?;
    if let Some(broken) = judgement.broken {
        record.judged(number, DrillState::Failed, &["repair"])?;
        let hint = folders.command(drill, " hint");
        say!("Drill {number} is still broken.\n\n{broken}\n\nLook again, or be helped: {hint}");
        return Ok(false);
    }
    say!("The repair of drill {number} holds. What was it?");
    let asked = Asked { folders, drill };
    let mut lines = std::io::stdin().lock().lines();
    let mut missed = Vec::new();
    for (at, question) in drill.questions.iter().enumerate() {
        let answer = match answers.get(at) {
            Some(answer) => Some(*answer),
            None => {
                asked.question(at);
                asked.answer(lines.next(), at + 1)?.trim().parse().ok()
            }
        };
        if answer != Some(question.right) {
            missed.push(question.about.as_str());
        }
    }
    let line = match evidence {
        Some(line) => line,
        None => {
            asked.evidence();
            asked.answer(lines.next(), drill.questions.len() + 1)?
        }
    };
    if !drill.evidence.is_in(&line) {
        missed.push("evidence");
    }
    if missed.is_empty() {
        record.judged(number, DrillState::Solved, &[])?;
        let debrief = drill.debrief.trim();
        let page = explained(folders, drill);
        say!("\nSolved. How an expert goes about it:\n\n{debrief}\n\n{page}\nThe next: cargo workbook drill");
        return Ok(true);
    }
    record.judged(number, DrillState::Failed, &missed)?;
    let reset = folders.command(drill, " reset");
    say!("\nNot yet: {}. Answer again, or look once more at the broken board: {reset}", missed.join(", "));
    Ok(false)
}

/// What is asked once the repair holds.
struct Asked<'d> {
    folders: &'d DrillFolders,
    drill: &'d Drill,
}

impl Asked<'_> {
    /// Prints a question with its choices.
    fn question(&self, at: usize) {
        let Some(question) = self.drill.questions.get(at) else { return };
        say!("\n{}", question.ask);
        for (at, choice) in question.choices.iter().enumerate() {
            say!("  {}  {choice}", at + 1);
        }
    }

    /// Prints what is to be pasted.
    fn evidence(&self) {
        say!("\n{}", self.drill.evidence.ask);
    }

    /// A line that was typed. Where nobody types, the questions from `next` on are printed, so that they can be answered on the command
    /// line.
    fn answer(&self, line: Option<std::io::Result<String>>, next: usize) -> Result<String, Error> {
        let unread = |why: String| {
            let how = self.folders.command(self.drill, " check --answers 1,2,3 --evidence 'LINE'");
            Error::new(why, format!("Answer on the command line: {how}"))
        };
        match line {
            Some(Ok(line)) => Ok(line),
            Some(Err(why)) => Err(unread(format!("The answer cannot be read: {why}."))),
            None => {
                (next..self.drill.questions.len()).for_each(|at| self.question(at));
                if next <= self.drill.questions.len() {
                    self.evidence();
                }
                Err(unread("Nobody answers.".to_string()))
            }
        }
    }
}

/// Sends the requests of the caller's program to the board that runs.
async fn send(folders: &DrillFolders, drill: &Drill) -> Result<(), Error> {
    let files = files(folders, drill)?;
    let Some(program) = files.get(CLIENT) else {
        let what = format!("Drill {} has no {CLIENT}: its callers ask as anybody does.", drill.number);
        return Err(Error::new(what, "Ask with curl, at the address that the drill prints"));
    };
    let data = folders.of_drill(drill).join("data");
    let start = || format!("Start it in another terminal: {}", folders.command(drill, ""));
    let aws = running::find(&folders.root, &Target::on(data.clone())).await;
    let aws = aws.map_err(|_| Error::new(format!("The board of drill {} does not run.", drill.number), start()))?;
    let announced = running::announced(&data).unwrap_or_default();
    let address = |name: &str| Some((name.to_string(), announced[name].as_str()?.to_string()));
    let mut places = Places {
        addresses: ["api", "site", "aws"].into_iter().filter_map(address).collect(),
        credentials: Some(aws.credentials().clone()),
        ..Places::default()
    };
    for request in RequestText::list(program) {
        let line = places.filled(&request.line).unwrap_or_else(|_| request.line.clone());
        say!("### {}\n{}", request.name, harmless(&line));
        let mut statuses = Vec::new();
        for _ in 1..request.times {
            statuses.push(sent(&request, &places).await?.status.as_u16().to_string());
        }
        if !statuses.is_empty() {
            say!("\n{} times before this one: {}", statuses.len(), statuses.join(" "));
        }
        let reply = sent(&request, &places).await?;
        say!("\n{}\n", harmless(&reply.text()));
        places.replies.insert(request.name, reply);
    }
    Ok(())
}

async fn sent(request: &RequestText, places: &Places) -> Result<Reply, Error> {
    request.sent(places).await.map_err(|why| Error::again(format!("{why}."), "Look at client.http"))
}

fn hint(folders: &DrillFolders, drill: &Drill) -> Result<(), Error> {
    let mut record = folders.record()?;
    let given = record.hints(&drill.number).min(drill.hints.len().saturating_sub(1));
    let hint = drill.hints.get(given).map_or("", |hint| hint.trim());
    say!("Drill {}. Hint {} of {}\n\n{hint}", drill.number, given + 1, drill.hints.len());
    if given + 1 == drill.hints.len() {
        say!("\n{}", explained(folders, drill));
    }
    if record.hints(&drill.number) < drill.hints.len() {
        record.hinted(&drill.number)?;
    }
    Ok(())
}

/// Where the book explains what the drill is about.
fn explained(folders: &DrillFolders, drill: &Drill) -> String {
    let book = running::book(&folders.root).unwrap_or_else(|| format!("http://127.0.0.1:{}", up::FIRST_PORT));
    let (page, html) = (&drill.page, drill.page.replacen(".md", ".html", 1));
    format!("The book explains it, while `cargo run` serves it: {book}/{html}\nThe page is in book/src/{page}.")
}

/// Puts the broken files back. What the learner wrote is kept aside.
fn reset(folders: &DrillFolders, drill: &Drill) -> Result<(), Error> {
    let folder = folders.of_drill(drill);
    let data = folder.join("data");
    if data.exists() {
        // A board that runs holds its lock.
        local::data_folder::Folder::empty(&data)
            .map_err(|why| Error::again(why, "Stop the drill in its terminal with Ctrl-C"))?;
    }
    let mut kept = Vec::new();
    for name in [TEMPLATE, CLIENT, SOURCES, DEPLOYED] {
        let file = folder.join(name);
        if file.exists() {
            let aside = aside(&folder, name);
            fs::rename(&file, &aside).map_err(Error::of_file(&file))?;
            if name != DEPLOYED {
                kept.push(shown(&aside));
            }
        }
    }
    put(&folders.root, drill, &folder)?;
    folders.record()?.forget(&drill.number)?;
    say!("Drill {} is broken again.", drill.number);
    if !kept.is_empty() {
        say!("Yours is kept: {}", kept.join(", "));
    }
    say!("Begin: {}", folders.command(drill, ""));
    Ok(())
}
