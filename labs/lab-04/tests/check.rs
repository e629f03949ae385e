//! Lab 04, CRUD: what each request is answered, what the table holds afterwards, and what was asked of it.
//!
//! Every test begins with an empty table; what a test about reading needs is put there by the test itself, so no TODO
//! waits for another. Read them in the order of the TODOs: `create`, `read`, `list`, `update`, `delete`.

#[path = "check/create.rs"]
mod create;
#[path = "check/delete.rs"]
mod delete;
#[path = "check/list.rs"]
mod list;
#[path = "check/read.rs"]
mod read;
#[path = "check/update.rs"]
mod update;

use kit::{Answer, Lab, deployment};
use serde_json::{Value, json};

const TABLE: &str = "FoodTable";
const STEW: &str = "/food?type=Korean&name=Soybean%20paste%20stew";
const CARBONARA: &str = "/food?type=Western&name=Carbonara";

/// Soybean paste stew, at 8,000 won.
fn stew() -> Value {
    json!({
        "type": "Korean",
        "name": "Soybean paste stew",
        "price": 8000,
        "ingredients": { "soybean paste": "40g", "tofu": "150g" },
    })
}

/// Carbonara, which nobody has given a price yet.
fn carbonara() -> Value {
    json!({ "type": "Western", "name": "Carbonara", "ingredients": { "egg": "1", "spaghetti": "90g" } })
}

/// Numbers at which a type that is too small, or not exact, shows: nothing, one more than 16 bits hold, one more than the exact whole
/// numbers of 32 bits with a fraction, and the largest.
const PRICES: [u32; 4] = [0, 65_536, 16_777_217, u32::MAX];

/// Keys that differ from that of the stew in one thing: capitals, a full stop, the end of the name, or the type.
const ALMOST: [&str; 5] = [
    "/food?type=Korean&name=soybean%20paste%20stew",
    "/food?type=Korean&name=SOYBEAN%20PASTE%20STEW",
    "/food?type=Korean&name=Soybean%20paste%20stew.",
    "/food?type=Korean&name=Soybean",
    "/food?type=korean&name=Soybean%20paste%20stew",
];

/// A key with every sign that somebody takes for an encoding or a slip, and with letters of other alphabets, as an address has it.
const ODD: &str = "/food?type=tex%2Bmex%20%20%2541&name=%22100%2541caf%C3%A9%EA%B9%80%F0%9F%8D%9C%20%20c%2B%2B%22";

/// The food of that key.
fn odd() -> Value {
    json!({ "type": "tex+mex  %41", "name": "\"100%41café김🍜  c++\"", "price": 1, "ingredients": {} })
}

/// The food with this price.
fn at(mut food: Value, price: u32) -> Value {
    food["price"] = json!(price);
    food
}

/// Expects the table to hold exactly these items, in any order.
fn table_holds(lab: &Lab, answer: &Answer<'_>, wanted: &[Value]) {
    let key = |item: &Value| (item["type"].to_string(), item["name"].to_string());
    let (mut wanted, mut got) = (wanted.to_vec(), lab.items(TABLE));
    wanted.sort_by_key(key);
    got.sort_by_key(key);
    if !wanted.iter().map(key).eq(got.iter().map(key)) {
        answer.fails(&format!("in the table: {}", listed(&wanted)), &format!("in the table: {}", listed(&got)));
    }
    for (wanted, got) in wanted.iter().zip(&got) {
        let [has, shall_have] = [got, wanted].map(|item| item.as_object().cloned().unwrap_or_default());
        for attribute in shall_have.keys().chain(has.keys()) {
            let told = |item: &serde_json::Map<String, Value>| {
                format!("in the table, {attribute} of {} {}", named(wanted), described(item.get(attribute)))
            };
            answer.shows(has.get(attribute) == shall_have.get(attribute), told(&shall_have), told(&has));
        }
    }
}

/// Expects the function to have asked the table exactly these operations since it was started.
fn was_asked(lab: &Lab, answer: &Answer<'_>, wanted: &[&str], why: &str) {
    let got: Vec<String> = lab.table_calls().into_iter().map(|call| call.operation).collect();
    answer.shows(
        got == wanted,
        format!("{why}: {}", wanted.join(", ")),
        format!("the table was asked: {}", got.join(", ")),
    );
}

/// Expects the table to have been asked for no more than a menu needs: what was there a moment ago costs half of what is there now.
fn was_read_at_half_the_price(lab: &Lab, answer: &Answer<'_>) {
    answer.shows(
        lab.table_calls().iter().all(|call| call.request["ConsistentRead"] != true),
        "an eventually consistent read, half a read unit: a menu need not pay for more",
        "a consistent one, which costs twice as much, and nothing here asks for it",
    );
}

