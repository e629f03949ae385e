self.0.join(",").contains(origin).then(|| origin.to_owned())
