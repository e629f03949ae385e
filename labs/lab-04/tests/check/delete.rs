//! lab-04.5: what is deleted is gone, what is too dear stays, and what is not there cannot be deleted.

use kit::lab;

use crate::{
    ALMOST, CARBONARA, ODD, STEW, TABLE, at, carbonara, fails_in_every_way, is_error, is_its_own_failure, odd, stew,
    table_holds, was_asked, was_named_by_its_whole_key,
};

#[test]
fn one_food_is_deleted_once() {
    let lab = lab!();
    lab.stores(TABLE, &stew());
    lab.stores(TABLE, &carbonara());
    let answer = lab.asks("lab-04.5", "delete Soybean paste stew, whatever it costs").delete(STEW);
    was_named_by_its_whole_key(&lab, &answer);
    answer.has_status(204);
    table_holds(&lab, &answer, &[carbonara()]);
    answer.matches_snapshot("deletes_a_food");
    let again = lab.asks("lab-04.5", "delete it again").delete(STEW);
    let again = is_error(again, 404, "no_such_food");
    again.in_own_words("error.message").matches_snapshot("deletes_no_food");
    lab.stores(TABLE, &stew());
    let answer = {
        let _denied = lab.denies("DeleteItem");
        lab.asks("lab-04.5", "delete a food while the role lacks the permission").delete(STEW)
    };
    is_its_own_failure(&answer, "a call that was denied is taken for an answer");
    lab.stores(TABLE, &odd());
    let answer = lab.asks("lab-04.5", "delete a food of an odd name and type").delete(ODD);
    answer.has_status(204);
    table_holds(&lab, &answer, &[carbonara(), stew()]);
}

#[test]
fn a_food_that_is_too_dear_stays() {
    let lab = lab!();
    lab.stores(TABLE, &at(stew(), 8001));
    let ask = |about| lab.asks("lab-04.5", about);
    let dear = ask("delete a food of 8,001 if it costs at most 8,000").delete(&format!("{STEW}&maxPrice=8000"));
    table_holds(&lab, &dear, &[at(stew(), 8001)]);
    let dear = is_error(dear, 409, "too_dear");
    was_asked(&lab, &dear, &["DeleteItem"], "one call, so that the price cannot change between two");
    dear.in_own_words("error.message").matches_snapshot("deletes_no_dear_food");
    let cheap = ask("delete it if it costs at most 8,001").delete(&format!("{STEW}&maxPrice=8001"));
    cheap.has_status(204);
    table_holds(&lab, &cheap, &[]);
    // Neither of them is a round number.
    lab.stores(TABLE, &at(stew(), 8050));
    let dear = ask("delete a food of 8,050 if it costs at most 8,049").delete(&format!("{STEW}&maxPrice=8049"));
    is_error(dear, 409, "too_dear");
}

#[test]
fn a_food_without_a_price_is_not_cheap() {
    let lab = lab!();
    lab.stores(TABLE, &carbonara());
    let ask = lab.asks("lab-04.5", "delete Carbonara, which has no price, if it costs at most 8,000");
    let answer = ask.delete(&format!("{CARBONARA}&maxPrice=8000"));
    table_holds(&lab, &answer, &[carbonara()]);
    is_error(answer, 409, "too_dear");
}

#[test]
fn what_is_not_there_is_a_404_and_not_too_dear() {
    let lab = lab!();
    lab.stores(TABLE, &stew());
    let ask = lab.asks("lab-04.5", "delete Carbonara, which is not there, if it costs at most 8,000");
    is_error(ask.delete(&format!("{CARBONARA}&maxPrice=8000")), 404, "no_such_food");
    for almost in ALMOST {
        for limit in ["", "&maxPrice=8000"] {
            let ask = lab.asks("lab-04.5", "delete a food whose key is almost that of another");
            let answer = ask.delete(&format!("{almost}{limit}"));
            table_holds(&lab, &answer, &[stew()]);
            is_error(answer, 404, "no_such_food");
        }
    }
}

