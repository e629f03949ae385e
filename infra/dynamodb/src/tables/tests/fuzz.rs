//! Mixtures of what expressions, statements and items are made of, from a seeded generator.

use super::*;

/// Marsaglia's xorshift: the same nonsense on every machine for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most).unwrap()).unwrap()
    }

    fn text(&mut self, pieces: &[&str]) -> String {
        // Seldom long: length is what the other tests are about, and mixtures are this one's.
        let most = [5, 20, 2_000][self.below(3).min(self.below(3))];
        (0..self.below(most)).map(|_| pieces[self.below(pieces.len())]).collect()
    }
}

const PIECES: [&str; 40] = [
    "(",
    "(",
    ")",
    " a ",
    "b",
    "<",
    "=",
    " AND ",
    " OR ",
    " NOT ",
    " BETWEEN ",
    " IN ",
    ":v",
    "#n",
    "[0]",
    "[",
    "]",
    ".",
    ",",
    "size(",
    "contains(",
    "attribute_exists(",
    "begins_with(",
    "if_not_exists(",
    "list_append(",
    "SET ",
    " REMOVE ",
    " ADD ",
    " DELETE ",
    " + ",
    " - ",
    "pk = :v",
    "'x'",
    "\"deep\"",
    "{'a':",
    "}",
    "?",
    "<<",
    "SELECT * FROM deep WHERE ",
    "\u{d55c}",
];
const VALUE_PIECES: [&str; 22] = [
    "{",
    "}",
    "[",
    "]",
    "{\"M\":",
    "{\"L\":[",
    "{\"S\":\"x\"}",
    "{\"N\":\"1\"}",
    "\"a\":",
    ",",
    "null",
    "1e999",
    "-0",
    "\"",
    "{\"SS\":[\"x\"]}",
    "\"TableName\":\"deep\",",
    "\"Key\":{",
    "\"Item\":{",
    "\"pk\":",
    "\"Expected\":{",
    "true",
    "\u{1}",
];

#[tokio::test]
async fn nonsense_is_answered_as_the_service_answers() {
    let tables = tables(engine::STACK / 4).await;
    let (mut dice, mut accepted) = (Dice(0x9e37_79b9_7f4a_7c15), 0);
    for _ in 0..3_000 {
        let (operation, body) = match dice.below(4) {
            0 => {
                let mut bodies = bodies_with(dice.below(200));
                let (operation, mut body) = bodies.swap_remove(dice.below(bodies.len()));
                let mut at = dice.below(body.len());
                while !body.is_char_boundary(at) {
                    at -= 1;
                }
                if dice.below(2) == 0 {
                    body.insert_str(at, &dice.text(&VALUE_PIECES));
                }
                (operation, body)
            }
            1 => (["PutItem", "Query", "BatchGetItem", "ExecuteStatement"][dice.below(4)], dice.text(&VALUE_PIECES)),
            _ => {
                let mut requests = requests_with(&dice.text(&PIECES));
                let (operation, request) = requests.swap_remove(dice.below(requests.len()));
                (operation, request.to_string())
            }
        };
        let (status, _) = answer(&tables, operation, body).await;
        accepted += usize::from(status == StatusCode::OK);
    }
    // Nonsense that is refused at the door would prove nothing.
    assert!(accepted > 20, "{accepted} of them were accepted");
    let item = json!({ "TableName": "deep", "Key": { "pk": { "S": "x" } } });
    assert!(tables.call("GetItem", &item).await.is_ok());
}
