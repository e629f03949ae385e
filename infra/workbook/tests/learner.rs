//! The learner's commands, from an untouched copy of the workbook without `.git` to a lab that is done, with real builds.
//!
//! The copy stands in a workspace of its own below the target folder (`course::scratch`) and has two labs, so that nobody's
//! edits in `labs/` play a part and none of them is touched.

#![allow(clippy::unwrap_used, reason = "a test that cannot read or run something has found its fault")]

#[path = "learner/copy.rs"]
mod copy;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use copy::Copy;

/// Longer than any build of a lab takes, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(900);

#[test]
fn from_an_untouched_copy_to_a_lab_that_is_done() {
    let copy = Copy::fresh();

    // Nothing is built for labs that nobody has begun.
    let text = copy.output(&["status"], true);
    assert!(text.contains("01  The reply contract  not begun"), "{text}");
    assert!(text.contains("Next: lab 01, The reply contract, lab-01.1 in labs/lab-01/src/main.rs:"), "{text}");
    let text = copy.output(&["hint", "1"], true);
    assert!(text.contains("TODO lab-01.1. Hint 1 of 4") && text.contains("Nobody has begun this TODO"), "{text}");
    assert!(!copy.path(".workbook/verdicts").exists());

    // A wrong answer in the learner's own words, while a later TODO is untouched.
    copy.fill(
        "01",
        &[("lab-01.2", "            panic!(\"whoever wrote {message} may write again\")\n"), ("lab-01.4", "")],
    );
    let first = copy.output(&["hint"], true);
    assert!(first.contains("TODO lab-01.2. Hint 1 of 4") && first.contains("the function panicked"), "{first}");
    assert!(first.contains("The TODO is in labs/lab-01/src/main.rs:20."), "{first}");
    let second = copy.output(&["hint", "01"], true);
    assert!(second.contains("Hint 2 of 4") && second.contains("01-the-reply-contract.html#"), "{second}");
    let fourth = copy.output(&["hint", "01", "--level", "4"], true);
    assert!(
        fourth.contains("-            panic!(\"whoever") && fourth.contains("+            Ok(reply(400,"),
        "{fourth}"
    );
    copy.fill("01", &[("lab-01.2", "            panic!(\"whoever wrote {message} may write again\")\n")]);
    let text = copy.output(&["status"], true);
    assert!(text.contains("4 of 10 tests are green; solution shown of lab-01.2"), "{text}");
    // What the trainer of a class gets: one line, read again after a chat has broken it.
    let line = copy.output(&["class", "--name", "Ada L."], true);
    let line = line.lines().find(|line| line.starts_with("workbook-class/1 name=Ada_L. at=")).unwrap().to_string();
    assert!(line.contains(" 01=4/10@01.2:panics-at-a-bad-request!4 05=- #"), "{line}");
    fs::write(copy.path("chat.txt"), format!("[12:00] Ada: `{}`\n", line.replace(" 05=", "\n05="))).unwrap();
    let text = copy.output(&["class", "collect", "chat.txt"], true);
    assert!(text.contains("Ada_L.   4/10      .") && text.contains("lab-01.2  1: Ada_L."), "{text}");

    // A failure that nobody has foreseen.
    copy.fill("01", &[("lab-01.2", "            Ok(reply(418, &json!({ \"error\": message })))\n")]);
    let text = copy.output(&["hint", "01"], true);
    assert!(text.contains("not recognised") && text.contains("status 418"), "{text}");
    let text = copy.output(&["check", "01"], false);
    assert!(text.contains("4 of 10 tests are green") && text.contains("cargo workbook hint 01"), "{text}");

    // What does not compile is not judged.
    copy.fill("01", &[("lab-01.2", "            Ok(answer(400, message))\n")]);
    let text = copy.output(&["hint", "01"], true);
    assert!(
        text.contains("does not compile") && text.contains("The first error is in labs/lab-01/src/main.rs:"),
        "{text}"
    );

    copy.fill("01", &[]);
    let text = copy.output(&["check", "01"], true);
    assert!(text.contains("Lab 01, The reply contract: done.\nNext: lab 05, The board."), "{text}");
    let text = copy.output(&["skip-to", "05"], true);
    assert!(text.contains("01  The reply contract: done, and left as it is"), "{text}");

    // Back to the beginning, and past it without doing it.
    let work = copy.read("labs/lab-01/src/main.rs");
    let text = copy.output(&["reset", "01"], true);
    assert!(text.contains("labs/lab-01/src/main.rs"), "{text}");
    assert_eq!(copy.backups(), [work]);
    assert!(copy.read("labs/lab-01/src/main.rs").contains("TODO(lab-01.1)"));
    copy.output(&["skip-to", "05"], true);
    let text = copy.output(&["status"], true);
    assert!(text.contains("01  The reply contract  borrowed from the solution"), "{text}");
    assert!(text.contains("Next: lab 05, The board, lab-05.2 in labs/lab-05/src/table/read.rs:"), "{text}");
    assert_eq!(copy.backups().len(), 1, "an untouched lab is nobody's work");

    // Cards of the chapter that was begun, and what was missed; a drill that failed is noted by another command.
    let text = copy.output(&["review", "due"], true);
    assert!(text.contains("7 new cards: cargo workbook review"), "{text}");
    copy.output(&["review", "missed", "05-1"], true);
    let text = copy.output(&["review", "missed", "05-99"], false);
    assert!(text.contains("There is no checkpoint 05-99. There are: 05-1, 05-2,"), "{text}");
    fs::write(copy.path(".workbook/drills.toml"), "[[drill]]\nnumber = \"04\"\nstate = \"failed\"\n").unwrap();
    let text = copy.output(&["review", "due", "--chapter", "5"], true);
    assert!(text.contains("2 cards to be asked again, 10 new: cargo workbook review"), "{text}");

    watch(&copy);
}

/// One save, one verdict, and a clean end.
fn watch(copy: &Copy) {
    let mut child = copy.command(&["watch", "01"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = lines_of(&mut child);
    wait_for(&lines, "checking lab 01");
    wait_for(&lines, "Lab 01, The reply contract: done.");
    wait_for(&lines, "Next: lab 05");
    copy.fill("01", &[("lab-01.4", "    Ok(name)\n")]);
    wait_for(&lines, "checking lab 01");
    wait_for(&lines, "Lab 01, The reply contract: does not compile.");
    interrupt(&mut child);
    if cfg!(unix) {
        wait_for(&lines, "Stopped.");
        assert!(child.wait().unwrap().success());
    }
}

fn lines_of(child: &mut Child) -> Receiver<String> {
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (text, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            let _ = text.send(line);
        }
    });
    lines
}

fn wait_for(lines: &Receiver<String>, wanted: &str) {
    let mut seen = Vec::new();
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) if line.contains(wanted) => return,
            Ok(line) => seen.push(line),
            Err(why) => panic!("{why}: {wanted:?} was not among\n{}", seen.join("\n")),
        }
    }
}

/// Ctrl-C, where a test can press it.
fn interrupt(child: &mut Child) {
    if cfg!(unix) {
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    } else {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
