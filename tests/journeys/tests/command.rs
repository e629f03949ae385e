//! The command itself: restarts, crashes, and what it says when it cannot start.

use std::net::TcpListener;

use journeys::{Ask, Board, ask, cargo, workbook};
use serde_json::{Value, json};

/// The README's first command names no package, and the workspace has many programs.
#[tokio::test(flavor = "multi_thread")]
async fn a_plain_cargo_run_means_the_command() {
    let ran = cargo().args(["run", "--quiet", "--", "--help"]).output().await.expect("cargo runs");
    let (told, why) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && told.contains("Usage: cargo workbook"), "{told}{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_started_again_it_has_every_post_in_order() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let mut written = Vec::new();
    for n in 0..120 {
        written.push(board.write(&format!("post {n}")).await);
    }
    written.reverse();
    assert_eq!(board.all_posts(7).await, written, "newest first through the cursor, without gap or repeat");
    board.kill().await;
    let board = Board::start(data.path()).await;
    assert_eq!(board.all_posts(100).await, written);
    let count = board.activity_count(120).await;
    assert_eq!(count, 120, "the stream is processed from where it was left, and no record counts twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn fresh_begins_with_an_empty_board() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    board.write("old").await;
    board.kill().await;
    let board = Board::try_start(data.path(), &["--port", "0", "--fresh"]).await.expect("it starts");
    assert!(board.all_posts(20).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn fresh_leaves_a_folder_alone_that_is_not_the_boards() {
    let data = tempfile::tempdir().expect("a folder");
    std::fs::write(data.path().join("thesis.txt"), "three years").expect("a file");
    let refused = Board::try_start(data.path(), &["--port", "0", "--fresh"]).await.expect_err("it refuses");
    assert!(
        refused.message.contains("is not a data folder of the board") && refused.message.contains("--data"),
        "{}",
        refused.message
    );
    assert!(data.path().join("thesis.txt").exists());
}

/// What a board would have to make its own to use it, and what `--fresh` must not delete.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_something_elses_lock_is_left_alone() {
    let data = tempfile::tempdir().expect("a folder");
    std::fs::write(data.path().join("lock"), "another program's").expect("a file");
    std::fs::write(data.path().join("thesis.txt"), "three years").expect("a file");
    for options in [&["--port", "0"][..], &["--port", "0", "--fresh"]] {
        let refused = Board::try_start(data.path(), options).await.expect_err("it refuses");
        assert_eq!(refused.code, Some(1));
        assert!(
            refused.message.contains("Nothing was changed") && refused.message.contains("--data"),
            "{}",
            refused.message
        );
        assert_eq!(std::fs::read_dir(data.path()).expect("it is there").count(), 2);
        assert_eq!(std::fs::read_to_string(data.path().join("lock")).expect("it is there"), "another program's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fresh_names_what_it_does_not_know_and_deletes_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let post = board.write("kept").await;
    board.kill().await;
    std::fs::write(data.path().join("thesis.txt"), "three years").expect("a file");
    let refused = Board::try_start(data.path(), &["--port", "0", "--fresh"]).await.expect_err("it refuses");
    assert!(
        refused.message.contains("thesis.txt") && refused.message.contains("nothing is deleted"),
        "{}",
        refused.message
    );
    let board = Board::start(data.path()).await;
    assert_eq!(board.all_posts(20).await, [post]);
}

/// The board's own template, kept elsewhere, is the board: its code is found from there.
#[tokio::test(flavor = "multi_thread")]
async fn a_template_leads_to_its_code_from_where_it_lies() {
    let target = journeys::root().join("target").join("tmp").join("elsewhere");
    std::fs::create_dir_all(&target).expect("a folder");
    let printed = workbook(&["template", "--folder", &target.to_string_lossy()], "").await;
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    let file = target.join("my-board.yaml");
    std::fs::write(&file, &printed.out).expect("a file");
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::try_start(data.path(), &["--port", "0", "--template", &file.to_string_lossy()]).await;
    assert_eq!(board.expect("it starts").get("/board").await.status, 200);
    let refused = Board::try_start(data.path(), &["--port", "0", "--mine=07"]).await.expect_err("it refuses");
    assert!(refused.message.ends_with("Name one of them: --mine=05,06,08\n"), "{}", refused.message);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn no_link_in_the_data_folder_leads_out_of_it() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let (data, theirs) = (folder.path().join("data"), folder.path().join("theirs"));
    std::fs::write(&theirs, "theirs").expect("a file");
    Board::start(&data).await.kill().await;
    std::fs::remove_file(data.join("lock")).expect("it is there");
    symlink(&theirs, data.join("lock")).expect("a link");
    let refused = Board::try_start(&data, &["--port", "0"]).await.expect_err("it refuses");
    assert!(refused.message.contains("is a link"), "{}", refused.message);
    std::fs::remove_file(data.join("lock")).expect("it is there");
    symlink(&theirs, data.join("running.new")).expect("a link");
    let board = Board::start(&data).await;
    assert_eq!(board.get("/board").await.status, 200);
    assert_eq!(std::fs::read_to_string(&theirs).expect("it is there"), "theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_not_to_be_thrown_away() {
    let data = tempfile::tempdir().expect("a folder");
    Board::start(data.path()).await.kill().await;
    for name in ["tables.sqlite-wal", "tables.sqlite-shm"] {
        let _ = std::fs::remove_file(data.path().join(name));
    }
    let damaged = "no database any more".repeat(400);
    std::fs::write(data.path().join("tables.sqlite"), &damaged).expect("a file");
    let refused = Board::try_start(data.path(), &["--port", "0"]).await.expect_err("it refuses");
    assert!(refused.message.contains("is damaged") && refused.message.contains(".recover"), "{}", refused.message);
    assert!(!refused.message.contains("encrypt"), "{}", refused.message);
    assert_eq!(std::fs::read_to_string(data.path().join("tables.sqlite")).expect("it is there"), damaged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_the_book_does_not_have_is_not_found() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    assert_eq!(ask(Ask::get(&board.url("book", "/"))).await.status, 200);
    for path in ["/no-such-page.html", "/no/such/page", "/../Cargo.toml", "/%2e%2e/Cargo.toml"] {
        let answer = ask(Ask::get(&board.url("book", path))).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("Document not found"), "{path}: the book's own page");
    }
}

/// Runs the command in a shell, so that its output goes to a program that reads one line and ends.
#[cfg(unix)]
async fn piped_into_head(arguments: &str) -> (String, String) {
    let program = journeys::executable().await;
    let line = format!("\"$PROGRAM\" {arguments} | head -n 1; wait");
    let mut shell = tokio::process::Command::new("sh");
    shell.args(["-c", &line]).env("PROGRAM", program).current_dir(journeys::root());
    let said = shell.output().await.expect("a shell runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&said.stdout), text(&said.stderr))
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_is_not_a_failure() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    for n in 0..40 {
        board.write(&format!("post {n}")).await;
    }
    let data = data.path().display();
    // What follows would never end, if it did not end with its reader.
    let follows = format!("events --follow --data '{data}'");
    for arguments in
        [format!("events --data '{data}'"), format!("logs --data '{data}'"), follows, "--help".into(), "status".into()]
    {
        let (out, err) = piped_into_head(&arguments).await;
        assert_eq!((out.lines().count(), err.as_str()), (1, ""), "{arguments}");
    }
    assert_eq!(board.get("/board").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named_with_the_way_out() {
    let data = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let refused = Board::try_start(data.path(), &["--port", &port.to_string()]).await.expect_err("it refuses");
    assert_eq!(refused.code, Some(1));
    assert!(refused.message.contains(&format!("Port {port} for the book is in use")), "{}", refused.message);
    assert!(refused.message.contains("--port 0"), "{}", refused.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_boards_do_not_share_a_data_folder() {
    let data = tempfile::tempdir().expect("a folder");
    let first = Board::start(data.path()).await;
    let refused = Board::try_start(data.path(), &["--port", "0"]).await.expect_err("it refuses");
    assert!(refused.message.contains("belongs to a board that is running"), "{}", refused.message);
    let fresh = Board::try_start(data.path(), &["--port", "0", "--fresh"]).await.expect_err("it refuses");
    assert!(fresh.message.contains("belongs to a board that is running"), "{}", fresh.message);
    assert_eq!(first.get("/board").await.status, 200, "the first one goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_that_cannot_be_read_are_explained() {
    let data = tempfile::tempdir().expect("a folder");
    let check = async |name: &str, text: Option<&str>, expected: &[&str]| {
        let file = data.path().join(name);
        if let Some(text) = text {
            std::fs::write(&file, text).expect("a file");
        }
        let folder = data.path().join("data");
        let file = file.to_string_lossy();
        let refused = Board::try_start(&folder, &["--port", "0", "--template", &file]).await.expect_err("it refuses");
        for part in expected {
            assert!(refused.message.contains(part), "{name}: no `{part}` in\n{}", refused.message);
        }
        assert!(!refused.message.contains("panicked"), "{}", refused.message);
    };
    check("missing.yaml", None, &["missing.yaml: there is no such file", "give the path of a SAM template"]).await;
    check("malformed.yaml", Some("Resources:\n  A: [\n"), &["malformed.yaml:"]).await;
    let unknown = "Resources:\n  Board:\n    Type: AWS::DynamoDB::Tabel\n";
    check("unknown.yaml", Some(unknown), &["unknown.yaml:2:3", "Board", "AWS::DynamoDB::Table"]).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_every_child_process() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    board.write("one").await;
    let children = children_of(board.pid());
    assert!(!children.is_empty(), "the functions run as processes of the command");
    let interrupted = std::process::Command::new("kill").args(["-INT", &board.pid().to_string()]).status();
    assert!(interrupted.expect("kill runs").success());
    let (code, lines) = board.ended().await;
    assert_eq!(code, Some(0), "{lines:?}");
    let running = processes();
    let left: Vec<u32> = children.into_iter().filter(|child| running.iter().any(|(pid, _)| pid == child)).collect();
    assert!(left.is_empty(), "still there: {left:?}");
}

#[cfg(unix)]
fn children_of(pid: u32) -> Vec<u32> {
    processes().into_iter().filter(|(_, parent)| *parent == pid).map(|(child, _)| child).collect()
}

/// Every process of this machine, each with its parent.
#[cfg(unix)]
fn processes() -> Vec<(u32, u32)> {
    let output = std::process::Command::new("ps").args(["-eo", "pid=,ppid="]).output().expect("ps runs");
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let row = |row: &str| {
        let mut ids = row.split_whitespace().map(|id| id.parse().expect("ps prints numbers"));
        (ids.next().expect("a process"), ids.next().expect("its parent"))
    };
    table.lines().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_book_and_the_page_are_served_and_strange_hosts_are_not() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let book = ask(Ask::get(&board.url("book", "/"))).await;
    assert!(book.status == 200 && book.text().contains("<title>"), "{}", book.status);
    // The rehearsal page is told where the board is, and no file of the book has it.
    let live = ask(Ask::get(&board.url("book", "/whiteboard-live.js"))).await;
    let (api, site) = (board.url("api", ""), board.url("site", ""));
    // And the options of its commands, because this board's folder is not the usual one.
    let given = json!({ "api": api, "options": format!(" --data {}", data.path().display()), "site": site });
    assert_eq!(live.text(), format!("window.workbookLive = {given};\n"));
    assert!(!journeys::root().join("target/book/whiteboard-live.js").exists());
    // It names a step of the talk; what is asked for it, the storyboard says. No other page is answered.
    let step = |step: &str| Ask::get(&board.url("book", &format!("/whiteboard-live/{step}")));
    let shown = ask(step("api")).await.text();
    assert!(shown.starts_with("HTTP/1.1 200 OK\n") && shown.contains("\n\n{\""), "{shown}");
    assert_eq!(ask(step("no-such-step")).await.status, 404);
    assert_eq!(ask(Ask::new("POST", &board.url("book", "/whiteboard-live/api"))).await.status, 405);
    assert_eq!(
        ask(step("api").header("Sec-Fetch-Site", "cross-site").header("Sec-Fetch-Mode", "cors")).await.status,
        403
    );
    let talk = ask(Ask::get(&board.url("book", "/the-talk.html"))).await.text();
    for list in ["id=\"draft-d22\"", "id=\"question-why-dynamodb\"", "<strong>0:00 "] {
        assert!(talk.contains(list) && !talk.contains("<!-- storyboard"), "the chapter has no {list}");
    }
    let page = ask(Ask::get(&board.url("book", "/whiteboard.html"))).await;
    assert!(page.status == 200 && page.text().contains("whiteboard-storyboard.js"), "{}", page.status);
    let page = ask(Ask::get(&board.url("site", "/"))).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("connect-src 'self' ") && !policy.contains(api.trim_end_matches("/dev")), "{policy}");
    let config: Value = ask(Ask::get(&board.url("site", "/config.json"))).await.json();
    assert_eq!(config["api"], "/dev");
    assert_eq!(ask(Ask::get(&board.url("site", "/no/such/page"))).await.status, 404);
    for which in ["site", "api", "aws"] {
        let answer = ask(Ask::get(&board.url(which, "/")).header("Host", "rebound.example")).await;
        assert_eq!(answer.status, 403, "{which} answers to a strange host");
    }
}

/// A page's own console says only that a header is missing, so the terminal says what happened and what helps.
#[tokio::test(flavor = "multi_thread")]
async fn a_readers_own_page_is_admitted_and_a_strange_one_is_named_on_the_terminal() {
    let data = tempfile::tempdir().expect("a folder");
    let options = ["--port", "0", "--allow-origin", "http://localhost:5173"];
    let mut board = Board::try_start(data.path(), &options).await.expect("it starts");
    let url = board.url("api", "/board");
    let from = |origin: &str| {
        let post = Ask::new("POST", &url).json(&json!({ "title": "from a page", "body": "text", "author": "Ada" }));
        ask(post.header("Origin", origin).header("Sec-Fetch-Site", "cross-site").header("Sec-Fetch-Mode", "cors"))
    };
    assert_eq!(from("http://localhost:5173").await.status, 201);
    assert_eq!(from("http://evil.example").await.status, 403);
    let line = board.error_line("evil.example").await;
    assert!(line.ends_with("admit it to the API: up --allow-origin http://evil.example"), "{line}");
    assert_eq!(board.all_posts(10).await.len(), 1);
}

/// A shell takes an `eval` of nothing for success, and what follows `&&` would go to the reader's own account.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_board_the_variables_are_a_command_that_fails() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().to_string_lossy();
    for (shell, failure) in [("sh", "false\n"), ("fish", "false\n"), ("powershell", "throw 'No board is running.'\n")] {
        let said = workbook(&["env", "--shell", shell, "--data", &folder], "").await;
        assert_eq!((said.code, said.out.as_str()), (Some(1), failure), "{}", said.err);
        assert!(said.err.contains("No board is running"), "{}", said.err);
    }
}
