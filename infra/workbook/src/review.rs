//! `review`: the cards that are due, one after the other, and what belongs to them.
//!
//! What is asked is in [`questions`], where progress is kept in [`store`], and a session at the terminal in [`session`]. When a card is due
//! is known by `course::review::memory`. The page `review.html` asks the same cards and shares the same file while `cargo run` serves it: [`live`].

pub mod live;
pub mod questions;
mod session;
pub mod store;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::Utc;
use clap::{Args, Subcommand};
use course::generation::is_borrowed;
use course::review::anki;
use course::review::cards::{Deck, Language};
use course::review::memory::Progress;
use course::titles::Titles;

use crate::error::Error;
use crate::exported::{self, Export, ExportedFile};
use crate::kept;
use crate::learner::{all, edited};
use crate::output::say;
use crate::whiteboard::Tongue;
use questions::{Questions, failed_drills};
use session::Session;
use store::ReviewStore;

const EXPORT: Export = Export { command: "cargo workbook review export", what: "the cards", memory: ".review-export" };

/// What is reviewed, or done with the cards.
#[derive(Debug, Args)]
pub struct ReviewOptions {
    #[command(subcommand)]
    command: Option<ReviewCommand>,
    /// The language of questions and answers
    #[arg(long, value_enum, default_value_t = Tongue::En, global = true)]
    language: Tongue,
    /// Ask new cards up to this chapter, from now on [default: the last lab that you have begun]
    #[arg(long, value_name = "NN", global = true)]
    chapter: Option<String>,
    /// The file that keeps the progress, such as one that two machines share [default: .workbook/review.json]
    #[arg(long, value_name = "FILE", global = true)]
    file: Option<PathBuf>,
}

/// What is done with the cards.
#[derive(Debug, Subcommand)]
pub enum ReviewCommand {
    /// Say how many cards are due, and ask nothing
    Due,
    /// Make a card of a checkpoint of the book that you could not answer
    Missed {
        /// Its number: 05-1 is the first checkpoint of chapter 05
        checkpoint: String,
    },
    /// Take over progress that the page has exported
    Import {
        /// The file
        exported: PathBuf,
    },
    /// Write the cards for Anki: two text files, which it imports
    Export {
        /// The folder to write to [default: target/review in the workbook's folder]
        folder: Option<PathBuf>,
        /// Replace files that this command did not write
        #[arg(long)]
        replace: bool,
    },
}

/// Runs the command.
///
/// # Errors
///
/// Cards or progress that cannot be read or written, a checkpoint or chapter that there is not.
pub fn run(root: &Path, options: ReviewOptions) -> Result<(), Error> {
    let store = ReviewStore::of(root, options.file.as_deref());
    match options.command {
        None => {
            let questions = Questions::read(root)?;
            take_over(root, &store, options.chapter.as_deref())?;
            let session = Session { store: &store, questions: &questions, language: options.language.language() };
            session.hold(&mut std::io::stdin().lock(), &mut std::io::stdout().lock(), &Utc::now)
        }
        Some(ReviewCommand::Due) => {
            let questions = Questions::read(root)?;
            take_over(root, &store, options.chapter.as_deref())?;
            say!("{}", due(&questions.askable(store.read()?), &questions.deck));
            Ok(())
        }
        Some(ReviewCommand::Missed { checkpoint }) => {
            let questions = Questions::read(root)?;
            let Some(id) = questions.checkpoint(&checkpoint) else {
                let like = questions.checkpoints_like(&checkpoint);
                let there = if like.is_empty() { String::new() } else { format!(" There are: {}.", like.join(", ")) };
                let what = format!("There is no checkpoint {checkpoint}.{there}");
                return Err(Error::new(what, "Give its number: cargo workbook review missed 05-1"));
            };
            store.change(|progress| progress.miss(id, Utc::now()))?;
            say!("It is a card now, and is asked next: cargo workbook review");
            Ok(())
        }
        Some(ReviewCommand::Import { exported: file }) => {
            let text = kept::read(&file)?.ok_or_else(|| Error::of_file(&file)(ErrorKind::NotFound.into()))?;
            let other = Progress::parse(&text).map_err(|what| {
                Error::again(format!("{} {what}.", file.display()), "Export it once more from the page")
            })?;
            let cards = other.cards.len();
            store.change(|progress| progress.merge(other))?;
            say!("Taken over: {cards} cards. Of each, the newer answer counts.");
            Ok(())
        }
        Some(ReviewCommand::Export { folder, replace }) => export(root, folder, replace),
    }
}

fn export(root: &Path, folder: Option<PathBuf>, replace: bool) -> Result<(), Error> {
    let deck = Deck::read(root)?;
    let mut titles = Titles::of(root);
    let mut file = |language, tongue: &str| ExportedFile {
        name: format!("serverless-workbook-{tongue}.txt"),
        bytes: anki::text(&deck, &mut titles, language).into_bytes(),
    };
    let files = [file(Language::English, "en"), file(Language::Korean, "ko")];
    let folder = folder.unwrap_or_else(|| root.join("target").join("review"));
    exported::write(&EXPORT, &folder, &files, replace)?;
    say!("Written to {}: {} cards in each of", folder.display(), deck.cards.len());
    files.iter().for_each(|file| say!("  {}", file.name));
    say!("In Anki: File, Import. A second import changes the cards and leaves what you have learned.");
    Ok(())
}

/// Opens the chapters whose labs were begun, or that which is asked for, and makes cards of drills that were not solved.
fn take_over(root: &Path, store: &ReviewStore, chapter: Option<&str>) -> Result<(), Error> {
    let labs = all(root)?;
    let mut begun = None;
    for lab in &labs {
        if is_borrowed(lab) || !edited(lab)?.is_empty() {
            begun = Some(lab.number.clone());
        }
    }
    let asked = match chapter {
        Some(chapter) => Some(crate::learner::chosen(&labs, Some(chapter))?.number),
        None => None,
    };
    let known = store.read()?;
    let begun = begun.filter(|begun| *begun > known.begun);
    let drills: Vec<String> = failed_drills(root)?.into_iter().filter(|id| !known.missed.contains(id)).collect();
    if begun.is_none() && drills.is_empty() && asked.as_ref().is_none_or(|asked| *asked == known.up_to) {
        return Ok(());
    }
    store.change(|progress| {
        if let Some(begun) = begun {
            progress.begin(&begun);
        }
        if let Some(asked) = asked {
            progress.up_to = asked;
        }
        drills.iter().for_each(|id| progress.miss(id, Utc::now()));
    })
}

/// How many cards are to be asked, in a sentence.
fn due(progress: &Progress, deck: &Deck) -> String {
    let now = Utc::now();
    let queue = progress.queue(deck, now);
    let again = queue.ids.len() - queue.new;
    let cards = |count: usize| if count == 1 { "card" } else { "cards" };
    match (again, queue.new, queue.next) {
        (0, 0, Some(next)) => format!("Nothing is due. The next card comes {}.", session::until(next, now)),
        (0, 0, None) => "Nothing is due, and no card is new up to this chapter.".to_string(),
        (again, 0, _) => format!("{again} {} to be asked again: cargo workbook review", cards(again)),
        (0, new, _) => format!("{new} new {}: cargo workbook review", cards(new)),
        (again, new, _) => format!("{again} {} to be asked again, {new} new: cargo workbook review", cards(again)),
    }
}
