//! A board that is killed while it writes: every object is the old one or the new one, whole, and lists agree with what can be read.

#![cfg(unix)]

use journeys::{Ask, Board, ask};
use tokio::task::JoinSet;

/// How often the board is killed.
const KILLS: usize = 20;
/// The keys that are written over and over.
const KEYS: usize = 8;

/// A bucket alone: nothing has to be built.
const TEMPLATE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Description: A bucket
Resources:
  Kept:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: kept-through-kills
";

/// A body that tells of itself whether it is whole: one letter, as often as its length says.
fn body(round: usize, key: usize) -> String {
    let letter = char::from(b'a' + u8::try_from((round * 7 + key) % 26).unwrap_or_default());
    letter.to_string().repeat(20_000 + 1_000 * round + key)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_old_or_new_whenever_the_board_is_killed() {
    let data = tempfile::tempdir().expect("a folder");
    let template = data.path().join("template.yaml");
    std::fs::write(&template, TEMPLATE).expect("a template");
    let folder = data.path().join("data");
    let mut written = 0;
    for round in 0..=KILLS {
        let board = Board::of(&folder, &template).await;
        let bucket = board.url("aws", "/kept-through-kills");
        let signed = |method: &str, url: String| Ask::new(method, &url).signed(board.credentials(), "s3");
        let listed = ask(signed("GET", format!("{bucket}?list-type=2"))).await.text();
        for key in 0..KEYS {
            let read = ask(signed("GET", format!("{bucket}/{key}"))).await;
            let size = read.text().len();
            let entry = format!("<Key>{key}</Key>");
            assert_eq!(read.status == 200, listed.contains(&entry), "{key} is listed as it is read: {listed}");
            if read.status == 200 {
                let is_whole = (0..round).any(|round| read.text() == body(round, key));
                assert!(is_whole, "round {round}: {key} has {size} bytes that nobody put");
                assert!(listed.contains(&format!("<Size>{size}</Size>")), "{size} in {listed}");
                written += 1;
            }
        }
        if round == KILLS {
            board.kill().await;
            break;
        }
        let mut puts = JoinSet::new();
        for key in 0..KEYS {
            let put = Ask::new("PUT", &format!("{bucket}/{key}")).body(body(round, key));
            puts.spawn(ask(put.signed(board.credentials(), "s3")));
        }
        // Each time some more have an answer, and the others are under way. A put that gets none fails in its own task.
        for _ in 0..round % KEYS {
            puts.join_next().await;
        }
        board.kill().await;
        while puts.join_next().await.is_some() {}
    }
    assert!(written > 0, "some writes succeeded");
    let bodies = std::fs::read_dir(folder.join("buckets/bodies")).expect("the bodies").count();
    assert!(bodies <= KEYS, "{bodies} bodies for {KEYS} keys");
}
