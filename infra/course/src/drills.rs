//! Incident drills: `book/drills/NN-name/drill.toml`.
//!
//! A drill is a board that is broken in one place, and what a caller says about it. Its template is the board's own with a few lines
//! changed (`break`), so that it follows when that one changes. Where the fault is in a function (`code`), it is the finished package of a lab. What judges a repair is written as requests and what they must
//! get (`probe`); each says in its own words what is still broken when it fails. Beside them stand the repair that a maintainer
//! would make, and repairs that tempt and leave something broken (`tempting`): CI makes all of them.
//!
//! This module reads the files and makes the edits. What runs a drill is `cargo workbook drill`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::lab::{Files, Lab};
use crate::regions::{Fault, Source};

/// Where drills are, below the workspace's folder.
pub const FOLDER: &str = "book/drills";
/// The file of a drill's folder that a learner repairs, with what the caller's program sends where the drill has one.
pub const TEMPLATE: &str = "template.yaml";
/// What the caller's program sends.
pub const CLIENT: &str = "client.http";

/// One drill.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    /// `04`, from the folder's name.
    #[serde(skip)]
    pub number: String,
    /// The folder that it was read from.
    #[serde(skip)]
    pub folder: PathBuf,
    /// What somebody noticed, in a few words, without the cause.
    pub title: String,
    /// How long it takes.
    pub minutes: u32,
    /// The template that the drill's is made of: `infra/template.yaml`, or a solution's.
    pub base: String,
    /// The section of the book that explains it: `05-the-board.md#the-cursor`.
    pub page: String,
    /// Whether the learner gets the code of the lab whose template `base` is, too, and the fault may be there.
    #[serde(default)]
    pub code: bool,
    /// Whether the board runs `base` and the drill's template is deployed over it: for drills about deployments.
    #[serde(default)]
    pub updates: bool,
    /// The stage that callers have in their address, where it is not the template's.
    pub stage: Option<String>,
    /// What a caller says.
    pub complaint: Complaint,
    /// What is changed in `base`.
    #[serde(rename = "break")]
    pub breaks: Vec<Edit>,
    /// What is in the table when the drill begins.
    #[serde(default)]
    pub posts: usize,
    /// How long each post's body is, in bytes, where that matters.
    #[serde(default)]
    pub body_bytes: usize,
    /// Other items, in DynamoDB's JSON: put in their order, before the posts.
    #[serde(default, rename = "item")]
    pub items: Vec<Map<String, Value>>,
    /// What judges a repair, in this order.
    #[serde(rename = "probe")]
    pub probes: Vec<Probe>,
    /// What a maintainer would change.
    #[serde(rename = "repair")]
    pub repair: Vec<Edit>,
    /// Other repairs that are right.
    #[serde(default, rename = "alternative")]
    pub alternatives: Vec<Alternative>,
    /// What one might change, and what is broken then.
    pub tempting: Vec<Tempting>,
    /// What is asked once the repair holds.
    #[serde(rename = "question")]
    pub questions: Vec<ChoiceQuestion>,
    /// The line that proves the cause.
    pub evidence: Evidence,
    /// What helps, a little more each time.
    pub hints: Vec<String>,
    /// How an expert went about it, for who has solved it.
    pub debrief: String,
}

/// A caller's words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complaint {
    /// In English.
    pub en: String,
    /// In Korean.
    pub ko: String,
}

/// A change of a file: a text that stands in it once, and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The file, in the drill's folder.
    #[serde(default = "template")]
    pub file: String,
    /// The text.
    pub old: String,
    /// What takes its place.
    pub new: String,
}

/// A repair that is as right as the maintainer's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// What one thought.
    pub thought: String,
    /// The changes of the broken files.
    pub edits: Vec<Edit>,
}

/// A repair that leaves something broken.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tempting {
    /// What one thought.
    pub thought: String,
    /// The changes of the broken files.
    pub edits: Vec<Edit>,
    /// Words of the message that says what is still broken.
    pub says: String,
}

/// A question with its choices.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceQuestion {
    /// `symptom`, `hop` or `cause`.
    pub about: String,
    /// The question.
    pub ask: String,
    /// What can be chosen.
    pub choices: Vec<String>,
    /// The right one, from 1.
    pub right: usize,
}

/// The line that proves the cause.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What to paste.
    pub ask: String,
    /// What stands in it, upper and lower case aside. A line of the broken board's logs, answers, events or files has all of them.
    pub has: Vec<String>,
}

