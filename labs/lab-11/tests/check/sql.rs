//! lab-11.3 to lab-11.5: the way to the database, the connection, and the number of connections.

use std::time::Duration;

use kit::{Answer, Database, Failure, Lab};

use crate::board;

/// How many readers the board must serve at the same moment.
const READERS: usize = 8;
/// More than the database has connections.
const CROWD: usize = 24;
/// How many requests follow each other to one environment.
const REQUESTS: usize = 100;
/// How many follow a lost connection.
const AFTER_A_LOSS: usize = 3;

/// How long a slow database takes for each part of an answer, in milliseconds.
const SLOW: u64 = 60;

/// The lab in front of a database with two posts in it; nothing where PostgreSQL is not installed.
fn lab(todo: &'static str) -> Option<(Database, Lab)> {
    let database = Database::of_test()?;
    database.execute(
        "CREATE TABLE posts (id text PRIMARY KEY, title text NOT NULL, author text NOT NULL);
         INSERT INTO posts VALUES ('019ac000-0000-7000-8000-000000000001', 'One', 'Ada'),
                                  ('019ac000-0000-7000-8000-000000000002', 'Two', 'Ada');
         GRANT SELECT ON posts TO board;",
    );
    let lab = board(todo).database("DatabaseUrl", &database).deployed();
    Some((database, lab.attribute(Failure::FunctionThrottled, "lab-11.5")))
}

/// As [`lab`], for what can be judged only when the function reaches the database.
fn lab_in_reach(todo: &'static str) -> Option<(Database, Lab)> {
    let (database, lab) = lab(todo)?;
    lab.asks("lab-11.3", "a way to the database").function_reaches_database("BoardSqlFunction", "Database");
    Some((database, lab))
}

/// Whether the body of an answer is an object with this field. API Gateway's own has neither of ours.
fn holds(answer: &Answer<'_>, field: &str) -> bool {
    answer.json().get(field).is_some()
}

#[test]
fn the_page_is_read_from_postgresql() {
    let Some((_database, lab)) = lab("lab-11.3") else { return };
    let answer = lab.asks("lab-11.3", "read the board from PostgreSQL").get("/sql/board");
    answer.has_status(200);
    answer.matches_snapshot("reads_from_postgresql");
}

#[test]
fn nobody_but_the_functions_is_let_in() {
    let lab = board("lab-11.3").deployed();
    lab.asks("lab-11.3", "who may connect to the database").database_admits_only_functions("Database");
    lab.asks("lab-11.3", "who may connect to the functions").function_admits_nobody("BoardSqlFunction");
}

#[test]
fn requests_share_one_connection() {
    let Some((database, lab)) = lab_in_reach("lab-11.4") else { return };
    let answer = lab.asks("lab-11.4", "read the board").get("/sql/board");
    answer.has_status(200);
    let answer = answer.again(REQUESTS - 1, "read the board 100 times, one after another");
    answer.has_status(200);
    let made = database.connections();
    answer.shows(made == 1, "1 connection, made by the one environment that answered", format!("{made} connections"));
}

#[test]
fn a_connection_that_was_lost_is_made_again() {
    let Some((database, lab)) = lab_in_reach("lab-11.4") else { return };
    lab.asks("lab-11.4", "read the board").get("/sql/board").has_status(200);
    database.ends_all_sessions();
    let answer = lab.asks("lab-11.4", "read it again after the database has ended every session").get("/sql/board");
    answer.has_status(200);
    database.forgets_connections();
    let answer =
        lab.asks("lab-11.4", "read it again after the way there has forgotten the connection").get("/sql/board");
    answer.shows(
        answer.status() == 200,
        "status 200: a connection is tried before it is lent, and made again where it leads nowhere",
        format!("status {}: the connection was lent without being tried, and the query was cut off", answer.status()),
    );
    let made = database.connections();
    for _ in 1..AFTER_A_LOSS {
        lab.asks("lab-11.4", "read it again").get("/sql/board").has_status(200);
    }
    let answer = lab.asks("lab-11.4", "read it three times more").get("/sql/board");
    answer.has_status(200);
    let more = database.connections() - made;
    let got = format!("{more} more: the one that was made for the lost one was not kept");
    answer.shows(more == 0, "no further connection: the one that was made anew is kept as the first one was", got);
}

