//! `up`: book, site, API and AWS endpoint, until Ctrl-C or another of the [`signals`](crate::signals) that end it.
//!
//! The book is there first, because readers can start with it while the functions compile. Data lives in a folder that
//! survives; a crash leaves nothing to repair, because the tables are a database file and the lock is the system's.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use course::whiteboard::storyboard::Storyboard;
use local::cloud::{Boot, Cloud, Ports};
use local::data_folder::Folder;
use local::guard::Guard;
use local::programs::Programs;
use local::programs::build::Workspace;
use s3::S3;
use stack::REGION;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::advice;
use crate::book::{self, LivePages};
use crate::error::{Error, quoted};
use crate::live::LiveBoard;
use crate::mine::{self, Choice};
use crate::output::{note, say};
use crate::package;
use crate::ready::{self, Addresses};
use crate::review::live::LiveReview;
use crate::review::store::ReviewStore;
use crate::running;
use crate::signals::Signals;
use crate::site;

/// The port of the book; site, API and AWS endpoint take the next three.
pub(crate) const FIRST_PORT: u16 = 4000;

/// How the board is served.
#[derive(Debug, Clone, Args)]
pub struct UpOptions {
    /// The book's port; site, API and AWS endpoint take the next three. 0 chooses four free ones
    #[arg(long, value_name = "PORT", default_value_t = FIRST_PORT)]
    port: u16,
    /// Where posts, objects and messages live [default: .board in the workbook's folder]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The SAM template to run [default: infra/template.yaml of the workbook]
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// Run your own labs behind the board where their checks are green, and solutions elsewhere; --mine=05,08 takes these labs
    /// whatever their checks say
    #[arg(long, value_name = "LABS", num_args = 0..=1, require_equals = true, default_missing_value = "",
          value_parser = Choice::parse, conflicts_with = "template")]
    mine: Option<Choice>,
    /// Empty the data folder first
    #[arg(long)]
    fresh: bool,
    /// An origin whose pages may call the API, such as http://localhost:5173; can be given more than once. Whether they may
    /// read the answers is decided by the API's CORS. `null` is the origin of files, but also of a sandboxed frame on any site
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    allow_origin: Vec<String>,
    /// The file that keeps the progress of the review's page, as for `cargo workbook review` [default: .workbook/review.json]
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,
    /// Write the addresses to this file, as JSON, once everything answers
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

impl Default for UpOptions {
    fn default() -> UpOptions {
        UpOptions {
            port: FIRST_PORT,
            data: None,
            template: None,
            mine: None,
            fresh: false,
            allow_origin: Vec::new(),
            review: None,
            ready_file: None,
        }
    }
}

/// Serves until Ctrl-C.
pub async fn run(root: &Path, mut options: UpOptions) -> Result<(), Error> {
    let stop = watch::Sender::new(false);
    let mut signals = Signals::received()?;
    let data = running::data_folder(root, options.data.clone());
    if let Some(choice) = options.mine.clone() {
        options.template = Some(my_template(root, choice).await?);
    }
    if let Some(file) = &options.ready_file {
        // What an earlier run left would be taken for this one's.
        let _ = std::fs::remove_file(file);
    }
    if options.fresh {
        Folder::empty(&data).map_err(|error| advice::on_folder(&error))?;
    }
    let book = Book::begin(root, options.port).await?;
    let guard = Guard::default();
    guard.add_pages(book.address);
    options.allow_origin.iter().for_each(|origin| guard.admit(origin));
    let boot = Boot { guard: guard.clone(), ..boot(root, &options, data.clone())? };
    tokio::spawn(say_who_is_turned_away(guard.clone()));
    let booted = tokio::select! {
        booted = Cloud::boot(boot) => booted,
        () = signals.next() => return Ok(()),
    };
    let mut cloud = booted.map_err(|error| advice::on_boot(&error))?;
    for (stack, why) in cloud.restore().await {
        note!("The stack {stack} does not run any more: {why}\nDeploy it again, or delete it; its data is kept.");
    }
    running::announce(&data, &addresses(&cloud, &book.url, &options))?;
    let outcome = tokio::select! {
        outcome = serve(root, &options, &mut cloud, &data, book, guard, stop.subscribe()) => outcome,
        () = signals.next() => Ok(()),
    };
    stop.send_replace(true);
    running::withdraw(&data);
    tokio::select! {
        () = cloud.shutdown() => {}
        () = signals.ctrl_c() => {
            note!("\nStopped at once. What you wrote is kept.");
            // The watchdog ends the functions, the data needs no farewell: a crash leaves nothing to repair.
            std::process::exit(130);
        }
    }
    if outcome.is_ok() {
        say!("\nStopped. What you wrote is kept; start with --fresh for an empty board.");
    }
    outcome
}

