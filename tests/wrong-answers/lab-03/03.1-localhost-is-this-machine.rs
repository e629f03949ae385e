//! localhost and 127.0.0.1 are the same machine.
//! says: name no origin to a page that is not listed
        let asked = origin.replace("localhost", "127.0.0.1"); self.0.contains(&asked).then(|| origin.to_owned())
