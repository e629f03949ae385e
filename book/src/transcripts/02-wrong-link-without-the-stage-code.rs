let here = event.path.as_deref().unwrap_or_default();
format!("{here}/{}", encoding::to_path(id))