/// Something that must hold when the board is repaired. One of the kinds is given; `says` is said when it does not hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// What is still broken, as a sentence.
    pub says: String,
    /// A request: `POST {{api}}/board`. Places are `api`, `site`, `aws`, the site's `bucket`, and names of answers.
    pub send: Option<String>,
    /// Its headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Its body.
    #[serde(default)]
    pub body: String,
    /// A function that nobody may invoke while it is sent: its reserved concurrency is 0.
    pub stopped: Option<String>,
    /// How many of it are sent at the same time.
    #[serde(default = "one")]
    pub at_once: usize,
    /// The name under which later probes use what came: `{{posted.id}}`.
    pub name: Option<String>,
    /// A request of the caller's program instead, by its name; `*` for all of them.
    pub client: Option<String>,
    /// The status that the answer must have; of several, all of them.
    pub status: Option<u16>,
    /// The status that at least one of several answers must have.
    pub some_status: Option<u16>,
    /// A header, and a text that its value must have in it; an empty text for any value.
    #[serde(default)]
    pub has_header: BTreeMap<String, String>,
    /// A header, and a text that its value must not have in it; an empty text where the header must not be there.
    #[serde(default)]
    pub lacks_header: BTreeMap<String, String>,
    /// The origin whose pages must be able to read the answer in a browser: `{{site}}`.
    pub readable_from: Option<String>,
    /// The most seconds for which whoever gets the answer may keep it, as it says itself.
    pub kept_at_most: Option<u64>,
    /// The most seconds for which CloudFront may keep a 403 or a 404 of its origin.
    pub errors_kept_at_most: Option<u64>,
    /// What the body must have in it.
    pub has: Option<String>,
    /// What it must not have in it.
    pub lacks: Option<String>,
    /// Lists in what came (`first.posts`), which together must have `count` elements of different ids.
    #[serde(default)]
    pub distinct: Vec<String>,
    /// How many.
    pub count: Option<usize>,
    /// Numbers in what came (`report.ConsumedCapacity.CapacityUnits`), and the most that each may be.
    #[serde(default)]
    pub at_most: BTreeMap<String, f64>,
    /// A property of the template's resources, references worked out: `BoardApiFunction.VpcConfig`.
    pub property: Option<String>,
    /// Whether that property must be there; with `has` and `lacks` its JSON is looked at.
    pub present: Option<bool>,
    /// Whether the role of a function lets it do something.
    pub role: Option<RoleProbe>,
    /// Whether an alarm rings.
    pub alarm: Option<AlarmProbe>,
    /// A queue, by its name, that must have `count` messages or more.
    pub queue: Option<String>,
    /// A function, none of whose events may have `lacks` in it.
    pub invoked: Option<String>,
    /// Waits first until the streams are at rest.
    #[serde(default)]
    pub drained: bool,
    /// The template must be deployed without a refusal.
    #[serde(default)]
    pub deploys: bool,
}

/// Whether a role allows something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleProbe {
    /// The function's name.
    pub function: String,
    /// `dynamodb:PutItem`.
    pub action: String,
    /// An ARN.
    pub resource: String,
    /// Whether it must be allowed.
    pub allowed: bool,
}

/// What an alarm is shown, and whether one must ring.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmProbe {
    /// `AWS/ApiGateway`.
    pub namespace: String,
    /// `5XXError`.
    pub metric: String,
    /// The metric's dimensions, by their names, as the service reports them.
    pub dimensions: BTreeMap<String, String>,
    /// Others, under which it reports the same.
    pub or: Option<BTreeMap<String, String>>,
    /// The samples of each minute, oldest first; an empty list where nothing was reported.
    pub minutes: Vec<Vec<f64>>,
    /// Whether some alarm of the template must be in ALARM at the end.
    pub rings: bool,
    /// Which alarm it is about; all that watch the metric where none is named.
    pub only: Option<String>,
}

/// A line of a template in `folder`; where it says in which folder code lies, with that folder's whole path.
fn with_whole_code_uri(line: &str, folder: &Path) -> String {
    let Some((before, code)) = line.split_once("CodeUri: ").filter(|(before, _)| before.trim().is_empty()) else {
        return line.to_string();
    };
    let mut path = folder.to_path_buf();
    for part in code.trim().split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()),
            part => path.push(part),
        }
    }
    let path = path.display().to_string().replace('\\', "/").replace('\'', "''");
    format!("{before}CodeUri: '{path}'\n")
}

fn template() -> String {
    TEMPLATE.to_string()
}

fn one() -> usize {
    1
}

/// The files of a drill's folder, by name.
pub type DrillFiles = BTreeMap<String, String>;

/// All drills of the workspace in `root`, in their order.
///
/// # Errors
///
/// A file that cannot be read or understood.
pub fn drills(root: &Path) -> Result<Vec<Drill>, Fault> {
    let folder = root.join(FOLDER);
    let entries = fs::read_dir(&folder).map_err(|why| fault(FOLDER, format!("cannot be read: {why}")))?;
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders.iter().map(|folder| Drill::read(folder)).collect()
}