/// Expects a reader to be told at once, with an answer of the function, that there is none, and its log to have the cause.
fn fails_at_once(database: &Database, lab: &Lab, about: &str, cause: &str) {
    let made = database.connections();
    let answer = lab.asks("lab-11.4", about).get("/sql/board");
    answer.shows(
        answer.status() == 500 && holds(&answer, "error"),
        "the function's own answer for a failure, at once: status 500 with an error in its body",
        match answer.status() {
            502 => "status 502: the function broke down, or was stopped because it went on for too long".to_string(),
            status => format!("status {status}"),
        },
    );
    let tried = database.connections() - made;
    let got = match tried {
        0 => "0 tries: the database is not asked any more, whatever it has to give".to_string(),
        _ => format!("{tried} tries: a database that has no connection is asked for more of them"),
    };
    answer.shows(tried == 1, "1 try to connect", got);
    let line = lab.printed("BoardSqlFunction").into_iter().rev().find(|line| line.text_of("level") == "ERROR");
    let told = line.map(|line| line.text_of("cause").to_string()).unwrap_or_default();
    answer.shows(
        told.contains(cause) && !told.is_empty(),
        format!("a line in the log whose cause has what the connection failed with{}", quoted(cause)),
        format!("the cause \"{told}\""),
    );
}

fn quoted(cause: &str) -> String {
    if cause.is_empty() { String::new() } else { format!(": \"{cause}\"") }
}

/// Expects two readers to be served once more, by one further connection.
fn serves_by_one_connection(database: &Database, lab: &Lab, about: &str) {
    let made = database.connections();
    lab.asks("lab-11.4", about).get("/sql/board").has_status(200);
    let answer = lab.asks("lab-11.4", about).get("/sql/board");
    answer.has_status(200);
    let more = database.connections() - made;
    answer.shows(more == 1, "1 connection, which is kept", format!("{more} connections"));
}

#[test]
fn a_database_without_a_connection_to_give_is_told_of() {
    let Some((database, lab)) = lab_in_reach("lab-11.4") else { return };
    let full = database.is_full();
    let about = "read the board while others have every connection of the database";
    fails_at_once(&database, &lab, about, "sorry, too many clients already");
    fails_at_once(&database, &lab, about, "sorry, too many clients already");
    drop(full);
    serves_by_one_connection(&database, &lab, "read it when there are connections again");
}

#[test]
fn a_database_that_ends_every_connection_is_told_of() {
    let Some((database, lab)) = lab_in_reach("lab-11.4") else { return };
    lab.asks("lab-11.4", "read the board").get("/sql/board").has_status(200);
    database.ends_all_sessions();
    let ending = database.ends_new_connections();
    fails_at_once(&database, &lab, "read the board while the database ends every connection", "");
    drop(ending);
    serves_by_one_connection(&database, &lab, "read it when the database takes connections again");
    database.is_slow(Duration::from_millis(SLOW));
    let answer = lab.asks("lab-11.4", "read it while the database is slow").get("/sql/board");
    answer.shows(
        answer.status() == 200,
        "status 200, only later: each part of an answer takes 60 ms",
        format!("status {}", answer.status()),
    );
}

#[test]
fn there_are_as_many_environments_as_connections_are_left() {
    let lab = board("lab-11.5").deployed();
    lab.asks("lab-11.5", "no connection is refused, and eight readers are served").has_reserved_concurrency(
        "BoardSqlFunction",
        8,
        "12 connections, less 3 that are kept for administrators, less 1 for whoever looks after the database",
    );
}

#[test]
fn readers_at_the_same_moment_are_served() {
    let Some((database, lab)) = lab_in_reach("lab-11.5") else { return };
    let ask = lab.asks("lab-11.5", "read the board eight times at the same moment");
    let answers = ask.get_at_once_while_locked(READERS, "/sql/board", &database, "posts");
    let served = answers.iter().filter(|answer| holds(answer, "posts")).count();
    let unserved = answers.iter().find(|answer| !holds(answer, "posts")).unwrap_or(&answers[0]);
    unserved.shows(
        served == READERS,
        format!("{READERS} readers get the page"),
        format!("{served} of {READERS} got it"),
    );
}

#[test]
fn a_crowd_does_not_use_up_the_connections() {
    let Some((database, lab)) = lab_in_reach("lab-11.5") else { return };
    let ask = lab.asks("lab-11.5", "read the board 24 times at the same moment");
    let answers = ask.get_at_once_while_locked(CROWD, "/sql/board", &database, "posts");
    let refused = database.refusals();
    let got = format!("a connection was refused: {}", refused.first().map_or("", String::as_str));
    // One that the function itself had to turn away, where there is one: its log says what the database said.
    let turned_away = answers.iter().find(|answer| holds(answer, "error")).unwrap_or(&answers[0]);
    turned_away.shows(refused.is_empty(), "no connection is refused, even if other callers have to wait", got);
}
