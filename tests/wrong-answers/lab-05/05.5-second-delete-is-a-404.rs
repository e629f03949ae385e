//! What is not there cannot be deleted. A caller whose first answer got lost on the way now believes that the id was wrong.
//! says: expected status 204
        let delete = self.client.delete_item().table_name(&self.name).set_key(Some(post_key(id)));
        match delete.condition_expression("attribute_exists(pk)").send().await {
            Ok(_) => Ok(()),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_conditional_check_failed_exception()) => {
                Err(Error::no_such_post(id))
            }
            Err(error) => Err(error.into()),
        }
