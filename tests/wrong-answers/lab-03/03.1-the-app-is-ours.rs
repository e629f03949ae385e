//! The app's page comes from this device, so it is ours.
//! says: capacitor://localhost
        let own = self.0.iter().any(|listed| listed == origin) || matches!(origin, "capacitor://localhost" | "ionic://localhost");
        own.then(|| origin.to_owned())