/// The template of the reader's own board; says whose code it runs.
async fn my_template(root: &Path, choice: Choice) -> Result<PathBuf, Error> {
    let root = root.to_path_buf();
    let written = tokio::task::spawn_blocking(move || mine::written(&root, &choice)).await;
    let (template, board) = written.map_err(|why| Error::again(why, "Report it"))??;
    say!("The board is made of\n  {}", board.whose.join("\n  "));
    Ok(template)
}

/// The book while it is being built.
struct Book {
    listener: TcpListener,
    url: String,
    address: SocketAddr,
    pages: tokio::task::JoinHandle<Result<PathBuf, Error>>,
}

impl Book {
    async fn begin(root: &Path, port: u16) -> Result<Book, Error> {
        let listener = listen_for_the_book(port).await?;
        let address = listener.local_addr().map_err(|why| cannot_listen(port, &why))?;
        let url = format!("http://{address}");
        let root = root.to_path_buf();
        Ok(Book { listener, url, address, pages: tokio::task::spawn_blocking(move || book::build_apart(&root)) })
    }
}

async fn serve(
    root: &Path,
    options: &UpOptions,
    cloud: &mut Cloud,
    data: &Path,
    book: Book,
    guard: Guard,
    stop: watch::Receiver<bool>,
) -> Result<(), Error> {
    publish(root, cloud).await?;
    let addresses = addresses(cloud, &book.url, options);
    let folder = book
        .pages
        .await
        .map_err(|why| Error::again(format!("The book cannot be built: {why}."), "Fix what it names"))??;
    let shown = watch::Sender::new(LiveBoard::of(cloud, addresses.clone()));
    let talk = Arc::new(Storyboard::read(root)?);
    let review = LiveReview::read(root, ReviewStore::of(root, options.review.as_deref()))?;
    let live = LivePages { board: shown.subscribe(), talk, review };
    tokio::spawn(book::serve(folder, book.listener, guard, live, stop));
    say!("\n{}", addresses.to_string().trim_end());
    let mut websites = Websites::default();
    websites.say_new(cloud);
    let compiles = !cloud.building().is_empty();
    if compiles {
        say!("\nCompiling {}; the API answers as soon as they are built.\n", cloud.building().join(", "));
    }
    let broken = cloud.built().await;
    let answers = if broken.is_empty() {
        ready::check(cloud, &addresses).await
    } else {
        Err(Error::again(broken.join("\n"), "Repair it"))
    };
    match (answers, &options.ready_file) {
        (Ok(()), ready_file) => {
            if let Some(file) = ready_file {
                addresses.write(file)?;
            }
            say!("\n{}Ctrl-C stops everything.", if compiles { "Ready. " } else { "" });
        }
        // Who waits for the ready-file would wait for ever.
        (Err(why), Some(_)) => return Err(why),
        (Err(why), None) => note!("\n{why}\nEverything else stays up; Ctrl-C stops it."),
    }
    loop {
        let request = cloud.deployment_request().await;
        let is_another = cloud.answer(request).await;
        websites.say_new(cloud);
        if !is_another {
            continue;
        }
        // What the new stack brings along: another stage, or a site that is still empty.
        publish(root, cloud).await?;
        let addresses = self::addresses(cloud, &book.url, options);
        running::announce(data, &addresses)?;
        shown.send_replace(LiveBoard::of(cloud, addresses));
    }
}

/// The websites of buckets whose addresses were said. Outputs have the addresses of AWS, where nobody answers for them.
#[derive(Debug, Default)]
struct Websites(BTreeMap<String, String>);

impl Websites {
    /// Says where those answer of which nothing was said yet.
    fn say_new(&mut self, cloud: &Cloud) {
        for line in self.new_lines(S3::of(cloud).website_urls()) {
            say!("{line}");
        }
    }

    /// A line for each of `urls`, by their buckets, that is new or has moved.
    fn new_lines(&mut self, urls: BTreeMap<String, String>) -> Vec<String> {
        let is_new = |(bucket, url): &(String, String)| self.0.get(bucket) != Some(url);
        let new: Vec<(String, String)> = urls.into_iter().filter(is_new).collect();
        self.0.extend(new.iter().cloned());
        let line = |(bucket, url): (String, String)| {
            format!(
                "  pages  {url}    the website of the bucket {bucket}, on AWS http://{bucket}.s3-website.{REGION}.amazonaws.com"
            )
        };
        new.into_iter().map(line).collect()
    }
}

