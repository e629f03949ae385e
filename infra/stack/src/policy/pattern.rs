//! Wildcards, and the policy variables between them.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

/// One place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// This character.
    Literal(char),
    /// `?`: any one character.
    One,
    /// `*`: any run of characters.
    Run,
}

/// A text of a policy, ready to be compared. What a variable stood for is never a wildcard: a caller could name itself `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValuePattern(Vec<Place>);

impl ValuePattern {
    /// `text` with its wildcards; variables stay what they are.
    pub(super) fn of(text: &str) -> ValuePattern {
        let mut places = Vec::new();
        push_text(&mut places, text);
        ValuePattern(places)
    }

    /// `text` with what `context` has in the place of its variables. None where one of them has no value: then the text matches nothing.
    pub(super) fn resolved(text: &str, context: &[(&str, &str)]) -> Option<ValuePattern> {
        let mut places = Vec::new();
        for part in parts(text) {
            match part {
                TextPart::Text(text) => push_text(&mut places, text),
                TextPart::Escaped(character) => places.push(Place::Literal(character)),
                TextPart::Variable(Variable { key, default }) => {
                    let mut values = context.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key));
                    let value = match (values.next(), values.next()) {
                        (Some((_, value)), None) => value,
                        // Only a key with one value can be a variable.
                        (Some(_), Some(_)) => return None,
                        (None, _) => default?,
                    };
                    places.extend(value.chars().map(Place::Literal));
                }
            }
        }
        Some(ValuePattern(places))
    }

    /// Whether `name` is `pattern` as a whole.
    pub(super) fn matches(&self, name: &str) -> bool {
        run(&self.0, &name.chars().collect::<Vec<_>>())
    }

    /// The text, in which `*` and `?` are characters like others.
    pub(super) fn literal(&self) -> String {
        let character = |place: &Place| match place {
            Place::Literal(character) => *character,
            Place::One => '?',
            Place::Run => '*',
        };
        self.0.iter().map(character).collect()
    }

    /// The pattern between colons, in at most `most` parts: the last keeps its colons.
    pub(super) fn split(&self, most: usize) -> Vec<ValuePattern> {
        let parts = self.0.splitn(most, |place| *place == Place::Literal(':'));
        parts.map(|part| ValuePattern(part.to_vec())).collect()
    }
}

fn push_text(places: &mut Vec<Place>, text: &str) {
    places.extend(text.chars().map(|character| match character {
        '*' => Place::Run,
        '?' => Place::One,
        other => Place::Literal(other),
    }));
}

/// `*` stands for any run of characters, `?` for one.
pub fn matches(pattern: &str, name: &str) -> bool {
    ValuePattern::of(pattern).matches(name)
}

/// Whether `pattern` fits every name that `other`, a pattern too, fits.
pub fn covers(pattern: &str, other: &str) -> bool {
    let (ValuePattern(pattern), ValuePattern(other)) = (ValuePattern::of(pattern), ValuePattern::of(other));
    // Whether the first places of the one cover those of the other so far; a row for each place of `pattern`.
    let mut row = vec![false; other.len() + 1];
    row[0] = true;
    for place in &pattern {
        let mut next = vec![false; other.len() + 1];
        next[0] = row[0] && *place == Place::Run;
        for (index, of_other) in other.iter().enumerate() {
            next[index + 1] = match place {
                Place::Run => row[index + 1] || next[index],
                Place::One => row[index] && *of_other != Place::Run,
                Place::Literal(_) => row[index] && of_other == place,
            };
        }
        row = next;
    }
    row.last() == Some(&true)
}

fn run(pattern: &[Place], name: &[char]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some(Place::Run) => {
                star = Some((p, n));
                p += 1;
            }
            Some(Place::One) => {
                p += 1;
                n += 1;
            }
            Some(Place::Literal(character)) if *character == name[n] => {
                p += 1;
                n += 1;
            }
            // Let the last star take one character more.
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|place| *place == Place::Run)
}

/// `${aws:username, 'nobody'}`: a condition key, and what stands for it where the request does not have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Variable<'t> {
    pub(super) key: &'t str,
    pub(super) default: Option<&'t str>,
}

/// A part of a text that may have variables.
enum TextPart<'t> {
    Text(&'t str),
    /// `${*}`, `${?}` and `${$}`: the character itself.
    Escaped(char),
    Variable(Variable<'t>),
}

/// The variables of `text`.
pub(super) fn variables(text: &str) -> impl Iterator<Item = Variable<'_>> {
    parts(text).into_iter().filter_map(|part| match part {
        TextPart::Variable(variable) => Some(variable),
        TextPart::Text(_) | TextPart::Escaped(_) => None,
    })
}

fn parts(text: &str) -> Vec<TextPart<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        // A brace that nothing closes is text.
        let Some((inside, after)) = after.split_once('}') else { break };
        parts.push(TextPart::Text(before));
        parts.push(match inside {
            "*" => TextPart::Escaped('*'),
            "?" => TextPart::Escaped('?'),
            "$" => TextPart::Escaped('$'),
            inside => {
                let (key, default) = match inside.split_once(',') {
                    Some((key, default)) => (key, Some(default.trim().trim_matches('\''))),
                    None => (inside, None),
                };
                TextPart::Variable(Variable { key: key.trim(), default })
            }
        });
        rest = after;
    }
    parts.push(TextPart::Text(rest));
    parts
}
