//! Recording: each lab is built once for every code that is wanted of it, and each of its transcripts is a run of its own.
//!
//! While one code is run, the next one is built: a run waits for time limits more than it reckons.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use course::generation::replace;
use course::lab::{Files, Lab, labs, read_tree};
use course::scratch::Scratch;
use course::wrong_answer::{WrongAnswer, wrong_answers};

use super::BookError;
use super::declaration::{Code, Shown, Transcript};
use super::run::{self, Built};
use super::{excerpt, render};

/// How many codes are run at the same time.
const AT_ONCE: usize = 2;

/// The transcripts of one code of a lab, by their places, with what was built of it in which time.
struct Batch<'transcripts> {
    lab: &'transcripts str,
    code: &'transcripts Code,
    transcripts: Vec<usize>,
    built: Built,
    took: Duration,
}

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
        let (sender, batches) = mpsc::channel();
        let batches = Mutex::new(batches);
        let next = || batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let recorded = Mutex::new(Vec::new());
        thread::scope(|scope| {
            scope.spawn(move || {
                for (place, ((lab, code), indices)) in runs.into_iter().enumerate() {
                    let begun = Instant::now();
                    let first = &transcripts[indices[0]];
                    let built = self.built(first, place).map_err(|what| BookError::at(first.place.clone(), what));
                    let took = begun.elapsed();
                    let batch = built.map(|built| Batch { lab, code, transcripts: indices, built, took });
                    // After a failure nobody listens any more.
                    if sender.send(batch).is_err() {
                        return;
                    }
                }
            });
            let record = || {
                while let Ok(batch) = next() {
                    let texts = batch.and_then(|batch| self.texts(transcripts, &batch));
                    recorded.lock().unwrap_or_else(PoisonError::into_inner).push(texts);
                }
            };
            for _ in 0..AT_ONCE {
                scope.spawn(record);
            }
        });
        for batch in recorded.into_inner().unwrap_or_else(PoisonError::into_inner) {
            for (index, text) in batch? {
                texts[index] = Some(text);
            }
        }
        Ok(texts.into_iter().flatten().collect())
    }

    /// The texts of a batch, each with its transcript's place.
    fn texts(&self, transcripts: &[Transcript], batch: &Batch<'_>) -> Result<Vec<(usize, String)>, BookError> {
        let begun = Instant::now();
        let mut texts = Vec::new();
        for &index in &batch.transcripts {
            let transcript = &transcripts[index];
            let steps = transcript.steps().unwrap_or_default();
            let text = run::run(&self.runtime, &batch.built, steps)
                .and_then(|record| render::text(&transcript.shown, &record));
            let at = |what| BookError::at(transcript.place.clone(), format!("transcript {}: {what}", transcript.name));
            texts.push((index, text.map_err(at)?));
        }
        println!(
            "{:6.1} s  lab-{} {}: {} recorded, built in {:.1} s",
            begun.elapsed().as_secs_f64(),
            batch.lab,
            batch.code,
            texts.len(),
            batch.took.as_secs_f64()
        );
        Ok(texts)
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

    /// Builds the transcript's lab with the transcript's code, and puts the lab and its programs aside in the folder `place`, because the next
    /// code is built where this one was.
    fn built(&self, transcript: &Transcript, place: usize) -> Result<Built, String> {
        let lab = self.lab(&transcript.lab)?;
        let files = self.files(lab, &transcript.code)?;
        self.scratch.put(lab, files).map_err(|why| format!("{}: {why}", self.scratch.folder().display()))?;
        let unbuilt = |why| format!("{} with code {} does not compile:\n{why}", lab.name(), transcript.code);
        self.scratch.build(lab).map_err(unbuilt)?;
        let aside = self.scratch.folder().join("built").join(place.to_string());
        let program = self.scratch.binary(lab);
        put_aside(&self.scratch.package(lab), &program, &lab.name(), &aside)
            .map_err(|why| format!("{}: {why}", aside.display()))?;
        let program = aside.join(program.file_name().unwrap_or_default());
        Ok(Built { template: aside.join("template.yaml"), program })
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

/// Puts the files of a `package`, and the programs beside `program` whose names begin with the lab's, into the folder `aside`.
fn put_aside(package: &Path, program: &Path, lab: &str, aside: &Path) -> io::Result<()> {
    if aside.is_dir() {
        fs::remove_dir_all(aside)?;
    }
    replace(aside, &read_tree(package)?)?;
    for entry in fs::read_dir(program.parent().unwrap_or(package))? {
        let file: PathBuf = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file.is_file() && name.starts_with(lab) && !name.ends_with(".d") {
            // Linkers do not write into a program that is there: they make a new one.
            fs::hard_link(&file, aside.join(name))?;
        }
    }
    Ok(())
}
