//! The board's API as its contract has it, asked over the socket as `curl` would ask.
//!
//! The same tests judge a deployment: `BOARD_API_URL=https://….cloudfront.net/dev BOARD_SITE_ORIGIN=https://….cloudfront.net
//! cargo test -p journeys --test contract -- --test-threads=1`, or with an API of its own origin, `https://….amazonaws.com/dev`. They
//! take away what they have put there, and suppose that nobody else writes meanwhile.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use journeys::{Answer, Api, Ask, Board, ask};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than a stream's consumer takes on AWS, start included.
const STREAM: Duration = Duration::from_secs(60);

struct Fixture {
    board: Api,
    /// The command, unless the board is deployed elsewhere.
    _running: Option<(Board, TempDir)>,
}

/// Whom the contract is asked of: the board that the environment names, or one with the API on its site and one whose API has an
/// origin of its own.
async fn boards() -> Vec<Fixture> {
    if let Some(board) = Api::deployed() {
        return vec![Fixture { board, _running: None }];
    }
    let folder = || tempfile::tempdir().expect("a folder");
    let (on_site, own) = (folder(), folder());
    let running = tokio::join!(Board::start(on_site.path()), Board::of_two_origins(own.path()));
    let mut boards = Vec::new();
    for (running, folder) in [(running.0, on_site), (running.1, own)] {
        boards.push(Fixture { board: running.as_the_page_asks().await, _running: Some((running, folder)) });
    }
    assert_eq!(boards.iter().map(Fixture::one_origin).collect::<Vec<_>>(), [true, false]);
    boards
}

/// A key that nobody has used.
fn new_key() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    format!("contract-{}", now.as_nanos())
}

/// The path of a post.
fn path_of(post: &Value) -> String {
    format!("/board/{}", post["id"].as_str().expect("an id"))
}

fn draft() -> Value {
    json!({ "title": "Lost: one umbrella", "body": "Blue, by the door.", "author": "Ada" })
}

impl Fixture {
    /// Whether the API is on the site's own origin.
    fn one_origin(&self) -> bool {
        self.board.url("api", "").starts_with(&self.board.url("site", "/"))
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        ask(Ask::new(method, &self.board.url("api", path)).json(body)).await
    }

