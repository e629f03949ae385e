//! What stands in front of /board is the stage.
//! says: a stage that is called board
    let here = event.request_context.path.as_deref().unwrap_or_default();
    let stage = here.split("/board").next().unwrap_or_default();
    format!("{stage}/board/{}", encoding::to_path(id))
