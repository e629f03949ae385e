//! lab-04.1: a food is stored whole, each value with its type.

use kit::lab;
use serde_json::{Value, json};

use crate::{CARBONARA, PRICES, at, carbonara, is_error, odd, stew, table_holds};

#[test]
fn a_food_is_stored_with_the_types_that_were_sent() {
    let lab = lab!();
    let answer = lab.asks("lab-04.1", "create Soybean paste stew").json(&stew()).post("/food");
    answer.has_status(201);
    table_holds(&lab, &answer, &[stew()]);
    answer.matches_snapshot("creates_a_food");
    let answer = lab.asks("lab-04.1", "create a food of an odd name and type").json(&odd()).post("/food");
    answer.has_status(201);
    let wanted = "in the table, a food with two blanks in its name and two in its type, as they were sent";
    let blanks = |food: &Value, part: &str| food[part].as_str().unwrap_or_default().matches(' ').count();
    for food in lab.items(crate::TABLE).iter().filter(|food| food["price"] == 1) {
        let got = format!("a food with {} in its name and {} in its type", blanks(food, "name"), blanks(food, "type"));
        answer.shows((blanks(food, "name"), blanks(food, "type")) == (2, 2), wanted, got);
    }
    table_holds(&lab, &answer, &[stew(), odd()]);
}

#[test]
fn a_food_without_a_price_has_no_attribute_for_it() {
    let lab = lab!();
    let answer = lab.asks("lab-04.1", "create Carbonara, which has no price").json(&carbonara()).post("/food");
    answer.has_status(201);
    answer.has_header("Location", "/dev/food?type=Western&name=Carbonara");
    table_holds(&lab, &answer, &[carbonara()]);
}

#[test]
fn every_price_is_stored_as_it_was_sent() {
    let lab = lab!();
    for price in PRICES {
        let name = format!("Food at {price}");
        let food = json!({ "type": "Korean", "name": name, "price": price, "ingredients": { "rice": "1" } });
        let about = format!("create a food at {price}");
        let answer = lab.asks("lab-04.1", &about).json(&food).post("/food");
        answer.has_status(201);
        let stored = lab.items(crate::TABLE).into_iter().find(|item| item["name"] == name).unwrap_or_default();
        answer.shows(
            stored["price"] == json!(price),
            format!("in the table, the price {price}"),
            format!("in the table, the price {}", stored["price"]),
        );
    }
}

#[test]
fn a_food_without_ingredients_is_read_back() {
    let lab = lab!();
    let water = json!({ "type": "Drink", "name": "Water", "price": 0, "ingredients": {} });
    let answer = lab.asks("lab-04.1", "create Water, which has no ingredients").json(&water).post("/food");
    answer.has_status(201);
    table_holds(&lab, &answer, &[water]);
}

#[test]
fn every_ingredient_is_stored_as_it_was_sent() {
    let lab = lab!();
    let mut soup = json!({ "type": "Leftovers", "name": "Soup of what is left, ".repeat(20).trim(), "price": 1 });
    for n in 1..=30 {
        soup["ingredients"][format!("vegetable {n}")] = json!(n.to_string());
    }
    for (name, amount) in [
        ("Ei", "2"),
        ("ei", "3"),
        (" rice ", " a handful "),
        ("salt", ""),
        ("고추장", "한 숟가락"),
        ("garlic", "2 cloves\nor 3"),
    ] {
        soup["ingredients"][name] = json!(amount);
    }
    // A recipe in the place of an amount: longer than any round number that somebody takes for enough.
    soup["ingredients"]["stock, by grandmother's recipe"] = json!("Stir and wait. ".repeat(300));
    soup["ingredients"]["what is left of yesterday, ".repeat(40)] = json!("all of it");
    let answer = lab.asks("lab-04.1", "create a soup of 38 ingredients").json(&soup).post("/food");
    answer.has_status(201);
    let stored = lab.items(crate::TABLE).into_iter().next().unwrap_or_default();
    let (wanted, got) = (&soup["ingredients"], &stored["ingredients"]);
    for (name, amount) in wanted.as_object().into_iter().flatten() {
        let told =
            |of: &Value| format!("in the table, {} among the ingredients is {}", shown(name), amount_of(of, name));
        answer.shows(got[name] == *amount, told(wanted), told(got));
    }
    table_holds(&lab, &answer, &[soup]);
}

fn amount_of(ingredients: &Value, name: &str) -> String {
    ingredients[name].as_str().map_or_else(|| "not there".to_string(), shown)
}

/// A text, or how long it is where it is long.
fn shown(text: &str) -> String {
    match text.chars().count() {
        0..=60 => format!("{text:?}"),
        letters => format!("a text of {letters} letters"),
    }
}

#[test]
fn creating_twice_replaces_nothing() {
    let lab = lab!();
    let ask = |about| lab.asks("lab-04.1", about);
    ask("create Carbonara at 15,000").json(&at(carbonara(), 15_000)).post("/food").has_status(201);
    let again = ask("create it again, at 1").json(&at(carbonara(), 1)).post("/food");
    let again = is_error(again, 409, "food_exists");
    table_holds(&lab, &again, &[at(carbonara(), 15_000)]);
    again.in_own_words("error.message").matches_snapshot("refuses_a_second_food_of_one_key");
}

#[test]
fn a_food_that_was_refused_can_be_sent_again_mended() {
    let lab = lab!();
    let ask = |about| lab.asks("lab-04.1", about);
    let colon = json!({ "type:": "Western", "name": "Carbonara" });
    let refused =
        is_error(ask("create a food whose type is called \"type:\"").json(&colon).post("/food"), 400, "bad_field");
    refused.has_field("error.field", "type");
    let text = json!({ "type": "Western", "name": "Carbonara", "price": "15000" });
    let refused = is_error(ask("create a food whose price is a text").json(&text).post("/food"), 400, "bad_field");
    refused.has_field("error.field", "price");
    table_holds(&lab, &refused, &[]);
    let mended = ask("create it with a number").json(&at(carbonara(), 15_000)).post("/food");
    mended.has_status(201);
    mended.has_header("Location", &format!("/dev{CARBONARA}"));
    table_holds(&lab, &mended, &[at(carbonara(), 15_000)]);
}
