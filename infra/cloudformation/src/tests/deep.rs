//! Templates that are deep, long or circular: each is read or refused, on a thread with an ordinary stack.

use std::fmt::Write;

use super::*;

/// What the template is refused with, if it is.
fn refusal(text: &str) -> Option<String> {
    parse(text, Path::new("template.yaml"), &StackOptions::default()).err().map(|error| error.to_string())
}

const QUEUE: &str = "Resources:\n  Q: {Type: AWS::SQS::Queue}\n";

#[test]
fn a_template_as_deep_as_it_likes_is_refused_by_a_line() {
    let many = 100_000;
    let blocks: String = (0..1_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    let templates = [
        "[".repeat(many),
        "{a: ".repeat(many),
        format!("{}{}", "[".repeat(many), "]".repeat(many)),
        format!("{}1{}", "{\"a\":".repeat(many), "}".repeat(many)),
        "- ".repeat(many),
        "? ".repeat(many),
        "!Not [".repeat(many),
        "&a [".repeat(many),
        blocks,
        format!("{QUEUE}Metadata: {}", "[".repeat(many)),
        format!("{QUEUE}Metadata: {}", "{? ".repeat(many)),
    ];
    for template in templates {
        let shown: String = template.chars().take(60).collect();
        assert!(refusal(&template).is_some(), "{shown}");
    }
}

#[test]
fn aliases_that_repeat_each_other_are_refused() {
    let mut template = format!("{QUEUE}Metadata:\n  a0: &a0 [1, 2]\n");
    for level in 1..60 {
        let below = level - 1;
        writeln!(template, "  a{level}: &a{level} [*a{below}, *a{below}]").unwrap();
    }
    assert!(refusal(&template).unwrap().contains("do aliases repeat each other"));
    let itself = format!("{QUEUE}Metadata:\n  a: &a [*a]\n");
    assert!(refusal(&itself).unwrap().contains("stands inside the value that it repeats"));
}

/// Conditions that lead from one to the next, `count` of them, each with `around` around the name of the next.
fn conditions(count: usize, open: &str, close: &str) -> String {
    let mut template = format!("{QUEUE}Conditions:\n  C0: !Equals [a, a]\n");
    for number in 1..count {
        writeln!(template, "  C{number}: {open}{{Condition: C{}}}{close}", number - 1).unwrap();
    }
    // The last one first, or all that it needs would be known.
    template.replace("Conditions:\n", &format!("Conditions:\n  A: {{Condition: C{}}}\n", count - 1))
}

#[test]
fn conditions_lead_to_each_other_and_come_to_an_end() {
    assert_eq!(refusal(&conditions(40, "!Not [", "]")), None);
    let deep = "conditions are nested more than 128 deep";
    for (open, close) in [("!Not [", "]"), ("!Or [{Condition: C0}, ", "]"), ("", "")] {
        assert!(refusal(&conditions(5_000, open, close)).unwrap().contains(deep), "{open}");
    }
    let deep_ones = conditions(100, &"!Not [".repeat(29), &"]".repeat(29));
    assert!(refusal(&deep_ones).unwrap().contains(deep));
    let circle = format!("{QUEUE}Conditions:\n  A: {{Condition: B}}\n  B: !Not [{{Condition: A}}]\n");
    assert!(refusal(&circle).unwrap().contains("depends on itself"));
}

/// Queues whose names come from each other's, `count` of them, each with so many functions around the next one's name.
fn names(count: usize, functions: usize) -> String {
    let mut template = "Outputs: {Last: {Value: !GetAtt Q0.QueueName}}\nResources:\n".to_string();
    for number in 0..count {
        let next = number + 1;
        let (open, close) = ("!Join ['', [a, ".repeat(functions), "]]".repeat(functions));
        let name = if next == count { "last".to_string() } else { format!("!GetAtt Q{next}.QueueName") };
        writeln!(template, "  Q{number}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {open}{name}{close}}}}}")
            .unwrap();
    }
    template
}

#[test]
fn names_lead_to_each_other_and_come_to_an_end() {
    assert_eq!(refusal(&names(20, 1)), None);
    assert_eq!(refusal(&names(2, 20)), None);
    let deep = "values are nested more than 128 deep";
    assert!(refusal(&names(500, 1)).unwrap().contains(deep));
    assert!(refusal(&names(500, 25)).unwrap().contains(deep));
}

#[test]
fn resources_that_need_each_other_in_a_long_chain_are_ordered() {
    let chain = |count: usize| {
        let mut template = "Resources:\n".to_string();
        for number in 0..count {
            let needs = if number + 1 == count { String::new() } else { format!(", DependsOn: Q{}", number + 1) };
            writeln!(template, "  Q{number}: {{Type: AWS::SQS::Queue{needs}}}").unwrap();
        }
        template
    };
    assert_eq!(refusal(&chain(500)), None);
    assert!(refusal(&chain(15_000)).unwrap().contains("a template has at most 500"));
}

#[test]
fn a_text_that_doubles_from_name_to_name_is_refused() {
    let mut template = "Outputs: {Last: {Value: !GetAtt Q0.QueueName}}\nResources:\n".to_string();
    for number in 0..60 {
        let next = number + 1;
        let name = if next == 60 {
            "last".to_string()
        } else {
            format!("!Sub '${{Q{next}.QueueName}}${{Q{next}.QueueName}}'")
        };
        writeln!(template, "  Q{number}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}").unwrap();
    }
    assert!(refusal(&template).unwrap().contains("has more than 1000000 bytes"));
}

/// Marsaglia's xorshift: the same nonsense on every machine for the same seed.
fn roll(state: &mut u64, below: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % u64::try_from(below).unwrap()).unwrap()
}

#[test]
fn nonsense_is_refused_or_read() {
    const PIECES: [&str; 34] = [
        "Resources:",
        "\n",
        "\n  ",
        "\n    ",
        "A: ",
        "B:",
        "Type: AWS::SQS::Queue",
        "Properties:",
        "Conditions:",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "!Ref A",
        "!Sub '${A.Arn}'",
        "!Not [",
        "!If [A, ",
        "Fn::Join: ",
        "!GetAtt A.Arn",
        "&x ",
        "*x",
        "- ",
        "? ",
        "| ",
        "'",
        "\"",
        "#",
        "%YAML 1.1\n",
        "---",
        "Outputs:",
        "Value: ",
        "\u{d55c}",
        "\t",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut read = 0;
    for _ in 0..5_000 {
        let start = if roll(&mut state, 2) == 0 { QUEUE } else { "" };
        let text: String = (0..roll(&mut state, 40)).map(|_| PIECES[roll(&mut state, PIECES.len())]).collect();
        read += usize::from(refusal(&format!("{start}{text}")).is_none());
    }
    assert!(read > 10, "{read} of them were read");
}
