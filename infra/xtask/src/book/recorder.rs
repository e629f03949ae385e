//! Recording: each lab is built once for every code that is wanted of it, and each of its transcripts is a run of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use course::lab::{Files, Lab, labs};
use course::scratch::Scratch;
use course::wrong_answer::{WrongAnswer, wrong_answers};

use super::BookError;
use super::declaration::{Code, Shown, Transcript};
use super::run::{self, Built};
use super::{excerpt, render};

/// What transcripts are made with.
pub(super) struct Recorder {
    scratch: Scratch,
    labs: Vec<Lab>,
    answers: BTreeMap<String, Vec<WrongAnswer>>,
    runtime: tokio::runtime::Runtime,
}

impl Recorder {
    pub(super) fn open(root: &Path) -> Result<Recorder, BookError> {
        let target = root.join("target");
        let scratch = Scratch::called("transcripts", root, &target).map_err(BookError::failed(&target))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(BookError::failed(&target))?;
        let labs = labs(root)?;
        // Cargo reads the manifest of every lab there, also of one that an earlier run has left.
        for lab in &labs {
            scratch.put(lab, lab.solved()).map_err(BookError::failed(scratch.folder()))?;
        }
        let answers = labs.iter().map(|lab| Ok((lab.number.clone(), wrong_answers(root, &lab.number)?)));
        let answers = answers.collect::<Result<_, course::regions::Fault>>()?;
        Ok(Recorder { scratch, labs, answers, runtime })
    }

    /// The text of each transcript, in their order. Runs of one code follow each other, so that it is built once.
    pub(super) fn record(&self, transcripts: &[Transcript]) -> Result<Vec<String>, BookError> {
        let mut texts: Vec<Option<String>> = transcripts.iter().map(|_| None).collect();
        let mut runs: BTreeMap<(&str, &Code), Vec<usize>> = BTreeMap::new();
        for (index, transcript) in transcripts.iter().enumerate() {
            match transcript.steps() {
                Some(_) => runs.entry((&transcript.lab, &transcript.code)).or_default().push(index),
                None => texts[index] = Some(self.excerpt(transcript)?),
            }
        }
        for ((number, code), indices) in runs {
            let begun = Instant::now();
            let first = &transcripts[indices[0]];
            let built = self.built(first).map_err(|what| BookError::at(first.place.clone(), what))?;
            let compiled = begun.elapsed();
            for &index in &indices {
                let transcript = &transcripts[index];
                let steps = transcript.steps().unwrap_or_default();
                let text =
                    run::run(&self.runtime, &built, steps).and_then(|record| render::text(&transcript.shown, &record));
                let at =
                    |what| BookError::at(transcript.place.clone(), format!("transcript {}: {what}", transcript.name));
                texts[index] = Some(text.map_err(at)?);
            }
            println!(
                "{:6.1} s  lab-{number} {code}: built in {:.1} s, {} recorded",
                begun.elapsed().as_secs_f64(),
                compiled.as_secs_f64(),
                indices.len()
            );
        }
        Ok(texts.into_iter().flatten().collect())
    }

    fn excerpt(&self, transcript: &Transcript) -> Result<String, BookError> {
        let made = self.lab(&transcript.lab).and_then(|lab| match &transcript.shown {
            Shown::Check { test } => excerpt::said(&self.linters_record(lab, &transcript.code)?, test),
            Shown::Code { region, .. } => {
                excerpt::code(lab, &self.answers[&lab.number], &transcript.code, region.as_deref())
            }
            Shown::Preflight { template, faults } => excerpt::preflight(&lab.root, template, faults),
            Shown::Cost { template } => excerpt::cost(&lab.root, template),
            _ => Err("is a run".to_string()),
        });
        made.map_err(|what| BookError::at(transcript.place.clone(), format!("transcript {}: {what}", transcript.name)))
    }

    /// What the course linter has recorded of the lab in this state.
    fn linters_record(&self, lab: &Lab, code: &Code) -> Result<String, String> {
        let name = match code {
            Code::Starter => "starter",
            Code::Wrong(name) => name,
            Code::Solution | Code::Todo(_) => {
                return Err("the linter records checks of starter and wrong/NAME only".to_string());
            }
        };
        let file = format!("tests/course/tests/messages/{}/{name}.snap", lab.name());
        fs::read_to_string(lab.root.join(&file))
            .map_err(|why| format!("{file}: {why}; `cargo xtask bless --messages` makes it"))
    }

    /// Builds the transcript's lab with the transcript's code.
    fn built(&self, transcript: &Transcript) -> Result<Built, String> {
        let lab = self.lab(&transcript.lab)?;
        let files = self.files(lab, &transcript.code)?;
        self.scratch.put(lab, files).map_err(|why| format!("{}: {why}", self.scratch.folder().display()))?;
        let unbuilt = |why| format!("{} with code {} does not compile:\n{why}", lab.name(), transcript.code);
        self.scratch.build(lab).map_err(unbuilt)?;
        Ok(Built { template: self.scratch.package(lab).join("template.yaml"), program: self.scratch.binary(lab) })
    }

    fn files(&self, lab: &Lab, code: &Code) -> Result<Files, String> {
        Ok(match code {
            Code::Solution => lab.solved(),
            Code::Starter => lab.starter(),
            Code::Todo(id) => {
                let region =
                    lab.regions().find(|region| region.id == *id).ok_or_else(|| excerpt::no_region(lab, id))?;
                let starter =
                    WrongAnswer { region: id.clone(), text: region.starter.clone(), ..WrongAnswer::default() };
                lab.answered(&[&starter])
            }
            Code::Wrong(name) => lab.answered(&[excerpt::wrong_answer(&self.answers[&lab.number], name)?]),
        })
    }

    fn lab(&self, number: &str) -> Result<&Lab, String> {
        self.labs.iter().find(|lab| lab.number == number).ok_or_else(|| {
            let known: Vec<&str> = self.labs.iter().map(|lab| lab.number.as_str()).collect();
            format!("there is no lab {number:?}; there are: {}", known.join(", "))
        })
    }
}