    async fn refuses(&self, request: Ask, status: u16, code: &str, field: Option<&str>) {
        let answer = ask(request.clone()).await;
        assert_eq!(answer.status, status, "{request:?}: {}", answer.text());
        assert_eq!(answer.error(), (code.to_string(), field.map(str::to_string)), "{request:?}");
        assert!(!answer.header("x-request-id").is_empty(), "every answer carries a request id: {request:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_created_read_changed_and_deleted() {
    for fixture in boards().await {
        let board = &fixture.board;
        let created = board.post("/board", &draft()).await;
        assert_eq!(created.status, 201);
        let post = created.json();
        let id = post["id"].as_str().expect("an id");
        assert!(created.header("location").ends_with(&format!("/board/{id}")), "{}", created.header("location"));
        let mut fields: Vec<&str> = post.as_object().expect("an object").keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["author", "body", "createdAt", "id", "title", "updatedAt", "version"]);

        let path = format!("/board/{id}");
        assert_eq!(board.get(&path).await.json(), post);
        let edit = json!({ "title": "Found", "body": "Thank you.", "version": post["version"] });
        let changed = fixture.send("PUT", &path, &edit).await;
        assert_eq!(changed.status, 200);
        assert_eq!((&changed.json()["title"], &changed.json()["version"]), (&json!("Found"), &json!(2)));
        let stale = fixture.send("PUT", &path, &edit).await;
        assert_eq!(stale.status, 409, "{}", stale.text());
        assert_eq!(stale.json()["current"], changed.json(), "a stale change is told the current post");

        let gone = board.delete(&path).await;
        assert_eq!((gone.status, gone.body.len()), (204, 0));
        assert_eq!(board.get(&path).await.status, 404);
        assert_eq!(fixture.send("PUT", &path, &edit).await.status, 404);
        let left = board.all_posts(20).await;
        assert!(left.iter().all(|other| other["id"] != post["id"]), "a deleted post is on no page");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_idempotency_key_makes_one_post() {
    for fixture in boards().await {
        let before = fixture.board.all_posts(100).await;
        let request =
            Ask::new("POST", &fixture.board.url("api", "/board")).header("Idempotency-Key", &new_key()).json(&draft());
        let answers = futures_of(&request, 8).await;
        assert!(
            answers.iter().all(|answer| answer.status == 201),
            "{:?}",
            answers.iter().map(Answer::text).collect::<Vec<_>>()
        );
        assert!(answers.iter().all(|answer| answer.json() == answers[0].json()));
        let after = fixture.board.all_posts(100).await;
        assert_eq!((&after[0], &after[1..]), (&answers[0].json(), before.as_slice()));
        assert_eq!(fixture.board.delete(&path_of(&after[0])).await.status, 204);
    }
}

async fn futures_of(request: &Ask, count: usize) -> Vec<Answer> {
    let tasks: Vec<_> = (0..count).map(|_| tokio::spawn(ask(request.clone()))).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("the request was answered"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_request_is_told_what_is_wrong() {
    for fixture in boards().await {
        let before = fixture.board.all_posts(100).await;
        let url = |path: &str| fixture.board.url("api", path);
        let post = |body: &Value| Ask::new("POST", &url("/board")).json(body);
        let without = |field: &str| {
            let mut draft = draft();
            draft.as_object_mut().expect("an object").remove(field);
            draft
        };
        for field in ["title", "body", "author"] {
            fixture.refuses(post(&without(field)), 400, "bad_field", Some(field)).await;
        }
        fixture
            .refuses(
                post(&json!({ "title": "x".repeat(121), "body": "b", "author": "a" })),
                400,
                "bad_field",
                Some("title"),
            )
            .await;
        fixture
            .refuses(
                Ask::new("POST", &url("/board")).header("Content-Type", "application/json").body("{"),
                400,
                "bad_json",
                None,
            )
            .await;
        fixture
            .refuses(
                Ask::new("POST", &url("/board")).header("Content-Type", "text/plain").body("x"),
                415,
                "unsupported_media_type",
                None,
            )
            .await;
        fixture.refuses(post(&json!({ "body": "x".repeat(1 << 20) })), 413, "body_too_large", None).await;
        fixture.refuses(Ask::get(&url("/board?cursor=made-up")), 400, "bad_field", Some("cursor")).await;
        for limit in ["0", "101", "-1", "ten", ""] {
            fixture.refuses(Ask::get(&url(&format!("/board?limit={limit}"))), 400, "bad_field", Some("limit")).await;
        }
        let nobody = "/board/01a20485-e56f-70ee-9052-2566be077fa5";
        fixture.refuses(Ask::get(&url(nobody)), 404, "no_such_post", None).await;
        fixture.refuses(Ask::new("DELETE", &url(nobody)), 404, "no_such_post", None).await;
        let edit = json!({ "title": "t", "body": "b", "version": 1 });
        fixture.refuses(Ask::new("PUT", &url(nobody)).json(&edit), 404, "no_such_post", None).await;
        let wrong_method = ask(Ask::new("PATCH", &url("/board")).json(&edit)).await;
        assert_eq!(wrong_method.status, 405);
        assert!(wrong_method.header("allow").contains("POST"), "{}", wrong_method.header("allow"));
        assert_eq!(fixture.board.all_posts(100).await, before, "nothing of this was stored");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_of_the_site_may_read_every_answer_and_a_stranger_none() {
    for fixture in boards().await {
        let site = fixture.board.url("site", "");
        let url = |path: &str| fixture.board.url("api", path);
        for (method, path, status) in
            [("GET", "/board", 200), ("GET", "/board/nope", 404), ("PATCH", "/board", 405), ("POST", "/board", 415)]
        {
            let answer = ask(Ask::new(method, &url(path)).header("Origin", &site)).await;
            assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
            // A page of the same origin reads every answer.
            let expected = if fixture.one_origin() { "" } else { &site };
            assert_eq!(answer.header("access-control-allow-origin"), expected, "{method} {path}");
            let stranger = ask(Ask::new(method, &url(path)).header("Origin", "https://elsewhere.example")).await;
            assert_eq!(stranger.header("access-control-allow-origin"), "", "{method} {path}");
        }
        if fixture.one_origin() {
            continue;
        }
        let preflight = Ask::new("OPTIONS", &url("/board/x"))
            .header("Origin", &site)
            .header("Access-Control-Request-Method", "PUT")
            .header("Access-Control-Request-Headers", "content-type");
        let preflight = ask(preflight).await;
        assert!((200..300).contains(&preflight.status), "{}", preflight.status);
        assert!(preflight.header("access-control-allow-methods").contains("PUT"));
        assert!(preflight.header("access-control-allow-headers").to_ascii_lowercase().contains("content-type"));
    }
}

/// A refusal is for the caller. Names of resources, places in the source and the SDK's own words are for the log.
#[tokio::test(flavor = "multi_thread")]
async fn no_refusal_says_what_stands_behind_the_api() {
    for fixture in boards().await {
        let url = |path: &str| fixture.board.url("api", path);
        let post = || Ask::new("POST", &url("/board"));
        let refused = [
            (400, post().header("Content-Type", "application/json").body("{")),
            (415, post().header("Content-Type", "text/plain").body("x")),
            (413, post().json(&json!({ "body": "x".repeat(1 << 20) }))),
            (400, Ask::get(&url("/board?cursor=made-up"))),
            (404, Ask::get(&url("/board/nope"))),
            (405, Ask::new("PATCH", &url("/board"))),
            // On the site, its error page stands for it.
            (if fixture.one_origin() { 404 } else { 403 }, Ask::get(&url("/nowhere"))),
        ];
        for (status, request) in refused {
            let answer = ask(request.clone()).await;
            assert_eq!(answer.status, status, "{request:?}: {}", answer.text());
            let said = answer.text().to_ascii_lowercase();
            for inside in ["arn:", "dynamodb", "board-api", "solution-", "src/", "panicked", "accessdenied"] {
                assert!(!said.contains(inside), "{request:?} says {inside:?}: {said}");
            }
        }
    }
}

/// What a browser refuses to do on the page, whoever got something into it, and with the page in somebody else's.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_runs_only_its_own_scripts_and_stands_in_nobodys_frame() {
    for fixture in boards().await {
        for path in ["/", "/index.html"] {
            let answer = ask(Ask::get(&fixture.board.url("site", path))).await;
            assert_eq!(answer.status, 200, "{path}");
            let policy = answer.header("content-security-policy");
            let directives: Vec<(&str, &str)> =
                policy.split(';').filter_map(|directive| directive.trim().split_once(' ')).collect();
            for expected in [
                ("default-src", "'none'"),
                ("script-src", "'self'"),
                ("style-src", "'self'"),
                ("base-uri", "'none'"),
                ("form-action", "'none'"),
                ("frame-ancestors", "'none'"),
            ] {
                assert!(directives.contains(&expected), "{path} is not told {expected:?}: {policy}");
            }
            assert!(!policy.contains("unsafe-"), "{path}: {policy}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            let transport = answer.header("strict-transport-security");
            let seconds =
                transport.strip_prefix("max-age=").and_then(|rest| rest.split(';').next()?.parse::<u64>().ok());
            assert!(seconds.is_some_and(|seconds| seconds >= 31_536_000), "{path}: {transport}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_on_the_board_shows_in_its_activity() {
    for fixture in boards().await {
        let board = &fixture.board;
        let count = board.get("/board/activity").await.json()["count"].as_u64().expect("a count");
        let (one, two) = (board.write("one").await, board.write("two").await);
        assert_eq!(board.delete(&path_of(&one)).await.status, 204);
        let types = |activity: &Value| -> Vec<String> {
            let events = activity["events"].as_array().expect("a list");
            let own = events.iter().filter(|event| [&one["id"], &two["id"]].contains(&&event["postId"]));
            own.filter_map(|event| event["type"].as_str()).map(str::to_string).collect()
        };
        let activity = board.activity(STREAM, |activity| types(activity).len() == 3).await;
        assert_eq!(types(&activity), ["deleted", "posted", "posted"], "the stream's consumer keeps up");
        assert_eq!(activity["count"], count + 1);
        assert_eq!(board.delete(&path_of(&two)).await.status, 204);
    }
}