#[test]
fn deleting_is_one_call_whatever_is_there() {
    for (about, there) in [("a food without a price", Some(carbonara())), ("a food that is not there", None)] {
        let lab = lab!();
        there.iter().for_each(|food| lab.stores(TABLE, food));
        let about = format!("delete {about}, whatever it costs");
        let answer = lab.asks("lab-04.5", &about).delete(CARBONARA);
        answer.has_status(if there.is_some() { 204 } else { 404 });
        was_asked(&lab, &answer, &["DeleteItem"], "one call, so that nobody can write between two");
    }
}

#[test]
fn a_limit_is_compared_as_a_number() {
    let lab = lab!();
    // Numbers at which a type that is too small, or a comparison of texts, shows.
    let limits =
        [(7_000, 8_000), (900, 8_000), (65_536, 70_000), (16_777_217, 16_777_217), (1, u32::MAX), (u32::MAX, u32::MAX)];
    for (price, most) in limits {
        lab.stores(TABLE, &at(stew(), price));
        let about = format!("delete a food of {price} if it costs at most {most}");
        lab.asks("lab-04.5", &about).delete(&format!("{STEW}&maxPrice={most}")).has_status(204);
    }
    lab.stores(TABLE, &at(stew(), u32::MAX));
    let dear = lab.asks("lab-04.5", "delete a food of 4,294,967,295 if it costs at most 70,000");
    is_error(dear.delete(&format!("{STEW}&maxPrice=70000")), 409, "too_dear");
    lab.stores(TABLE, &carbonara());
    let unpriced = lab.asks("lab-04.5", "delete a food without a price under the largest limit");
    is_error(unpriced.delete(&format!("{CARBONARA}&maxPrice={}", u32::MAX)), 409, "too_dear");
    // As somebody has put it there by hand: neither a text nor null is a price, and no limit is above it.
    for (kind, price) in [("a text", serde_json::json!("8000")), ("null", serde_json::Value::Null)] {
        let mut food = stew();
        food["price"] = price;
        lab.stores(TABLE, &food);
        let about = format!("delete a food whose price is {kind} if it costs at most 8,000");
        let answer = lab.asks("lab-04.5", &about).delete(&format!("{STEW}&maxPrice=8000"));
        table_holds(&lab, &answer, &[food, carbonara()]);
    }
    let bare = serde_json::json!({ "type": "Western", "name": "Carbonara" });
    lab.stores(TABLE, &bare);
    let bare = lab.asks("lab-04.5", "delete a food that has a key and nothing else");
    bare.delete(CARBONARA).has_status(204);
    lab.stores(TABLE, &serde_json::json!({ "type": "w", "name": "c", "price": 8_000 }));
    let bare =
        lab.asks("lab-04.5", "delete a food that has a key of two letters and a price if it costs at most 8,000");
    bare.delete("/food?type=w&name=c&maxPrice=8000").has_status(204);
}

#[test]
fn a_limit_may_be_nothing() {
    let lab = lab!();
    lab.stores(TABLE, &at(stew(), 0));
    lab.stores(TABLE, &at(carbonara(), 1));
    let ask = |about| lab.asks("lab-04.5", about);
    let dear = ask("delete a food of 1 if it costs nothing").delete(&format!("{CARBONARA}&maxPrice=0"));
    is_error(dear, 409, "too_dear");
    let free = ask("delete a food of 0 if it costs nothing").delete(&format!("{STEW}&maxPrice=0"));
    free.has_status(204);
    table_holds(&lab, &free, &[at(carbonara(), 1)]);
}

#[test]
fn whatever_fails_is_a_failure_of_this_side() {
    fails_in_every_way("DeleteItem", [204, 404], |lab, about| lab.asks("lab-04.5", about).delete(STEW));
}
