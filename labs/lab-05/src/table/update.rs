//! Changing a post. Two people read version 3, both change it, both send it back: the second must learn that there is a
//! version 4 by now, or the first one's words are gone and nobody knows.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};

use super::{Table, post, post_key};
use crate::clock;
use crate::draft::Edit;
use crate::error::Error;
use crate::post::{Post, PostId};

impl Table {
    /// The post after the change.
    ///
    /// # Errors
    /// `Stale` with the current post when the caller's version is not the current one, `NoSuchPost` when there is no
    /// post.
    pub(crate) async fn update(&self, id: PostId, edit: Edit) -> Result<Post, Error> {
        let now = clock::rfc3339(clock::now());
        // Names by placeholder: DynamoDB reserves hundreds of words, and one more some day could be one of these.
        let update = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(post_key(id)))
            .expression_attribute_names("#title", "title")
            .expression_attribute_names("#body", "body")
            .expression_attribute_names("#updatedAt", "updatedAt")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":title", AttributeValue::S(edit.title.clone().into()))
            .expression_attribute_values(":body", AttributeValue::S(edit.body.clone().into()))
            .expression_attribute_values(":now", AttributeValue::S(now.clone()))
            .expression_attribute_values(":next", AttributeValue::N((edit.version + 1).to_string()))
            .update_expression("SET #title = :title, #body = :body, #updatedAt = :now, #version = :next")
            .return_values(ReturnValue::AllNew);
        // TODO(lab-05.4): only if the post still has the version that the caller saw; else the post as it is now.
        match update.send().await {
            Ok(changed) => post(changed.attributes.unwrap_or_default()),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    let current = refused.item().cloned().ok_or_else(|| Error::no_such_post(id))?;
                    let current = post(current)?;
                    if is_this_change(&current, &edit, &now) {
                        Ok(current)
                    } else {
                        Err(Error::Stale(Box::new(current)))
                    }
                }
                _ => Err(error.into()),
            },
        }
    }
}

/// Whether the post is what the change would make of it. The client of DynamoDB tries again when an answer is lost, and
/// then the second try finds what the first one wrote.
fn is_this_change(current: &Post, edit: &Edit, now: &str) -> bool {
    current.version == edit.version + 1
        && current.updated_at == now
        && current.title == edit.title
        && current.body == edit.body
}
