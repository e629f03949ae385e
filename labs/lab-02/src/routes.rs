//! Which request is answered how.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use serde_json::{Value, json};

use crate::posts::{POSTS, post};
use crate::refusal::Refusal;
use crate::{reply, request};

/// The proxy reply to a proxy event.
///
/// # Errors
///
/// What the caller did wrong; [`Refusal::reply`] makes a reply of it.
pub fn answer(event: &ApiGatewayProxyRequest) -> Result<Value, Refusal> {
    let method = event.http_method.as_str();
    // TODO(lab-02.3): none of these ever fits, because this path begins with the stage and has ids in it. What else does
    // the event say about where it arrived? And what is a method that a resource does not have?
    let path = event.request_context.path.as_deref().unwrap_or_default();
    match (path, method) {
        ("/board", "GET") => Ok(list(event)),
        ("/board", "POST") => create(event),
        ("/board/icon", "GET") => Ok(reply::icon()),
        ("/board/icon", _) => Err(Refusal::MethodNotAllowed { allow: "GET" }),
        ("/board/{postId}", "GET") => read(event),
        ("/board/{postId}", "PUT") => update(event),
        _ => Err(Refusal::NoSuchPath(path.to_owned())),
    }
}

/// All posts, each with the way to it.
fn list(event: &ApiGatewayProxyRequest) -> Value {
    let entry = |id: &str, title: &str| json!({ "id": id, "title": title, "href": request::link(event, id) });
    let posts: Vec<Value> = POSTS.iter().map(|post| entry(post.id, post.title)).collect();
    reply::json(200, &json!({ "posts": posts }))
}

/// One post.
fn read(event: &ApiGatewayProxyRequest) -> Result<Value, Refusal> {
    let id = request::post_id(event);
    let post = post(&id).ok_or(Refusal::NoSuchPost(id))?;
    Ok(reply::json(200, &post.json()))
}

/// Reads a new post and says what it read. 202 means "accepted", and does not say that anything was kept.
fn create(event: &ApiGatewayProxyRequest) -> Result<Value, Refusal> {
    let draft = request::object(event)?;
    let (title, body) = (request::text(&draft, "title")?, request::text(&draft, "body")?);
    Ok(reply::json(202, &json!({ "title": title, "body": body })))
}

/// Reads a change of a post and says what it read.
fn update(event: &ApiGatewayProxyRequest) -> Result<Value, Refusal> {
    let id = request::post_id(event);
    let id = post(&id).map(|post| post.id).ok_or(Refusal::NoSuchPost(id))?;
    let draft = request::object(event)?;
    let (title, body) = (request::text(&draft, "title")?, request::text(&draft, "body")?);
    Ok(reply::json(202, &json!({ "id": id, "title": title, "body": body })))
}
