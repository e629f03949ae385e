//! lab-03.5: a page reads what API Gateway answers by itself.

use crate::{LOCAL, SITE, template};

#[test]
fn a_page_reads_a_403_of_the_gateways() {
    let lab = template("lab-03.5").deployed();
    for origin in [SITE, LOCAL] {
        let answer = lab.asks("lab-03.5", "let a page read that there is no such path").from_page(origin).get("/bored");
        let answer = answer.is_shown();
        answer.has_status(403);
        answer.has_header("x-amzn-ErrorType", "MissingAuthenticationTokenException");
        answer.has_field("message", "Missing Authentication Token");
        answer.lacks_header("Access-Control-Allow-Credentials");
    }
    let about = "name pages also in a type of answer that has an entry of its own";
    lab.asks("lab-03.5", about).has_gateway_response_header("Access-Control-Allow-Origin", "*");
    // The same path, asked with a header that looks like a signature: a 4XX that has no type of its own.
    let ask = lab.asks("lab-03.5", "name pages in every 4XX, of whatever type").header("Authorization", "Bearer abc");
    let answer = ask.header("Origin", SITE).get("/bored");
    answer.has_status(403);
    answer.has_header("Access-Control-Allow-Origin", "*");
}

#[test]
fn a_page_reads_a_502_of_the_gateways() {
    // A setting with a mistake in it: the function cannot start.
    let lab = template("lab-03.5").parameter("SiteOrigin", "board.example.com").deployed();
    let answer = lab.asks("lab-03.5", "let a page read that the function is broken").from_page(SITE).get("/board");
    answer.is_shown().has_status(502);
    lab.throttle("BoardFunction");
    let answer = lab.asks("lab-03.5", "let a page read that the function is throttled").from_page(SITE).get("/board");
    answer.is_shown().has_status(500);
    let about = "name pages in every 4XX and every 5XX, of whatever type";
    lab.asks("lab-03.5", about).has_header_in_every_gateway_response("Access-Control-Allow-Origin", "*");
}
