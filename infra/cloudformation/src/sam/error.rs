//! What SAM refuses, in SAM's words.
//!
//! The transform collects the mistakes of single resources and goes on; a mistake in the document itself (a definition
//! that is not OpenAPI, an `Fn::If` of the wrong shape inside one) ends it at once and hides the others. So it is on AWS.

use std::collections::BTreeSet;

use crate::finding::Position;

/// One of the sentences in SAM's refusal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause {
    /// The logical id that it is about, if it is about one. Sentences are sorted by it.
    pub(super) about: Option<String>,
    /// The whole sentence.
    pub(super) message: String,
    kind: Subject,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Resource,
    Event,
    Document,
}

impl Cause {
    /// About the resource `id`.
    pub(super) fn resource(id: &str, message: impl AsRef<str>) -> Cause {
        let message = format!("Resource with id [{id}] is invalid. {}", message.as_ref());
        Cause { message, about: Some(id.to_string()), kind: Subject::Resource }
    }

    /// About the event `id`; it becomes a sentence about its function in [`Refusal::of_function`].
    pub(super) fn event(id: &str, message: impl AsRef<str>) -> Cause {
        let message = format!("Event with id [{id}] is invalid. {}", message.as_ref());
        Cause { message, about: None, kind: Subject::Event }
    }

    /// About the template's structure.
    pub(super) fn template(message: impl AsRef<str>) -> Cause {
        let message = format!("Structure of the SAM template is invalid. {}", message.as_ref());
        Cause { message, about: None, kind: Subject::Document }
    }

    /// About the section `Globals`.
    pub(super) fn globals(message: impl AsRef<str>) -> Cause {
        let message = format!("'Globals' section is invalid. {}", message.as_ref());
        Cause { message, about: Some("Globals".to_string()), kind: Subject::Document }
    }

    /// A resource that SAM would make has the id of one that is there.
    pub(super) fn duplicate(id: &str, made: &str, kind: &str) -> Cause {
        let message = format!(
            "Transforming resource with id [{id}] attempts to create a new resource with id [{made}] and type \"{kind}\". A \
             resource with that id already exists within this template. Please use a different id for that resource."
        );
        Cause { message, about: Some(id.to_string()), kind: Subject::Document }
    }
}

/// Why a step of the transform gave nothing.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    /// One mistake; the transform goes on with the next resource.
    One(Cause),
    /// A mistake in the document, which ends the transform.
    Document(Vec<Cause>),
}

/// The outcome of a step.
pub(super) type Sam<T> = Result<T, Refusal>;

impl Refusal {
    /// A mistake in the resource `id`.
    pub(super) fn resource<T>(id: &str, message: impl AsRef<str>) -> Sam<T> {
        Err(Refusal::One(Cause::resource(id, message)))
    }

    /// A mistake in the event `id`.
    pub(super) fn event<T>(id: &str, message: impl AsRef<str>) -> Sam<T> {
        Err(Refusal::One(Cause::event(id, message)))
    }

    /// A mistake in the template's structure that the transform survives.
    pub(super) fn template<T>(message: impl AsRef<str>) -> Sam<T> {
        Err(Refusal::One(Cause::template(message)))
    }

    /// A mistake in the document.
    pub(super) fn document<T>(message: impl AsRef<str>) -> Sam<T> {
        Err(Refusal::Document(vec![Cause::template(message)]))
    }

    /// What is wrong.
    pub(super) fn causes(self) -> Vec<Cause> {
        match self {
            Refusal::One(cause) => vec![cause],
            Refusal::Document(causes) => causes,
        }
    }

    /// A mistake in the template's structure, told of the resource `id` that has it.
    pub(super) fn of_template(self, id: &str) -> Refusal {
        match self {
            Refusal::One(cause) if cause.kind == Subject::Document => Refusal::One(Cause::resource(id, cause.message)),
            other => other,
        }
    }

    /// A mistake in an event, told of the function `id` that has it.
    pub(super) fn of_function(self, id: &str) -> Refusal {
        match self {
            Refusal::One(cause) if cause.kind == Subject::Event => Refusal::One(Cause::resource(id, cause.message)),
            other => other,
        }
    }
}

/// Why SAM refuses a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SamError {
    /// AWS's message: how many mistakes, and each of them.
    pub message: String,
    /// Each mistake with the place of the resource that it is about.
    pub causes: Vec<(Option<Position>, String)>,
}

impl SamError {
    /// `causes` as AWS prints them: each sentence once, sorted by whom they are about. `place` finds a logical id in the file.
    pub(super) fn of(mut causes: Vec<Cause>, place: impl Fn(&str) -> Option<Position>) -> SamError {
        let mut said = BTreeSet::new();
        causes.retain(|cause| said.insert(cause.message.clone()));
        causes.sort_by(|one, other| one.about.cmp(&other.about));
        let all: Vec<&str> = causes.iter().map(|cause| cause.message.as_str()).collect();
        let message = format!(
            "Invalid Serverless Application Specification document. Number of errors found: {}. {}",
            all.len(),
            all.join(" ")
        );
        let placed = causes.iter().map(|cause| (cause.about.as_deref().and_then(&place), cause.message.clone()));
        SamError { message, causes: placed.collect() }
    }
}
