//! lab-04.4: a price is changed in one write, and only where there is a food.

use kit::lab;
use serde_json::json;

use crate::{
    ALMOST, CARBONARA, ODD, PRICES, STEW, TABLE, at, carbonara, fails_in_every_way, is_error, is_its_own_failure, odd,
    stew, table_holds, was_asked,
};

#[test]
fn a_price_is_set_as_a_number_and_the_rest_is_kept() {
    let lab = lab!();
    lab.stores(TABLE, &carbonara());
    lab.stores(TABLE, &stew());
    let ask = lab.asks("lab-04.4", "set the price of Carbonara, which is in the table");
    let answer = ask.json(&json!({ "price": 15000 })).put(CARBONARA);
    // What the table holds says more than the status: the type that a price has there is not seen by the caller.
    table_holds(&lab, &answer, &[stew(), at(carbonara(), 15_000)]);
    answer.has_status(200);
    answer.matches_snapshot("sets_a_price");
}

#[test]
fn a_price_is_set_in_one_call() {
    let lab = lab!();
    lab.stores(TABLE, &at(carbonara(), 12_000));
    let ask = lab.asks("lab-04.4", "change the price of Carbonara");
    let answer = ask.json(&json!({ "price": 15000 })).put(CARBONARA);
    answer.has_status(200);
    answer.has_field("price", 15000);
    was_asked(&lab, &answer, &["UpdateItem"], "one call, so that nobody can write between two");
    for (about, price) in
        [("set the price that Carbonara has", 15_000), ("set a lower one", 9_000), ("set none but 0", 0)]
    {
        let again = lab.asks("lab-04.4", about).json(&json!({ "price": price })).put(CARBONARA);
        again.has_status(200);
        again.has_field("price", price);
    }
    // As somebody has put it there by hand.
    lab.stores(TABLE, &json!({ "type": "w", "name": "c" }));
    let again = lab.asks("lab-04.4", "set the price of a food that has a key of two letters and nothing else");
    again.json(&json!({ "price": 15000 })).put("/food?type=w&name=c").has_status(200);
    lab.stores(TABLE, &odd());
    let again = lab.asks("lab-04.4", "set the price of a food of an odd name and type");
    again.json(&json!({ "price": 15000 })).put(ODD).has_status(200);
}

#[test]
fn what_does_not_exist_gets_no_price() {
    let lab = lab!();
    lab.stores(TABLE, &stew());
    let ask = lab.asks("lab-04.4", "set the price of Carbonara, which is not in the table");
    let answer = ask.json(&json!({ "price": 15000 })).put(CARBONARA);
    table_holds(&lab, &answer, &[stew()]);
    let answer = is_error(answer, 404, "no_such_food");
    answer.in_own_words("error.message").matches_snapshot("sets_no_price");
    for price in PRICES {
        let about = format!("set the price of Carbonara, which is not in the table, to {price}");
        let answer = lab.asks("lab-04.4", &about).json(&json!({ "price": price })).put(CARBONARA);
        table_holds(&lab, &answer, &[stew()]);
        is_error(answer, 404, "no_such_food");
    }
    for almost in ALMOST {
        let ask = lab.asks("lab-04.4", "set the price of a food whose key is almost that of another");
        let answer = ask.json(&json!({ "price": 15000 })).put(almost);
        table_holds(&lab, &answer, &[stew()]);
        is_error(answer, 404, "no_such_food");
    }
    lab.stores(TABLE, &carbonara());
    let answer = {
        let _denied = lab.denies("UpdateItem");
        let ask = lab.asks("lab-04.4", "set a price while the role lacks the permission");
        ask.json(&json!({ "price": 15000 })).put(CARBONARA)
    };
    is_its_own_failure(&answer, "a call that was denied is taken for an answer");
}

#[test]
fn what_is_refused_is_not_tried_in_another_way() {
    let lab = lab!();
    let ask = lab.asks("lab-04.4", "set the price of Carbonara, which is not in the table");
    let answer = ask.json(&json!({ "price": 15000 })).put(CARBONARA);
    answer.has_status(404);
    was_asked(&lab, &answer, &["UpdateItem"], "one call: its refusal is the answer");
}

#[test]
fn a_price_may_be_nothing_or_the_largest_number() {
    let lab = lab!();
    for price in PRICES {
        lab.stores(TABLE, &carbonara());
        let about = format!("set the price of Carbonara to {price}");
        let answer = lab.asks("lab-04.4", &about).json(&json!({ "price": price })).put(CARBONARA);
        table_holds(&lab, &answer, &[at(carbonara(), price)]);
        answer.has_status(200);
        answer.has_field("price", price);
    }
}

#[test]
fn whatever_fails_is_a_failure_of_this_side() {
    fails_in_every_way("UpdateItem", [200, 404], |lab, about| {
        lab.asks("lab-04.4", about).json(&json!({ "price": 9000 })).put(STEW)
    });
}
