//! lab-04.2: one food by its whole key, and a 404 where there is none.

use kit::{Answer, lab};
use serde_json::{Map, Value, json};

use crate::{
    ALMOST, CARBONARA, ODD, PRICES, STEW, TABLE, at, carbonara, fails_in_every_way, fails_with_its_call, is_error,
    is_its_own_failure, odd, says_which, stew, was_asked, was_named_by_its_whole_key, was_read_at_half_the_price,
};

#[test]
fn one_food_is_found_by_both_parts_of_its_key() {
    let lab = lab!();
    lab.stores(TABLE, &stew());
    lab.stores(TABLE, &json!({ "type": "Korean", "name": "Bibimbap", "price": 9000 }));
    let answer = lab.asks("lab-04.2", "read Soybean paste stew, which is in the table").get(STEW);
    was_named_by_its_whole_key(&lab, &answer);
    answer.has_status(200);
    answer.matches_snapshot("reads_a_food");
    was_asked(&lab, &answer, &["GetItem"], "one food is one call that reads one item");
    was_read_at_half_the_price(&lab, &answer);
    lab.stores(TABLE, &stew());
    let _denied = lab.denies("GetItem");
    let answer = lab.asks("lab-04.2", "read a food while the role lacks the permission").get(STEW);
    fails_with_its_call(&lab, &answer, "a call that was denied is taken for an answer");
}

#[test]
fn a_food_is_found_whatever_else_it_has() {
    let lab = lab!();
    lab.stores(TABLE, &carbonara());
    let answer = lab.asks("lab-04.2", "read Carbonara, which has no price").get(CARBONARA);
    answer.has_status(200);
    is_as_stored(&answer, &carbonara());
    lab.stores(TABLE, &at(carbonara(), 15_000));
    let answer = lab.asks("lab-04.2", "read Carbonara once more, after it was given a price").get(CARBONARA);
    answer.shows(
        answer.json()["price"] == 15_000,
        "the food as it is in the table now, with its price of 15000",
        "the food as it was when it was read before",
    );
    for price in PRICES {
        lab.stores(TABLE, &at(stew(), price));
        let about = if price == 0 { "read a food that costs nothing" } else { "read a food that costs much" };
        let answer = lab.asks("lab-04.2", about).get(STEW);
        answer.has_status(200);
        answer.has_field("price", price);
        is_as_stored(&answer, &at(stew(), price));
    }
    let letter = json!({ "type": "w", "name": "c", "price": 1 });
    let long = json!({ "type": "w".repeat(300), "name": "c".repeat(300), "price": 1 });
    for (about, food) in [("read a food of one letter", letter), ("read a food of 300 letters", long)] {
        lab.stores(TABLE, &food);
        let part = |name: &str| food[name].as_str().unwrap_or_default().to_string();
        let answer = lab.asks("lab-04.2", about).get(&format!("/food?type={}&name={}", part("type"), part("name")));
        answer.shows(
            answer.status() == 200,
            "status 200: the table has it, and a key is as long as somebody has made it",
            format!("status {}", answer.status()),
        );
    }
    lab.stores(TABLE, &odd());
    let answer = lab.asks("lab-04.2", "read a food of an odd name and type").get(ODD);
    answer.has_status(200);
    is_as_stored(&answer, &odd());
    // As somebody has put it there by hand.
    lab.stores(TABLE, &json!({ "type": "Drink", "name": "Water" }));
    let answer =
        lab.asks("lab-04.2", "read Water, which has a key and nothing else").get("/food?type=Drink&name=Water");
    answer.has_status(200);
    answer.has_field("name", "Water");
    let answer = {
        let _gone = lab.misses_its_table();
        lab.asks("lab-04.2", "read a food while there is no such table").get(CARBONARA)
    };
    fails_with_its_call(&lab, &answer, "a missing table is taken for a missing food");
}

/// Expects the answer to be the food and nothing else: every attribute that the table has, and none that it lacks.
fn is_as_stored(answer: &Answer<'_>, food: &Value) {
    let body = answer.json();
    let [shown, stored] = [&body, food].map(|food| food.as_object().cloned().unwrap_or_default());
    for attribute in stored.keys().chain(shown.keys()) {
        let in_words = |food: &Map<String, Value>| match food.get(attribute) {
            Some(value) => format!("{attribute} is {value}"),
            None => format!("no {attribute}"),
        };
        answer.shows(stored.get(attribute) == shown.get(attribute), in_words(&stored), in_words(&shown));
    }
}

#[test]
fn what_is_not_there_is_a_404() {
    let lab = lab!();
    lab.stores(TABLE, &stew());
    let answer = lab.asks("lab-04.2", "read Carbonara, which is not in the table").get(CARBONARA);
    was_named_by_its_whole_key(&lab, &answer);
    let answer = is_error(answer, 404, "no_such_food");
    was_asked(&lab, &answer, &["GetItem"], "one call: that there is nothing is an answer");
    says_which(&answer, "Western food called Carbonara");
    answer.in_own_words("error.message").matches_snapshot("reads_no_food");
    lab.stores(TABLE, &carbonara());
    let answer = lab.asks("lab-04.2", "read Carbonara, which has been created in the meantime").get(CARBONARA);
    answer.has_status(200);
    let answer =
        lab.asks("lab-04.2", "read another Korean food, which is not there").get("/food?type=Korean&name=Bibimbap");
    is_error(answer, 404, "no_such_food");
    for almost in ALMOST {
        let answer = lab.asks("lab-04.2", "read a food whose key is almost that of another").get(almost);
        is_error(answer, 404, "no_such_food");
    }
    lab.stores(TABLE, &json!({ "type": "Korean", "name": "Soybean paste stew", "price": "free" }));
    let answer = lab.asks("lab-04.2", "read a food whose price somebody has stored as a text").get(STEW);
    is_its_own_failure(&answer, "the caller is told what is not true, and nobody looks for the cause");
}

#[test]
fn whatever_fails_is_a_failure_of_this_side() {
    fails_in_every_way("GetItem", [200, 404], |lab, about| lab.asks("lab-04.2", about).get(STEW));
}
