//! One file less is better than none, and the failure is reported at the end.
//! says: a page names a file that is not there
    let mut objects = objects;
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    let mut failed = None;
    for object in objects {
        if let Err(why) = put(client, bucket, object).await {
            failed = Some(why);
        }
    }
    if let Some(why) = failed {
        return Err(why);
    }
