//! `whiteboard export`: the talk to take along, as files: a cue sheet of one page, the finished board as SVG, PNG and `.excalidraw`, and
//! speaker notes.
//!
//! What is in them is made in `course::whiteboard`. Here is where they go: a file that somebody else wrote, or changed since, is never
//! replaced without being asked to ([`crate::exported`]).

mod png;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use course::whiteboard::storyboard::{Language, Storyboard, Version};
use course::whiteboard::{cue_sheet, excalidraw, picture, speaker_notes, svg};

use crate::error::Error;
use crate::exported::{self, Export, ExportedFile};
use crate::output::say;

/// What to do with the talk.
#[derive(Debug, Subcommand)]
pub enum WhiteboardCommand {
    /// Write a cue sheet, the finished board (SVG, PNG, .excalidraw) and speaker notes
    Export(ExportOptions),
}

/// What is exported, and where to.
#[derive(Debug, Args)]
pub struct ExportOptions {
    /// The folder to write to [default: target/whiteboard in the workbook's folder]
    folder: Option<PathBuf>,
    /// The version of the talk: 5, 15 or 30 minutes [default: the shortest, as on the rehearsal page]
    #[arg(long, value_name = "N")]
    minutes: Option<u32>,
    /// The language of cues, words and labels
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    language: Tongue,
    /// Replace files that this command did not write
    #[arg(long)]
    replace: bool,
}

/// A language by its usual letters.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Tongue {
    /// English
    En,
    /// Korean
    Ko,
}

/// Runs the command.
///
/// # Errors
///
/// A version that there is not, or a file that cannot be written or must not be replaced.
pub fn run(root: &Path, command: WhiteboardCommand) -> Result<(), Error> {
    let WhiteboardCommand::Export(options) = command;
    let storyboard = Storyboard::read(root)?;
    let chosen = options.minutes.map_or_else(|| storyboard.versions.first(), |minutes| storyboard.version(minutes));
    let Some(version) = chosen else {
        let known: Vec<String> = storyboard.versions.iter().map(|version| version.minutes.to_string()).collect();
        let asked = options.minutes.unwrap_or_default();
        let what = format!("There is no version of {asked} minutes. There are: {}.", known.join(", "));
        return Err(Error::new(what, "Choose one: cargo workbook whiteboard export --minutes 15"));
    };
    let (language, tongue) = match options.language {
        Tongue::En => (Language::English, "en"),
        Tongue::Ko => (Language::Korean, "ko"),
    };
    let files = files(&storyboard, version, language, tongue)?;
    let folder = options.folder.unwrap_or_else(|| root.join("target").join("whiteboard"));
    exported::write(&EXPORT, &folder, &files, options.replace)?;
    say!("Written to {}:", folder.display());
    for (file, what) in files.iter().zip(CONTENTS) {
        say!("  {:<28} {what}", file.name);
    }
    Ok(())
}

/// What the files are, in their order.
const CONTENTS: [&str; 5] = [
    "the cue sheet: open it in a browser and print it, on A4 or Letter",
    "the finished board, to be scaled",
    "the finished board, for slides",
    "the finished board, to be changed at excalidraw.com",
    "speaker notes: cues, words, questions",
];

const EXPORT: Export =
    Export { command: "cargo workbook whiteboard export", what: "the talk", memory: ".whiteboard-export" };

fn files(
    storyboard: &Storyboard,
    version: &Version,
    language: Language,
    tongue: &str,
) -> Result<Vec<ExportedFile>, Error> {
    let board = picture::finished(storyboard, version, language);
    let title = match language {
        Language::English => "The board of the talk",
        Language::Korean => "발표의 보드",
    };
    let image = png::image(&board)
        .map_err(|why| Error::again(format!("The picture cannot be painted: {why}."), "Free some memory"))?;
    let named = |name: &str, ending: &str, bytes: Vec<u8>| ExportedFile {
        name: format!("{name}-{}-{tongue}.{ending}", version.minutes),
        bytes,
    };
    Ok(vec![
        named("cue-sheet", "html", cue_sheet::html(storyboard, version, language).into_bytes()),
        named("board", "svg", svg::document(&board, title).into_bytes()),
        named("board", "png", image),
        named("board", "excalidraw", excalidraw::document(storyboard, version, language).into_bytes()),
        named("speaker-notes", "md", speaker_notes::markdown(storyboard, version, language).into_bytes()),
    ])
}

impl Tongue {
    /// The language.
    pub fn language(self) -> Language {
        match self {
            Tongue::En => Language::English,
            Tongue::Ko => Language::Korean,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_made_in_both_languages_and_always_the_same() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..");
        let storyboard = Storyboard::read(&root).unwrap();
        for version in &storyboard.versions {
            for (language, tongue) in [(Language::English, "en"), (Language::Korean, "ko")] {
                let made = files(&storyboard, version, language, tongue).unwrap();
                let names: Vec<&str> = made.iter().map(|file| file.name.as_str()).collect();
                let minutes = version.minutes;
                let wanted =
                    ["cue-sheet-N.html", "board-N.svg", "board-N.png", "board-N.excalidraw", "speaker-notes-N.md"];
                assert_eq!(names, wanted.map(|name| name.replace('N', &format!("{minutes}-{tongue}"))));
                if minutes == 5 {
                    assert_eq!(made, files(&storyboard, version, language, tongue).unwrap());
                }
                let svg = String::from_utf8_lossy(&made[1].bytes).into_owned();
                for id in picture::drawn(&storyboard, version) {
                    assert!(svg.contains(&format!("<g id=\"{id}\">")), "{id}");
                }
            }
        }
    }
}