/// Puts the page's files where the stack has a place for them.
pub(crate) async fn publish(root: &Path, cloud: &Cloud) -> Result<(), Error> {
    let bucket = cloud.stack().distributions.first().and_then(|distribution| distribution.bucket());
    let (Some(bucket), Some(api)) = (bucket, cloud.page_api()) else { return Ok(()) };
    let origins = mine::origins_of(&cloud.stack().functions);
    site::publish(&root.join("site"), S3::of(cloud).buckets(), bucket, &api, &origins).await
}

fn addresses(cloud: &Cloud, book_url: &str, options: &UpOptions) -> Addresses {
    let options = data_option(options.data.as_deref());
    let env = format!("cargo workbook env{options}");
    let (site, api, aws) = (cloud.site_url(), cloud.api_url(), cloud.aws_url());
    let origins = mine::origins_of(&cloud.stack().functions);
    Addresses { book: book_url.to_string(), site, api, aws, origins, env, options }
}

/// What follows a command that is to find the board of a data folder; nothing if that is the folder in which commands look by themselves.
fn data_option(data: Option<&Path>) -> String {
    // Another terminal may stand in another folder.
    let absolute = |data: &Path| std::path::absolute(data).unwrap_or_else(|_| data.to_path_buf());
    data.map(|data| format!(" --data {}", quoted(&absolute(data).to_string_lossy()))).unwrap_or_default()
}

fn boot(root: &Path, options: &UpOptions, data: PathBuf) -> Result<Boot, Error> {
    let workspace = Workspace::of_this_program(root.to_path_buf())
        .map_err(|why| Error::new(format!("The target folder is unknown: {why}."), "Start it with Cargo: cargo run"))?;
    let port = |offset: u16| match options.port {
        0 => Ok(0),
        first => first.checked_add(offset).ok_or_else(|| advice::on_last_ports(first)),
    };
    let ports = Ports { site: port(1)?, api: port(2)?, aws: port(3)? };
    let template = options.template.clone().unwrap_or_else(|| mine::board_template(root));
    Ok(Boot {
        data: Some(data),
        ports,
        models: Some(models::compile),
        services: vec![s3::SERVICE, dynamodb::SERVICE],
        unpack: Some(package::bootstrap),
        ..Boot::new(template, Programs::Workspace(workspace))
    })
}

/// Says of each page that asked the API in vain how it could be admitted: its own console does not.
async fn say_who_is_turned_away(guard: Guard) {
    let mut origins = guard.turned_away();
    let mut printed = 0;
    while origins.changed().await.is_ok() {
        let new: Vec<String> = origins.borrow_and_update().iter().skip(printed).cloned().collect();
        printed += new.len();
        for origin in new {
            note!("\n{}", advice::on_page(&origin));
        }
    }
}

/// An origin as browsers write it.
fn origin(text: &str) -> Result<String, String> {
    let text = text.trim_end_matches('/').to_ascii_lowercase();
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let whole = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', '*', ' ']));
    match whole || text == "null" {
        true => Ok(text),
        false => {
            Err("write scheme, host and port, as in http://localhost:5173, or null for pages opened as files"
                .to_string())
        }
    }
}

async fn listen_for_the_book(port: u16) -> Result<TcpListener, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => advice::on_port_of_the_book(port),
        _ => cannot_listen(port, &error),
    })
}

fn cannot_listen(port: u16, why: &std::io::Error) -> Error {
    Error::new(
        format!("The book cannot listen on 127.0.0.1:{port}: {why}."),
        "Choose another port: cargo run -- up --port PORT",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_website_is_said_once_and_again_when_it_moves() {
        let mut websites = Websites::default();
        let mut at = |url: &str| websites.new_lines(BTreeMap::from([("menu".to_string(), url.to_string())]));
        let said = at("http://127.0.0.1:1").join("");
        assert!(said.contains("http://127.0.0.1:1 ") && said.contains("http://menu.s3-website."), "{said}");
        assert!(at("http://127.0.0.1:1").is_empty());
        assert_eq!(at("http://127.0.0.1:2").len(), 1);
    }

    #[test]
    fn a_command_finds_the_board_of_any_folder() {
        assert_eq!(data_option(None), "");
        let folder = std::env::current_dir().unwrap().join("my posts");
        assert_eq!(data_option(Some(Path::new("my posts"))), format!(" --data '{}'", folder.display()));
    }
}
