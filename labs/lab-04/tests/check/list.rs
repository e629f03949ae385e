//! lab-04.3: the foods of one type, all of them, at the price of reading these and no others.

use kit::{Answer, lab};
use serde_json::{Value, json};

use crate::{ODD, PRICES, TABLE, carbonara, fails_in_every_way, fails_with_its_call, is_its_own_failure, odd, stew};

/// More foods than any round number that somebody takes for enough.
const MANY: usize = 1_100;

/// The names in a list, in its order.
fn names(answer: &Answer<'_>) -> Vec<String> {
    let foods = answer.field("foods");
    let name = |food: &Value| food["name"].as_str().unwrap_or_default().to_string();
    foods.as_array().map(|foods| foods.iter().map(name).collect()).unwrap_or_default()
}

/// Prices, in the order in which they are listed.
fn listed(prices: &[Value]) -> String {
    format!("the prices {}", prices.iter().map(Value::to_string).collect::<Vec<_>>().join(", "))
}

#[test]
fn a_type_is_listed_by_name() {
    let lab = lab!();
    for food in [stew(), carbonara(), json!({ "type": "Korean", "name": "Bibimbap", "price": 9000 })] {
        lab.stores(TABLE, &food);
    }
    let answer = lab.asks("lab-04.3", "list the Korean foods: 2 of the table's 3").get("/food?type=Korean");
    answer.has_status(200);
    let (wanted, got) = (["Bibimbap", "Soybean paste stew"], names(&answer));
    answer.shows(got == wanted, wanted.join(", "), got.join(", "));
    answer.matches_snapshot("lists_a_type");
    let calls = lab.table_calls().len();
    answer.shows(calls == 1, "one call for two foods: an answer of the table holds 1 MB", format!("{calls} calls"));
    let snack = |n| json!({ "type": "snack", "name": format!("Snack {n:04}") });
    lab.holds(TABLE, &(1..=MANY).map(snack).collect::<Vec<_>>());
    let answer = lab.asks("lab-04.3", "list all snacks, which are many and small").get("/food?type=snack");
    answer.has_status(200);
    let got = names(&answer).len();
    answer.shows(got == MANY, format!("{MANY} foods"), format!("{got} foods"));
    let calls = lab.table_calls().len() - calls;
    answer.shows(
        calls == 1,
        "one call for them, too: all together they are smaller than 1 MB",
        format!("{calls} calls"),
    );
    let answer = {
        let _short = lab.answers_shortly(200);
        lab.asks("lab-04.3", "list all snacks, as if 200 of them were 1 MB").get("/food?type=snack")
    };
    answer.has_status(200);
    let got = names(&answer).len();
    answer.shows(
        got == MANY,
        format!("{MANY} foods, for which the table is asked until it has no more"),
        format!("{got} foods, and the table has more"),
    );
    for name in ["bibimbap", "Zuppa", "Äpfel"] {
        lab.stores(TABLE, &json!({ "type": "Soup", "name": name }));
    }
    let answer = lab.asks("lab-04.3", "list the soups as the table has them, capitals first").get("/food?type=Soup");
    let (wanted, got) = (["Zuppa", "bibimbap", "Äpfel"], names(&answer));
    answer.shows(got == wanted, wanted.join(", "), got.join(", "));
    // A name in capitals is another name.
    for name in ["BORSCHT", "Borscht"] {
        lab.stores(TABLE, &json!({ "type": "Soup", "name": name }));
    }
    let answer = lab.asks("lab-04.3", "list the soups once more, with two that are new").get("/food?type=Soup");
    let (wanted, got) = (["BORSCHT", "Borscht", "Zuppa", "bibimbap", "Äpfel"], names(&answer));
    answer.shows(got == wanted, wanted.join(", "), got.join(", "));
    let dear = |(at, price): (usize, u32)| json!({ "type": "wine", "name": format!("Wine {at}"), "price": price });
    lab.holds(TABLE, &PRICES.into_iter().enumerate().map(dear).collect::<Vec<_>>());
    let answer = lab.asks("lab-04.3", "list foods that cost nothing or much").get("/food?type=wine");
    let foods = answer.field("foods");
    let prices = foods.as_array().into_iter().flatten().map(|food| food["price"].clone()).collect::<Vec<_>>();
    answer.shows(prices == PRICES.map(Value::from), listed(&PRICES.map(Value::from)), listed(&prices));
    lab.stores(TABLE, &json!({ "type": "Soup", "name": "Borscht", "price": "free" }));
    let answer = lab.asks("lab-04.3", "list a type with a food whose price somebody has stored as a text");
    let answer = answer.get("/food?type=Soup");
    is_its_own_failure(&answer, "the list has a gap, and nobody looks for the cause");
}

