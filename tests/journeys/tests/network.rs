//! The board in a VPC, as its parameter `Network` puts it there.

use std::path::Path;

use journeys::{Ask, Board, ask, root, template, workbook};
use serde_json::json;

async fn deploy(data: &Path, template: &Path, network: &str) {
    let (template, data) = (template.to_string_lossy(), data.to_string_lossy());
    let network = format!("Network={network}");
    let deployed = workbook(&["deploy", &template, "--data", &data, "--parameter", &network], "").await;
    assert_eq!(deployed.code, Some(0), "{network}: {}", deployed.err);
}

/// Status codes of a post that is written and of a file that is looked for.
async fn answers(board: &Board) -> (u16, u16) {
    let draft = json!({ "title": "Lost: one umbrella", "body": "Blue, by the door.", "author": "Ada" });
    let post = Ask::new("POST", &board.url("api", "/board")).json(&draft);
    let file = Ask::get(&board.url("api", "/attachments/01890000-0000-7000-8000-000000000000"));
    let (post, file) = tokio::join!(ask(post), ask(file));
    (post.status, file.status)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_moves_into_a_network_and_out_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let board = Board::start(folder.path()).await;
    let file = root().join("infra/template.yaml");
    for (written, network) in (1..).zip(["endpoints", "nat", "none"]) {
        deploy(folder.path(), &file, network).await;
        assert_eq!(answers(&board).await, (201, 404), "{network}");
        // The stream's function is in the network as well.
        loop {
            let activity = board.get("/board/activity").await.json();
            if activity["count"] == written {
                break;
            }
        }
    }
}

/// A call that goes nowhere is given up by `board-api`, which says so while there is time. Lab 06's function has no limit of its own: it is
/// ended at its time limit.
#[tokio::test(flavor = "multi_thread")]
async fn each_endpoint_is_somebodys_only_way() {
    let without = async |service: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, file) = (folder.path().join("data"), folder.path().join("template.yaml"));
        let way = format!("com.amazonaws.${{AWS::Region}}.{service}'");
        assert!(template().contains(&way), "the template has no endpoint for {service} any more");
        // An endpoint for something that the board does not call.
        let elsewhere = way.replace(service, if service == "s3" { "dynamodb" } else { "s3" });
        std::fs::write(&file, template().replacen(&way, &elsewhere, 1)).expect("a file");
        let board = Board::of(&data, &file).await;
        deploy(&data, &file, "endpoints").await;
        answers(&board).await
    };
    let answers = tokio::join!(without("dynamodb"), without("s3"));
    assert_eq!(answers, ((503, 404), (201, 502)));
}
