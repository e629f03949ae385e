//! Korean syllables, put together as they are in handwriting: a first consonant, a vowel beside or below it, and what closes the syllable.
//!
//! A syllable's number in Unicode says which of 19 first consonants, 21 vowels and 27 endings it has, so strokes for the letters are
//! strokes for all 11,172 syllables.

use super::{Point, Stroke, parsed};

/// How wide a syllable is on the grid.
pub(super) const WIDTH: f64 = 15.0;

const FIRST: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
/// The endings, from the second on; two letters stand beside each other.
const LAST: [&str; 27] = [
    "ㄱ", "ㄱㄱ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ",
    "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅅㅅ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
];

/// The consonants in a box of ten by ten.
const CONSONANTS: [(char, &[&str]); 14] = [
    ('ㄱ', &["0,1 10,1 8,10"]),
    ('ㄴ', &["0,0 0,9 10,9"]),
    ('ㄷ', &["10,1 0,1 0,9 10,9"]),
    ('ㄹ', &["0,0 10,0 10,5 0,5 0,10 10,10"]),
    ('ㅁ', &["0,0 10,0 10,10 0,10 0,0"]),
    ('ㅂ', &["0,0 0,10 10,10 10,0", "0,5 10,5"]),
    ('ㅅ', &["5,0 4,5 0,10", "4.6,4 10,10"]),
    ('ㅇ', &["~5,0 1.3,1.5 0,5 1.3,8.5 5,10 8.7,8.5 10,5 8.7,1.5 5,0"]),
    ('ㅈ', &["0,1 10,1", "5,1 4,6 0,10", "4.6,5 10,10"]),
    ('ㅊ', &["3,-1.5 7,-1.5", "0,2 10,2", "5,2 4,6.5 0,10", "4.6,5.5 10,10"]),
    ('ㅋ', &["0,1 10,1 8,10", "0,5 9,5"]),
    ('ㅌ', &["10,0 0,0 0,10 10,10", "0,5 9,5"]),
    ('ㅍ', &["0,0 10,0", "0,10 10,10", "3,0 3,10", "7,0 7,10"]),
    ('ㅎ', &["3,-1.5 7,-1.5", "0,2 10,2", "~5,4 2.5,5 2,7 2.5,9 5,10 7.5,9 8,7 7.5,5 5,4"]),
];

/// Where a part of a syllable stands: left, top, width, height.
type Place = (f64, f64, f64, f64);

pub(super) fn is_syllable(letter: char) -> bool {
    ('가'..='힣').contains(&letter)
}

/// The strokes of a syllable on the grid; nothing for another letter.
pub(super) fn syllable(letter: char) -> Option<Vec<Stroke>> {
    if !is_syllable(letter) {
        return None;
    }
    let number = letter as usize - '가' as usize;
    let first = FIRST.chars().nth(number / 588)?;
    let vowel = VOWELS.chars().nth(number % 588 / 28)?;
    let last = (number % 28).checked_sub(1).map(|last| LAST[last]);
    // What closes a syllable takes its lower third.
    let height = if last.is_some() { 8.5 } else { 14.5 };
    let (below, beside) = parts(vowel);
    let consonant: Place = match (below, beside) {
        (Some(_), Some(_)) => (0.5, 0.3, 7.5, height * 0.5),
        (Some(_), None) => (3.0, 0.3, 9.0, height * 0.5),
        (None, _) => (0.5, 0.8, 7.0, height * 0.86),
    };
    let mut strokes = consonants(&first.to_string(), consonant);
    if let Some(below) = below {
        let wide = if beside.is_some() { 9.5 } else { 14.5 };
        strokes.extend(vowel_below(below, (0.0, height * 0.62, wide, height * 0.34)));
    }
    if let Some(beside) = beside {
        let left = if below.is_some() { 9.5 } else { 8.8 };
        strokes.extend(vowel_beside(beside, (left, 0.0, 14.2 - left, height)));
    }
    if let Some(last) = last {
        strokes.extend(consonants(last, (2.8, 10.0, 10.0, 4.6)));
    }
    Some(strokes)
}

/// What of a vowel stands below the consonant, and what beside it.
fn parts(vowel: char) -> (Option<char>, Option<char>) {
    match vowel {
        'ㅗ' | 'ㅛ' | 'ㅜ' | 'ㅠ' | 'ㅡ' => (Some(vowel), None),
        'ㅘ' => (Some('ㅗ'), Some('ㅏ')),
        'ㅙ' => (Some('ㅗ'), Some('ㅐ')),
        'ㅚ' => (Some('ㅗ'), Some('ㅣ')),
        'ㅝ' => (Some('ㅜ'), Some('ㅓ')),
        'ㅞ' => (Some('ㅜ'), Some('ㅔ')),
        'ㅟ' => (Some('ㅜ'), Some('ㅣ')),
        'ㅢ' => (Some('ㅡ'), Some('ㅣ')),
        _ => (None, Some(vowel)),
    }
}