impl Drill {
    /// Reads the drill in `folder`.
    ///
    /// # Errors
    ///
    /// A folder's name without a number, a file that cannot be read or understood.
    pub fn read(folder: &Path) -> Result<Drill, Fault> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = format!("{FOLDER}/{name}/drill.toml");
        let number = name.split('-').next().filter(|number| number.len() == 2 && number.parse::<u8>().is_ok());
        let number = number.ok_or_else(|| fault(&file, "the folder's name begins with two digits and a hyphen"))?;
        let text = fs::read_to_string(folder.join("drill.toml"))
            .map_err(|why| fault(&file, format!("cannot be read: {why}")))?;
        let drill: Drill = toml::from_str(&text.replace("\r\n", "\n"))
            .map_err(|why| fault(&file, format!("is not a drill: {why}")))?;
        Ok(Drill { number: number.to_string(), folder: folder.to_path_buf(), ..drill })
    }

    /// The lab whose code is a part of the drill; nothing where the fault is not in code.
    ///
    /// # Errors
    ///
    /// A solution that cannot be read, or a base that is not a solution's.
    pub fn lab(&self, root: &Path) -> Result<Option<Lab>, Fault> {
        if !self.code {
            return Ok(None);
        }
        let number =
            self.solution().ok_or_else(|| self.fault("`code` needs the template of a solution".to_string()))?;
        Lab::read(root, number).map(Some)
    }

    /// The number of the solution whose template the base is.
    fn solution(&self) -> Option<&str> {
        self.base.strip_prefix("solutions/solution-").and_then(|rest| rest.split('/').next())
    }

    /// The template that the drill's is made of, as its own folder must have it: the code of its functions lies in `root`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn base(&self, root: &Path) -> Result<String, Fault> {
        let solution = self.solution();
        let text = fs::read_to_string(root.join(&self.base))
            .map_err(|why| fault(&self.base, format!("cannot be read: {why}")))?;
        let text = match solution {
            // Without the marks from which the lab is cut.
            Some(number) => {
                Source::parse(&self.base, &text, &format!("lab-{number}"))?.with(|region| region.code.clone())
            }
            None => text,
        };
        let folder = Path::new(&self.base).parent().unwrap_or(Path::new(""));
        let text = text.replace("\r\n", "\n");
        Ok(text.split_inclusive('\n').map(|line| with_whole_code_uri(line, &root.join(folder))).collect())
    }

    /// The broken files, as a learner gets them.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a text that does not stand in it once.
    pub fn broken(&self, root: &Path) -> Result<DrillFiles, Fault> {
        let mut files = match self.lab(root)? {
            Some(lab) => learners(lab.solved()),
            None => DrillFiles::from([(TEMPLATE.to_string(), self.base(root)?)]),
        };
        let client = self.folder.join(CLIENT);
        if client.is_file() {
            let text =
                fs::read_to_string(&client).map_err(|why| self.fault(format!("{CLIENT} cannot be read: {why}")))?;
            files.insert(CLIENT.to_string(), text.replace("\r\n", "\n"));
        }
        self.edited(files, &self.breaks)
    }

    /// `files` with `edits` made.
    ///
    /// # Errors
    ///
    /// A text that does not stand in its file once.
    pub fn edited(&self, mut files: DrillFiles, edits: &[Edit]) -> Result<DrillFiles, Fault> {
        for Edit { file, old, new } in edits {
            let text = files.get_mut(file).ok_or_else(|| self.fault(format!("has no file {file} to edit")))?;
            let found = text.matches(old.as_str()).count();
            if found != 1 {
                return Err(self.fault(format!(
                    "this text stands {found} times in {file}, made from {}, and must stand there once:\n{old}",
                    self.base
                )));
            }
            *text = text.replacen(old.as_str(), new, 1);
        }
        Ok(files)
    }

    fn fault(&self, what: String) -> Fault {
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy();
        fault(&format!("{FOLDER}/{name}/drill.toml"), what)
    }
}

/// What a learner gets of a lab's package: its template, and its code. The manifest stays, and so does what is not text.
fn learners(package: Files) -> DrillFiles {
    let is_theirs = |path: &String| path == TEMPLATE || path.starts_with("src/") && path.ends_with(".rs");
    let theirs = package.into_iter().filter(|(path, _)| is_theirs(path));
    theirs.filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?))).collect()
}

impl Evidence {
    /// Whether `line` is the one.
    pub fn is_in(&self, line: &str) -> bool {
        let line = line.to_lowercase();
        self.has.iter().all(|part| line.contains(&part.to_lowercase()))
    }
}

