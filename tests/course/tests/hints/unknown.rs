//! What is not known is said to be unknown, and what is known is known in other words too.

use std::collections::BTreeMap;

use course::lab::Lab;
use course::recognition::Recognised;

use crate::{answers, course, kept, known, name, recognised, root};

/// The messages of a wrong answer after an edit of each, looked at with the answer's own code in place.
fn after(number: &str, answer: &str, edit: impl Fn(&str) -> String) -> Recognised {
    let red = |lab: &Lab| kept(lab, answer).into_iter().map(|(test, said)| (test, edit(&said))).collect();
    with(number, answer, red)
}

fn with(number: &str, answer: &str, red: impl Fn(&Lab) -> BTreeMap<String, String>) -> Recognised {
    let lab = Lab::read(&root(), number).unwrap();
    let wrong = answers(&lab).into_iter().find(|wrong| wrong.name == answer).unwrap();
    recognised(&lab, &known(&lab), &lab.answered(&[&wrong]), red(&lab))
}

fn assert_unknown(got: Recognised, todo: &str) {
    assert_eq!(got, Recognised::Unknown(Some(todo.to_string())));
}

#[test]
fn the_learners_own_wording_does_not_matter() {
    let replaced = |from: &'static str, to: &'static str| {
        move |said: &str| {
            assert!(said.contains(from), "{from} is not in\n{said}");
            said.replace(from, to)
        }
    };
    let panicked = after("05", "05.2-unwraps-the-item", |said| {
        said.replace("called `Option::unwrap()`\n            on a `None` value", "there is always a post")
            .replace("called `Option::unwrap()` on a `None` value", "there is always a post")
            .replace("read.rs:15:25", "read.rs:21:9")
    });
    assert_eq!(name(panicked), "05.2-unwraps-the-item");
    let key = after("01", "01.1-key-beside-the-body", |said| {
        said.replace("\"message\": only", "\"debug\": only")
            .replace(" (did you mean \"body\"?)", "")
            .replace("\"message\":\"greeted\"", "\"debug\":1")
    });
    assert_eq!(name(key), "01.1-key-beside-the-body");
    let words =
        after("05", "05.2-nothing-found-is-an-internal-error", replaced("GetItem found nothing", "no such thing"));
    assert_eq!(name(words), "05.2-nothing-found-is-an-internal-error");
    let refusal = after(
        "05",
        "05.2-wrong-id-is-a-bad-request",
        replaced("postId is unknown.", "postId names no post on this board."),
    );
    assert_eq!(name(refusal), "05.2-wrong-id-is-a-bad-request");
}

/// One more header, written in the same wrong way, is the same mistake; a mistake of another kind beside it is not.
#[test]
fn a_mistake_in_a_template_is_recognised_wherever_and_however_often_it_was_made() {
    let also = |mistake: &str| {
        let line = format!("            labs/lab-03/template.yaml:70:9: {mistake}\n  look at");
        move |said: &str| said.replace("  look at", &line)
    };
    let answer = "03.5-gateway-form-of-the-header";
    let place = "BoardApi.Properties.GatewayResponses.THROTTLED.ResponseParameters.gatewayresponse.header.Vary";
    let again = format!("{place}: Invalid gateway response parameter 'gatewayresponse.header.Vary'. SAM has");
    assert_eq!(name(after("03", answer, also(&again))), answer);
    let other =
        "BoardApi.Properties.GatewayResponses.THROTLED: THROTLED is not a response type; did you mean THROTTLED?";
    assert_unknown(after("03", answer, also(other)), "lab-03.5");
    let elsewhere =
        "BoardApi.Properties.Cors.Origins: the local cloud does not know this property of AWS::Serverless::Api.Cors";
    assert_unknown(after("03", answer, also(elsewhere)), "lab-03.5");
}

#[test]
fn another_status_is_another_failure() {
    for lab in course() {
        for answer in answers(&lab) {
            let kept = kept(&lab, &answer.name);
            let red: BTreeMap<String, String> = kept
                .iter()
                .map(|(test, said)| (test.clone(), said.replace("got       status ", "got       status 1")))
                .collect();
            if red == kept {
                continue;
            }
            let got = recognised(&lab, &known(&lab), &lab.answered(&[&answer]), red);
            assert!(matches!(got, Recognised::Unknown(_)), "{} with another status is taken for {got:?}", answer.name);
        }
    }
}