fn vowel_below(vowel: char, place: Place) -> Vec<Stroke> {
    let strokes: &[&str] = match vowel {
        'ㅗ' => &["5,1 5,8", "0,8 10,8"],
        'ㅛ' => &["3.3,1 3.3,8", "6.7,1 6.7,8", "0,8 10,8"],
        'ㅜ' => &["0,2 10,2", "5,2 5,10"],
        'ㅠ' => &["0,2 10,2", "3.3,2 3.3,10", "6.7,2 6.7,10"],
        _ => &["0,5 10,5"],
    };
    placed(strokes, place)
}

fn vowel_beside(vowel: char, place: Place) -> Vec<Stroke> {
    let strokes: &[&str] = match vowel {
        'ㅏ' => &["5,0 5,10", "5,5 10,5"],
        'ㅐ' => &["3.5,0.5 3.5,9.5", "9,0 9,10", "3.5,5 9,5"],
        'ㅑ' => &["5,0 5,10", "5,3.8 10,3.8", "5,6.4 10,6.4"],
        'ㅒ' => &["3.5,0.5 3.5,9.5", "9,0 9,10", "3.5,3.8 9,3.8", "3.5,6.4 9,6.4"],
        'ㅓ' => &["8,0 8,10", "2,5 8,5"],
        'ㅔ' => &["5.5,0.5 5.5,9.5", "9.5,0 9.5,10", "1,5 5.5,5"],
        'ㅕ' => &["8,0 8,10", "2,3.8 8,3.8", "2,6.4 8,6.4"],
        'ㅖ' => &["5.5,0.5 5.5,9.5", "9.5,0 9.5,10", "1,3.8 5.5,3.8", "1,6.4 5.5,6.4"],
        _ => &["7,0 7,10"],
    };
    placed(strokes, place)
}

/// One or two consonants in a place, which two of them share.
fn consonants(letters: &str, (left, top, width, height): Place) -> Vec<Stroke> {
    let singles: Vec<char> = letters.chars().flat_map(single).collect();
    let share = width / singles.len() as f64;
    let gap = if singles.len() > 1 { share * 0.14 } else { 0.0 };
    let mut strokes = Vec::new();
    for (index, letter) in singles.into_iter().enumerate() {
        let place = (left + share * index as f64 + gap / 2.0, top, share - gap, height);
        let letter = CONSONANTS.iter().find(|(known, _)| *known == letter);
        strokes.extend(letter.into_iter().flat_map(|(_, strokes)| placed(strokes, place)));
    }
    strokes
}

/// A doubled consonant is two.
fn single(letter: char) -> Vec<char> {
    match letter {
        'ㄲ' => vec!['ㄱ'; 2],
        'ㄸ' => vec!['ㄷ'; 2],
        'ㅃ' => vec!['ㅂ'; 2],
        'ㅆ' => vec!['ㅅ'; 2],
        'ㅉ' => vec!['ㅈ'; 2],
        letter => vec![letter],
    }
}

/// Strokes of a box of ten by ten, in their place.
fn placed(strokes: &[&str], (left, top, width, height): Place) -> Vec<Stroke> {
    let place = |(x, y): Point| (left + x * width / 10.0, top + y * height / 10.0);
    strokes.iter().map(|stroke| parsed(stroke).into_iter().map(place).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_syllable_is_written_inside_its_square() {
        for letter in '가'..='힣' {
            let strokes = syllable(letter).unwrap();
            assert!(strokes.len() >= 2, "{letter} has {} strokes", strokes.len());
            for (x, y) in strokes.into_iter().flatten() {
                assert!((-0.5..=WIDTH + 0.5).contains(&x) && (-1.5..=15.5).contains(&y), "{letter}: {x},{y}");
            }
        }
        assert_eq!(syllable('A'), None);
    }

    #[test]
    fn syllables_that_differ_look_different() {
        let mut seen = std::collections::BTreeMap::new();
        for letter in '가'..='힣' {
            let other = seen.insert(format!("{:?}", syllable(letter).unwrap()), letter);
            assert_eq!(other, None, "{letter}");
        }
    }
}