#[test]
fn a_type_that_no_food_has_is_an_empty_list() {
    let lab = lab!();
    lab.stores(TABLE, &carbonara());
    let answer = lab.asks("lab-04.3", "list the Korean foods, of which there are none").get("/food?type=Korean");
    answer.has_status(200);
    answer.matches_snapshot("lists_nothing");
    let calls = lab.table_calls().len();
    answer.shows(calls == 1, "one call: that there is nothing is an answer", format!("{calls} calls"));
    lab.stores(TABLE, &odd());
    let of_its_type = ODD.split('&').next().unwrap_or(ODD);
    let answer = lab.asks("lab-04.3", "list the foods of an odd type").get(of_its_type);
    answer.has_status(200);
    let got = names(&answer);
    answer.shows(got.len() == 1, "the food of this type, which the table has", format!("{} foods", got.len()));
    lab.stores(TABLE, &stew());
    let seen = lab.table_calls().len();
    let answer = {
        let (_denied, _neither) = (lab.denies("Query"), lab.denies("Scan"));
        lab.asks("lab-04.3", "list a type while the role lacks the permission").get("/food?type=Korean")
    };
    fails_with_its_call(&lab, &answer, "a call that was denied is taken for an answer: there seem to be no foods");
    let calls = lab.table_calls_since(seen).len();
    answer.shows(calls == 1, "one call: what is denied is denied again", format!("{calls} calls"));
    let _gone = lab.misses_its_table();
    let answer = lab.asks("lab-04.3", "list a type while there is no such table").get("/food?type=Korean");
    fails_with_its_call(&lab, &answer, "a missing table is taken for an answer: there seem to be no foods");
}

#[test]
fn a_list_costs_what_it_shows_whatever_else_there_is() {
    let lab = lab!();
    lab.stores(TABLE, &stew());
    for n in 1..=40 {
        let recipe = json!({ "recipe": "x".repeat(1000) });
        lab.stores(TABLE, &json!({ "type": "Western", "name": format!("Pasta {n}"), "ingredients": recipe }));
    }
    let answer = lab.asks("lab-04.3", "list the one Korean food, beside 40 Western ones").get("/food?type=Korean");
    answer.has_status(200);
    let calls = lab.table_calls();
    let Some(call) = calls.last() else { answer.fails("a Query", "the table was not asked") };
    let price: f64 = calls.iter().map(|call| lab.capacity_units(call)).sum();
    let because = if call.request["ConsistentRead"] == true && price <= 1.0 {
        "a consistent read costs twice as much, and nothing here asks for one"
    } else if calls.len() > 1 {
        "one call is enough"
    } else {
        "that reads the Western foods too"
    };
    let called = calls.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    answer.shows(
        calls.iter().all(|call| call.operation == "Query") && price <= 0.5,
        "the list is read with Query, for 0.5 read units",
        format!("it is read with {called}, for {price} read units: {because}"),
    );
}

#[test]
fn a_list_longer_than_one_answer_of_the_table_is_whole() {
    let lab = lab!();
    let wanted: Vec<String> = (1..=5).map(|n| format!("Recipe {n}")).collect();
    for name in &wanted {
        let story = json!({ "story": "x".repeat(300_000) });
        lab.stores(TABLE, &json!({ "type": "Korean", "name": name, "ingredients": story }));
    }
    // Foods of other types, so that an answer that does not choose is noticed.
    lab.stores(TABLE, &carbonara());
    let answer = lab.asks("lab-04.3", "list 5 foods of 300 KB, which is more than 1 MB").get("/food?type=Korean");
    answer.has_status(200);
    let got = names(&answer);
    answer.shows(
        got == wanted,
        format!("{} foods, for which the table is asked twice", wanted.len()),
        format!("{} foods: {}", got.len(), got.join(", ")),
    );
    let _denied = lab.denies_after("Query", 1);
    let answer = lab.asks("lab-04.3", "list them while the second call for them is denied").get("/food?type=Korean");
    is_its_own_failure(&answer, "what could be read is taken for all");
}

#[test]
fn whatever_fails_is_a_failure_of_this_side() {
    fails_in_every_way("Query", [200, 200], |lab, about| lab.asks("lab-04.3", about).get("/food?type=Korean"));
}
