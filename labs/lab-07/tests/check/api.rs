//! lab-07.3: the board reads and writes its table, and can do nothing else with it or with any other.

use serde_json::json;

use crate::{BOARD, deployed, path};

#[test]
fn the_board_works() {
    let lab = deployed("lab-07.3");
    let draft = json!({ "title": "Lost: one umbrella", "body": "Blue.", "author": "Ada" });
    let ask = |about| lab.asks("lab-07.3", about);
    let create = ask("put a post on the board").header("Idempotency-Key", "once").json(&draft).post("/board");
    create.has_status(201);
    create.matches_snapshot("puts_a_post_on_the_board");
    let post = path(&create.json());
    ask("read it").get(&post).has_status(200);
    ask("list the board").get("/board").has_status(200);
    let edit = json!({ "title": "Found: one umbrella", "body": "Thank you.", "version": 1 });
    ask("edit it").json(&edit).put(&post).has_status(200);
    ask("delete it").delete(&post).has_status(204);
}

#[test]
fn the_board_may_do_nothing_else() {
    let lab = deployed("lab-07.3");
    let role =
        lab.asks("lab-07.3", "the role of board-api allows what it needs, and no more").role_of("BoardApiFunction");
    role.may("dynamodb:GetItem", BOARD)
        .may("dynamodb:Query", BOARD)
        .may("dynamodb:PutItem", BOARD)
        .may("dynamodb:UpdateItem", BOARD)
        .may("dynamodb:DeleteItem", BOARD)
        .could_write_its_log()
        .is_written_for_any_account()
        .may_nothing_else();
    lab.asks("lab-07.3", "who may call the function").is_called_by_its_apis_alone("BoardApiFunction");
}