#[test]
fn another_cause_behind_the_same_status_is_another_failure() {
    let given = "cause: an item of the table is not what the board writes: missing field `id`";
    let got = after("05", "05.2-nothing-found-is-an-internal-error", |said| {
        said.replace("cause: GetItem found nothing", given)
    });
    assert_unknown_or_unchanged(&got, "lab-05.2");
    let got = after("05", "05.3-scans-the-table", |said| said.replace("dynamodb:Scan", "dynamodb:BatchGetItem"));
    assert_unknown(got, "lab-05.3");
    let got = after("05", "05.5-half-the-key", |said| {
        said.replace(
            "The provided key element does not match the schema",
            "Invalid UpdateExpression: An expression attribute name used in the document path is not defined",
        )
    });
    assert!(matches!(got, Recognised::Unknown(_)), "{got:?}");
    let got = after("05", "05.2-unwraps-the-item", |said| said.replace("src/table/read.rs", "src/keys.rs"));
    assert_unknown(got, "lab-05.2");
}

/// Something was written there, and the check sees no difference: neither a wrong answer nor a new failure.
fn assert_unknown_or_unchanged(got: &Recognised, todo: &str) {
    assert!(matches!(got, Recognised::Unknown(Some(got)) | Recognised::Unchanged(got) if got == todo), "{got:?}");
}

#[test]
fn fewer_red_tests_or_more_are_another_failure() {
    let fewer = with("05", "05.4-no-condition", |lab| kept(lab, "05.4-no-condition").into_iter().take(1).collect());
    // Another answer may be red there and nowhere else; it is not this one.
    assert!(!matches!(&fewer, Recognised::Answer(answer) if answer.name == "05.4-no-condition"), "{fewer:?}");
    let more = with("05", "05.5-second-delete-is-a-404", |lab| {
        let mut red = kept(lab, "05.5-second-delete-is-a-404");
        let said = red["delete::deleting_twice_is_not_a_mistake"].clone();
        red.insert("delete::what_never_existed_is_a_404".to_string(), said);
        red
    });
    assert_unknown(more, "lab-05.5");
}

/// A function that fails at everything is not the wrong answer that fails at a few things in the same way.
#[test]
fn a_function_that_is_broken_altogether_is_not_a_wrong_answer() {
    let broken = with("01", "01.2-panics-at-a-bad-request", |lab| {
        let mut red = kept(lab, "01.2-panics-at-a-bad-request");
        for (test, said) in kept(lab, "starter") {
            red.entry(test).or_insert_with(|| {
                let about = said.lines().next().unwrap().split_once(": ").unwrap().1.to_string();
                format!(
                    "lab-01.2, before lab-01.1 can be judged: {about}\n\n  expected  status 200\n  got       status 502, {{\"message\": \"Internal server error\"}}\n  \
                     why       Your function ended with an error instead of a reply: \"Lambda panicked: x\"\n            To API Gateway that is a \
                     broken function, no matter who was at fault: it answers 502 and hides the\n            reason.\n  \
                     its log   thread 'main' ([thread]) panicked at labs/lab-01/src/main.rs:20:13:\n            x"
                )
            });
        }
        red
    });
    assert_unknown(broken, "lab-01.2");
}

#[test]
fn words_that_are_not_the_checks_are_unknown() {
    let got = after("01", "01.4-blank-is-a-name", |_| "thread 'x' panicked at tests/check.rs:12:5:\nboom".to_string());
    assert_eq!(got, Recognised::Unknown(None));
}

/// Two faults at once are told one after the other, in the chapter's order; beside an unknown one, nothing is sure.
#[test]
fn two_known_faults_are_told_one_after_the_other() {
    let both = |edit: fn(&str) -> String| {
        with("05", "05.4-no-condition", |lab| {
            let mut red = kept(lab, "05.4-no-condition");
            let other = kept(lab, "05.3-one-page-is-enough").into_iter();
            red.extend(other.map(|(test, said)| (test, edit(&said))));
            red
        })
    };
    assert_eq!(name(both(str::to_string)), "05.3-one-page-is-enough");
    assert_unknown(both(|said| said.replace("\"next\" is null", "\"next\" is 7")), "lab-05.3");
}
