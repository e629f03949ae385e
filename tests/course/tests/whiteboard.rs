//! The storyboard breaks no rule; and each rule held to its purpose: one edit of the storyboard or of the template is named, with what
//! to do. A resource that is renamed in the template is missed until the storyboard follows.

#![allow(clippy::unwrap_used, reason = "a linter that cannot read something has found its fault")]

use std::fs;
use std::path::{Path, PathBuf};

use cloudformation::StackOptions;
use course::whiteboard::storyboard::{FILE, Storyboard};
use course_linter::whiteboard::{TEMPLATE, faults, of};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}

/// What is said of the two texts.
fn messages(storyboard: &str, template: &str) -> Vec<String> {
    let storyboard = Storyboard::parse(storyboard).unwrap();
    let stack = cloudformation::parse(template, &root().join(TEMPLATE), &StackOptions::default()).unwrap();
    of(&root(), &storyboard, &stack).iter().map(ToString::to_string).collect()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

#[test]
fn the_storyboard_breaks_no_rule() {
    let found: Vec<String> = faults(&root()).unwrap().iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_edit_breaks_a_rule_and_is_told_with_what_to_do() {
    let (storyboard, template) = (read(FILE), read(TEMPLATE));
    let mut silent = Vec::new();
    for (from, to, what) in [
        // the clock
        (
            "seconds = 30\n",
            "seconds = 31\n",
            "the version of 5 minutes has steps of 301 seconds together, and 300 are its minutes",
        ),
        ("words-per-minute = 130", "words-per-minute = 80", "words to say in"),
        (
            "talk.ko = \"안녕하세요. ",
            "talk.ko = \"안녕하세요. 오늘은 여러분께 서버리스로 만든 게시판을 처음부터 끝까지 아주 천천히 하나씩 그려 가면서 자세히 설명해 드리려고 합니다. ",
            "Korean syllables to say in 30 seconds",
        ),
        ("minutes = 15", "minutes = 16", "keep one each of [5, 15, 30], the shortest first"),
        // what is said
        (
            "\"Start with the browser\"]",
            "\"Start with the browser and go on from there to the table\"]",
            "the step conditions has a cue of more than 9 words",
        ),
        (
            "say.en = [\"Servers exist; AWS runs them\", ",
            "say.en = [",
            "the step serverless has 1 cues in English; write 2 to 5",
        ),
        (
            "label = { en = \"Browser\", ko = \"브라우저\" }",
            "label = { en = \"Browser\", ko = \"\" }",
            "the text \"Browser\" is empty in a language",
        ),
        (
            "question.ko = \"왜 RDS 대신 DynamoDB를 사용했습니까?\"",
            "question.ko = \"Why not RDS?\"",
            "is not Korean; translate it",
        ),
        (
            "say.ko = [\"조건: 데이터베이스, API Gateway, Lambda, REST, 서버 없음\", ",
            "say.ko = [",
            "say the same in both",
        ),
        // every count of the conditions is the same
        (
            "I was given five conditions",
            "I was given three conditions",
            "the step conditions draws the list conditions of 5 lines, and its talk does not say \"five conditions\"",
        ),
        ("조건은 다섯 가지입니다", "조건은 세 가지입니다", "its talk does not say \"다섯 가지\""),
        (
            "\"Given: a database, API Gateway, Lambda, REST, no server\"",
            "\"Given: a database, API Gateway, Lambda, REST\"",
            "the step conditions draws the list conditions, and no cue of it has \"no server\"",
        ),
        ("Lambda, REST, 서버 없음\"", "Lambda, 서버 없음\"", "and no cue of it has \"REST\""),
        (
            "lines = { en = [\"a database\", ",
            "lines = { en = [\"a database\", \"one region\", ",
            "the list conditions of 6 lines, and its talk does not say \"six conditions\"",
        ),
        (
            "So the conditions are met: a",
            "So the four conditions are met: a",
            "the step close says \"four conditions\", and the list conditions has five",
        ),
        (
            "label = { en = \"HTTPS: REST\", ",
            "label = { en = \"HTTPS: ®\", ",
            "has a label with '®', which nobody has drawn",
        ),
        (
            "\"Price: care about limits and permissions\"",
            "\"Strength and weakness\"",
            "the step close has the cue \"Strength and weakness\", of which its talk says no word",
        ),
        (
            "\"대가: 한도와 권한\"",
            "\"장점, 단점\"",
            "the step close has the cue \"장점, 단점\", of which its talk says no word",
        ),
        (
            "also = [\"User\", \"Client\", \"Visitor\", \"PC\", \"Web browser\", \"Phone\", \"Laptop\", ",
            "also = [",
            "the node browser has no other name in English",
        ),
        (
            "also = [\"User\", \"Client\", \"Visitor\", ",
            "also = [\"User\", \"OAC\", \"Visitor\", ",
            "the node browser is also called \"OAC\", which is the node site-access",
        ),
        ("\"no server\"], ko", "\"no ®\"], ko", "has a label with '®', which nobody has drawn"),
        // what an examiner wants to hear
        (
            "met-by.en = [\"a few known questions\", ",
            "met-by.en = [\"a few unknown questions\", ",
            "the question why-dynamodb has in its first answer not the words \"a few unknown questions\", so it misses its criterion",
        ),
        (
            "met-by.ko = [\"질문은 몇 가지로 정해져 있고\", ",
            "met-by.ko = [\"\", ",
            "the question why-dynamodb has in its first answer too few letters in \"\"",
        ),
        (
            "\"Does not call RDS unsuitable for Lambda\"",
            "\"RDS as unsuitable for Lambda\"",
            "the criterion \"RDS as unsuitable for Lambda\", which is met by what is not said; begin it with \"Does not \"",
        ),
        (
            "The board asks a few known questions",
            "RDS is unsuitable, and the board asks a few known questions",
            "the question why-dynamodb has in its first answer the words \"unsuitable\", so it misses its criterion",
        ),
        (
            "met-by.en = [\"a few known questions\", ",
            "met-by.en = [",
            "the question why-dynamodb has in its first answer 2 criteria and 1 words that meet them, in English",
        ),
        (
            "If such questions were the main business, I would start relational.",
            "",
            "the question why-dynamodb has in its answer to the follow-up not the words \"I would start relational\"",
        ),
        (
            "met-by.en = [\"a few known questions\", ",
            "met-by.en = [\"a\", ",
            "the question why-dynamodb has in its first answer too few letters in \"a\"",
        ),
        (
            "met-by.ko = [\"질문은 몇 가지로 정해져 있고\", ",
            "met-by.ko = [\"not: 무엇이든\", ",
            "the question why-dynamodb has in its first answer nothing in Korean that must be said",
        ),
        // what refers to what
        (
            "draw = [\"api\", \"cloudfront-to-api\"]",
            "draw = [\"api\", \"cloudfront-to-api\", \"browser\"]",
            "the step api draws browser, which the step conditions has drawn",
        ),
        (
            "steps = [\"conditions\", \"serverless\", \"site\", \"api\", ",
            "steps = [\"conditions\", \"serverless\", \"serverless\", \"site\", \"api\", ",
            "the version of 5 minutes has the step serverless twice",
        ),
        ("ticks = [\"Lambda\"]", "ticks = [\"Lambdas\"]", "ticks \"Lambdas\", and no list has that line by then"),
        ("ticks = [\"Lambda\"]", "", "the version of 5 minutes never ticks \"Lambda\""),
        ("ticks = [\"Lambda\"]", "ticks = [\"Lambda\", \"REST\"]", "ticks \"REST\" twice"),
        (
            "steps = [\"conditions\", \"serverless\", \"site\", \"api\", ",
            "steps = [\"conditions\", \"serverless\", \"site\", \"vpc\", \"api\", ",
            "the version of 5 minutes has the step vpc, which the 15 minutes do not have",
        ),
        (
            "from = \"browser\"\nto = \"cloudfront\"",
            "from = \"brauser\"\nto = \"cloudfront\"",
            "has an end at \"brauser\", and there is no such node",
        ),
        (
            "asks = [\"when-not-serverless\"]",
            "asks = [\"when-not\"]",
            "the question when-not-serverless is invited by no step",
        ),
        (
            "asks = [\"when-not-serverless\"]",
            "asks = [\"when-not\"]",
            "invites \"when-not\", and there is no such question",
        ),
        (
            "draw = [\"conditions\", \"browser\"]",
            "draw = [\"browsers\"]",
            "draws \"browsers\", and there is no such node or arrow",
        ),
        (
            "draw = [\"conditions\", \"browser\"]",
            "draw = []",
            "the node browser is drawn in no step of the longest version",
        ),
        (
            "draw = [\"conditions\", \"browser\"]",
            "draw = []",
            "draws the arrow browser-to-cloudfront before the node browser",
        ),
        (
            "steps = [\"conditions\", ",
            "steps = [\"condition\", ",
            "has the step \"condition\", and there is no such step",
        ),
        ("id = \"what-is-serverless\"", "id = \"why-dynamodb\"", "the question why-dynamodb is there twice"),
        ("id = \"conditions\"", "id = \"The Conditions\"", "not of small letters, digits and hyphens"),
        ("live = \"GET /board\"", "live = \"board\"", "has a `live` that is not METHOD /PATH"),
        (
            "links = [\"concepts/relational-or-not.md#choose\", ",
            "links = [\"concepts/relational-or-not.md#chose\", ",
            "links to concepts/relational-or-not.md#chose, and the book has no such section",
        ),
        (
            "source = [\"concepts/relational-or-not.md#up-and-out\"]",
            "source = [\"concepts/relational.md\"]",
            "the draft D8 names concepts/relational.md, and the book has no such section",
        ),
        // what the notes ask for
        ("id = \"D7\"", "id = \"D77\"", "not D1 to D22, each once, in order (missing: D7)"),
        ("source = [\"concepts/relational-or-not.md#up-and-out\"]", "source = []", "the draft D8 has no source"),
        (
            "id = \"aurora-http\"\nfrom-notes = true",
            "id = \"aurora-http\"",
            "has no question aurora-http with `from-notes = true`",
        ),
        (
            "id = \"lock-in\"",
            "id = \"lock-in\"\nfrom-notes = true",
            "the question lock-in says `from-notes`, and the notes do not have it",
        ),
        (
            "I also save myself connections, a VPC and a server to size.",
            "",
            "the question why-dynamodb has a first answer of 1 sentences in English; say it in 2",
        ),
        // the picture
        ("mark = true\nlabel = { en = \"OAC\"", "label = { en = \"OAC\"", "the node site-access says who may"),
        (
            "label = { en = \"CloudFront\", ko",
            "mark = true\nlabel = { en = \"CloudFront\", ko",
            "the node cloudfront is not a role or a policy",
        ),
        ("resource = \"SiteHeaders\"", "", "the node site-headers has no resource; name its logical id"),
        (
            "resource = \"SiteHeaders\"",
            "resource = \"SiteHeads\"",
            "the node site-headers is the resource SiteHeads, which infra/template.yaml does not have",
        ),
        (
            "resource = \"SiteHeaders\"",
            "resource = \"SiteHeads\"",
            "does not draw SiteHeaders (AWS::CloudFront::ResponseHeadersPolicy)",
        ),
        ("\"FeedFailuresNotEmpty\",\n", "", "does not draw FeedFailuresNotEmpty (AWS::CloudWatch::Alarm)"),
        (
            "\"FeedFailuresNotEmpty\",\n",
            "\"FeedFailuresNotEmpty\", \"SiteBucket\",\n",
            "draws SiteBucket and says in [[not-drawn]]",
        ),
        (
            "\"FeedFailuresNotEmpty\",\n",
            "\"FeedFailuresNotEmpty\", \"Gone\",\n",
            "why Gone is left out, and infra/template.yaml does not have it",
        ),
        ("width = 250\nheight = 240", "width = 0\nheight = 240", "the node conditions is too small to be written on"),
        (
            "glyph = \"list\"",
            "glyph = \"box\"",
            "the node conditions is a list without lines, or has lines and is not a list",
        ),
        ("x = 60\ny = 240", "x = 1500\ny = 240", "the node browser leaves the board"),
        ("x = 60\ny = 240", "x = 400\ny = 240", "the node browser stands on the node"),
        (
            "edge = \"Events.Board\"",
            "edge = \"Events.Bord\"",
            "the arrow api-to-board-api has the edge \"Events.Bord\", and infra/template.yaml does not say so",
        ),
        ("edge = \"Events.Posts\"", "edge = \"Events.Post\"", "the arrow stream-to-board-feed has the edge"),
        (
            "edge = \"Policies.WriteTheFeed\"",
            "edge = \"Policies.ReadTheStream\"",
            "the arrow board-feed-to-table has the edge",
        ),
        ("edge = \"DestinationConfig\"", "edge = \"Origins\"", "the arrow board-feed-to-failures has the edge"),
        ("edge = \"StreamSpecification\"", "edge = \"outside\"", "table is a resource, so the template can say more"),
        (
            "from = \"table\"\nto = \"stream\"",
            "from = \"stream\"\nto = \"table\"",
            "the arrow table-to-stream has the edge \"StreamSpecification\"",
        ),
        (
            "live = \"log board-feed\"",
            "live = \"log board-food\"",
            "the step failures shows the log of board-food, and infra/template.yaml has no such function",
        ),
        ("edge = \"StreamSpecification\"", "edge = \"Magic\"", "that is not one of outside, Origins"),
        (
            "from = \"browser\"\nto = \"cloudfront\"",
            "from = \"browser\"\nto = \"table\"",
            "BoardTable is neither a distribution nor an API",
        ),
        (
            "from = \"cloudfront\"\nto = \"site-bucket\"",
            "from = \"cloudfront\"\nto = \"table\"",
            "the arrow cloudfront-to-bucket has the edge",
        ),
    ] {
        assert!(storyboard.contains(from), "{FILE} has no {from:?} to edit");
        let found = messages(&storyboard.replacen(from, to, 1), &template);
        if !found.iter().any(|fault| fault.contains(what)) {
            silent.push(format!("{from:?} → {to:?} does not say {what:?} but:\n  {}", found.join("\n  ")));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn a_resource_that_is_renamed_in_the_template_is_missed() {
    let (text, template) = (read(FILE), read(TEMPLATE));
    let storyboard = Storyboard::parse(&text).unwrap();
    let drawn = storyboard.nodes.iter().filter_map(|node| node.resource.as_deref());
    let left_out = storyboard.not_drawn.iter().flat_map(|list| &list.resources).map(String::as_str);
    for resource in drawn.chain(left_out) {
        // The name as a word of its own, wherever the template uses it, and before that of the event of which SAM makes a mapping.
        let words = template.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric());
        let renamed: String = words
            .map(|word| match word.strip_prefix(resource) {
                Some(rest) if rest.strip_prefix("Posts").unwrap_or(rest).len() <= 1 => format!("Renamed{word}"),
                _ => word.to_string(),
            })
            .collect();
        let found = messages(&text, &renamed);
        assert!(found.iter().any(|fault| fault.contains(resource)), "{resource}: {found:?}");
    }
}

#[test]
fn a_figure_that_changes_in_the_template_is_missed_in_the_talk() {
    let (text, template) = (read(FILE), read(TEMPLATE));
    for (from, to, says) in [
        ("MemorySize: 256", "MemorySize: 512", "the step function does not say \"512 MB\""),
        (
            "Timeout: 6\n",
            "Timeout: 7\n",
            "the question when-not-serverless does not say \"This function has seven seconds\"",
        ),
        ("Default: 100\n", "Default: 50\n", "the step throttles does not say \"Stage: 50 a second, burst 200\""),
        (
            "Default: 200\n",
            "Default: 300\n",
            "the question ddos does not say \"about 100 a second with a burst of 300\"",
        ),
        ("RetryAttempts: 10", "RetryAttempts: 3", "the step failures does not say \"three retries or an hour\""),
        (
            "AgeInSeconds: 3600",
            "AgeInSeconds: 7200",
            "the question poison-record does not say \"ten retries or 7200 seconds\"",
        ),
        (
            "dynamodb:DeleteItem",
            "dynamodb:DeleteItem\n                  - dynamodb:Scan",
            "the step access does not say \"six actions on one table\"",
        ),
    ] {
        assert!(template.contains(from), "{TEMPLATE} has no {from:?} to edit");
        let found = messages(&text, &template.replacen(from, to, 1));
        assert!(
            found.iter().any(|fault| fault.contains(says)),
            "{from:?} → {to:?} does not say {says:?} but: {found:?}"
        );
    }
}

#[test]
fn an_arrow_is_missed_when_the_template_no_longer_says_it() {
    let (text, template) = (read(FILE), read(TEMPLATE));
    for (from, to, arrow) in [
        ("Sid: ReadAndWritePosts", "Sid: ReadPosts", "board-api-to-table"),
        (
            "              OnFailure: {Destination: !GetAtt FeedFailures.Arn}\n",
            "              {}\n",
            "board-feed-to-failures",
        ),
        ("            OriginAccessControlId: !GetAtt SiteAccess.Id\n", "", "cloudfront-to-bucket"),
        ("              TargetOriginId: api\n", "              TargetOriginId: site\n", "cloudfront-to-api"),
        ("        Board: {Type: Api,", "        Boards: {Type: Api,", "api-to-board-api"),
    ] {
        assert!(template.contains(from), "{TEMPLATE} has no {from:?} to edit");
        let found = messages(&text, &template.replacen(from, to, 1));
        assert!(
            found.iter().any(|fault| fault.contains(&format!("the arrow {arrow} has the edge"))),
            "{arrow}: {found:?}"
        );
    }
}