/// Expects the answer of a function whose last call of the table was refused: a failure of its own, and nothing that sounds like one.
fn fails_with_its_call(lab: &Lab, answer: &Answer<'_>, otherwise: &str) {
    let was_refused = lab.table_calls().last().is_some_and(|call| call.status >= 400);
    let remembered = "nothing was asked of the table, so what was there some time ago is shown as if it were there now";
    is_its_own_failure(answer, if was_refused { otherwise } else { remembered });
}

/// What DynamoDB refuses calls with for a while: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>.
const FOR_A_WHILE: [&str; 3] =
    ["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"];

/// Expects a request about the stew to have this status, and another one where there is none; and then one whose `operation` fails as a
/// whole, in whichever way, to be a failure of this side.
fn fails_in_every_way(
    operation: &str,
    [status, without]: [u16; 2],
    ask: for<'lab> fn(&'lab Lab, &'lab str) -> Answer<'lab>,
) {
    // Every call is tried once, so that nobody waits for the SDK's pauses.
    let lab = deployment!().without_retries().deployed();
    ask(&lab, "ask about Soybean paste stew, which is not in the table").has_status(without);
    lab.stores(TABLE, &stew());
    ask(&lab, "ask about Soybean paste stew, which is in the table").has_status(status);
    lab.stores(TABLE, &stew());
    for exception in FOR_A_WHILE {
        let about = format!("ask while the table refuses {operation} with {exception}");
        let _refused = lab.refuses(operation, exception);
        is_its_own_failure(&ask(&lab, &about), "a table that is too busy is taken for an answer");
    }
    {
        let _broken = lab.breaks(operation);
        let answer = ask(&lab, "ask while DynamoDB itself fails, with 500");
        is_its_own_failure(&answer, "a failure inside DynamoDB is taken for an answer");
    }
    {
        let _cut = lab.cuts(operation);
        let answer = ask(&lab, "ask while connections end in the middle of the answer");
        is_its_own_failure(&answer, "a connection that was lost is taken for an answer");
    }
    let _hung_up = lab.hangs_up(operation);
    let answer = ask(&lab, "ask while connections end before an answer");
    is_its_own_failure(&answer, "a connection that was lost is taken for an answer");
}

/// Expects the answer of a function whose call of the table was denied: a failure of its own, and nothing that sounds like one.
fn is_its_own_failure(answer: &Answer<'_>, otherwise: &str) {
    answer.shows(
        answer.status() == 500,
        "status 500: the failure is on this side, and the caller can do nothing about it",
        format!("status {}: {otherwise}", answer.status()),
    );
    answer.has_field("error.code", "internal");
}

/// Expects the last call that named an item to have named it by both parts of its key.
fn was_named_by_its_whole_key(lab: &Lab, answer: &Answer<'_>) {
    let calls = lab.table_calls();
    let Some((call, Some(key))) = calls.last().map(|call| (call, call.request["Key"].as_object())) else { return };
    let mut parts: Vec<&str> = key.keys().map(String::as_str).collect();
    parts.sort_unstable();
    let got = format!("{call} was given a key of {}", parts.join(" and "));
    answer.shows(parts == ["name", "type"], "a food is named by its whole key: name and type", got);
}

/// Expects an error of this status and code.
fn is_error<'lab>(answer: Answer<'lab>, status: u16, code: &str) -> Answer<'lab> {
    answer.has_status(status);
    answer.has_field("error.code", code);
    answer
}

/// Expects the message of a refusal to name the food that was asked for.
fn says_which(answer: &Answer<'_>, food: &str) {
    let message = answer.field("error.message");
    let said = message.as_str().is_some_and(|message| message.contains(food));
    answer.shows(said, format!("a message about the {food}"), format!("the message {message}"));
}

/// The name of an item, or how it begins where it is long.
fn named(item: &Value) -> String {
    let name = item["name"].as_str().unwrap_or("nothing");
    match name.char_indices().nth(60) {
        None => name.to_string(),
        Some(_) => format!("{} …", name.chars().take(24).collect::<String>().trim_end()),
    }
}

/// Items by their keys, with their prices.
fn listed(items: &[Value]) -> String {
    let one = |item: &Value| {
        let price = item.get("price").map(|price| format!(" at {price}")).unwrap_or_default();
        format!("{} ({}){price}", named(item), item["type"].as_str().unwrap_or("nothing"))
    };
    if items.is_empty() { "nothing".to_string() } else { items.iter().map(one).collect::<Vec<_>>().join(", ") }
}

/// An attribute's value with the type that it has in the table.
fn described(value: Option<&Value>) -> String {
    match value {
        None => "is not there".to_string(),
        Some(text @ Value::String(_)) => format!("is a text (S), {text}"),
        Some(number @ Value::Number(_)) => format!("is a number (N), {number}"),
        Some(map @ Value::Object(_)) => format!("is a map (M), {map}"),
        Some(other) => format!("is {other}"),
    }
}
