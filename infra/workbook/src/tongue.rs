//! The language that a reader asks for, by its usual letters.

use clap::ValueEnum;
use course::whiteboard::storyboard::Language;

/// A language of the talk and of the cards.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Tongue {
    /// English
    En,
    /// Korean
    Ko,
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