fn fault(file: &str, what: impl Into<String>) -> Fault {
    Fault { file: file.to_string(), line: 1, what: what.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapters;
    use crate::root::workspace;

    #[test]
    fn every_drill_is_whole_and_its_edits_still_fit() {
        let root = workspace().unwrap();
        let drills = drills(&root).unwrap();
        for (at, drill) in drills.iter().enumerate() {
            let number = &drill.number;
            assert_eq!(*number, format!("{:02}", at + 1), "drills are numbered without a gap");
            let broken = drill.broken(&root).unwrap_or_else(|fault| panic!("{fault}"));
            assert_ne!(broken.get(TEMPLATE), None);
            drill.edited(broken.clone(), &drill.repair).unwrap_or_else(|fault| panic!("{fault}"));
            assert!(drill.tempting.len() >= 5, "drill {number} has five repairs that tempt");
            for tempting in &drill.tempting {
                drill.edited(broken.clone(), &tempting.edits).unwrap_or_else(|fault| panic!("{fault}"));
                let says = |probe: &Probe| probe.says.contains(&tempting.says);
                assert!(drill.probes.iter().any(says), "drill {number}: no probe says {:?}", tempting.says);
            }
            assert!(has_section(&root, &drill.page), "drill {number}: the book has no section {}", drill.page);
            let about: Vec<&str> = drill.questions.iter().map(|question| question.about.as_str()).collect();
            assert_eq!(about, ["symptom", "hop", "cause"], "drill {number}");
            for ChoiceQuestion { choices, right, ask, .. } in &drill.questions {
                assert!(choices.len() >= 3 && (1..=choices.len()).contains(right), "drill {number}: {ask}");
            }
            assert!(!drill.evidence.has.is_empty() && drill.hints.len() == 3, "drill {number}");
            assert!(drill.complaint.ko.chars().any(|letter| ('가'..='힣').contains(&letter)), "drill {number}");
        }
    }

    #[test]
    fn some_faults_are_in_code_and_are_repaired_there() {
        let root = workspace().unwrap();
        let about_code: Vec<Drill> = drills(&root).unwrap().into_iter().filter(|drill| drill.code).collect();
        assert!(about_code.len() >= 2, "{}", about_code.len());
        for drill in about_code {
            let is_code = |edit: &Edit| edit.file.starts_with("src/");
            assert!(drill.breaks.iter().any(is_code) && drill.repair.iter().any(is_code), "drill {}", drill.number);
            let broken = drill.broken(&root).unwrap();
            assert!(broken.contains_key("src/main.rs") && !broken.contains_key("Cargo.toml"), "drill {}", drill.number);
            assert!(
                !broken.values().any(|text| text.contains("starter")),
                "drill {}: no marks of the lab",
                drill.number
            );
        }
        let drill = Drill { base: "infra/template.yaml".to_string(), code: true, ..drills(&root).unwrap().remove(0) };
        assert!(drill.lab(&root).unwrap_err().to_string().contains("needs the template of a solution"));
    }

    #[test]
    fn what_is_right_stands_at_every_place() {
        let mut places = BTreeMap::<usize, usize>::new();
        for question in drills(&workspace().unwrap()).unwrap().iter().flat_map(|drill| &drill.questions) {
            *places.entry(question.right).or_default() += 1;
        }
        let all: usize = places.values().sum();
        assert!(places.values().all(|count| *count * 2 < all), "guessing one place must not pay: {places:?}");
    }

    fn has_section(root: &Path, page: &str) -> bool {
        let (file, section) = page.split_once('#').unwrap_or((page, ""));
        let text = fs::read_to_string(root.join(chapters::SOURCE).join(file)).unwrap_or_default();
        let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
        headings.map(|line| chapters::anchor(line.trim_start_matches('#'))).any(|anchor| anchor == section)
    }

    #[test]
    fn code_is_found_from_anywhere() {
        let line = |line: &str| with_whole_code_uri(line, Path::new("/the reader's/infra"));
        assert_eq!(line("  CodeUri: ../solutions/a\n"), "  CodeUri: '/the reader''s/solutions/a'\n");
        assert_eq!(line("  CodeUri: .\n"), "  CodeUri: '/the reader''s/infra'\n");
        assert_eq!(line("  # CodeUri: .\n"), "  # CodeUri: .\n");
    }

    #[test]
    fn an_edit_that_does_not_fit_names_its_text() {
        let drill = &drills(&workspace().unwrap()).unwrap()[0];
        let files = DrillFiles::from([(TEMPLATE.to_string(), "a: 1\na: 1\n".to_string())]);
        let edit = |old: &str| Edit { file: TEMPLATE.to_string(), old: old.to_string(), new: String::new() };
        let twice = drill.edited(files.clone(), &[edit("a: 1")]).unwrap_err().to_string();
        assert!(twice.contains("stands 2 times in template.yaml"), "{twice}");
        let gone = drill.edited(files, &[edit("b: 1")]).unwrap_err().to_string();
        assert!(gone.contains("stands 0 times") && gone.ends_with("b: 1"), "{gone}");
    }
}
