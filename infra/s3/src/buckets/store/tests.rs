//! The store by itself.

use std::ops::Bound;

use super::*;

fn new<'o>(key: &'o str, file: &str, version: &str) -> NewObject<'o> {
    NewObject {
        bucket: "b",
        key,
        version: version.to_string(),
        is_marker: false,
        modified: 0,
        etag: file.to_string(),
        about: About::default(),
        segments: vec![Segment { number: 1, file: file.to_string(), size: 1, checksum: None }],
    }
}

/// Every version of the bucket: key, version, whether it is the latest.
fn versions(rows: &Rows<'_>) -> Vec<(String, String, bool)> {
    let (mut found, mut from, mut older) = (Vec::new(), Bound::Unbounded, None);
    while let Some(object) = rows.next_version("b", &from, older).unwrap() {
        (from, older) = (Bound::Included(object.key.clone().into_bytes()), Some(object.id));
        found.push((object.key, object.version, object.is_latest));
    }
    found
}

#[test]
fn a_key_has_one_latest_version_whatever_is_put_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let seen = store.write(|rows| {
        rows.put(new("k", "1", "v1"), Versioning::Off)?;
        rows.put(new("k", "2", "v2"), Versioning::Off)?;
        assert_eq!(versions(rows), [("k".into(), "null".into(), true)]);
        rows.put(new("k", "3", "v3"), Versioning::Enabled)?;
        rows.put(new("k/", "4", "v4"), Versioning::Enabled)?;
        rows.put(new("k", "5", "v5"), Versioning::Suspended)?;
        let expected = [("k", "null", true), ("k", "v3", false), ("k/", "v4", true)];
        assert_eq!(versions(rows), expected.map(|(key, version, latest)| (key.into(), version.into(), latest)));
        let latest = rows.latest("b", "k")?.unwrap();
        assert_eq!(latest.etag, "5");
        rows.remove("b", &latest)?;
        let latest = rows.latest("b", "k")?.unwrap();
        assert_eq!((latest.version.as_str(), latest.etag.as_str()), ("v3", "3"));
        rows.remove("b", &latest)?;
        Ok((rows.latest("b", "k")?, versions(rows).len()))
    });
    assert_eq!(seen.unwrap(), (None, 1));
}

#[test]
fn what_fails_changes_nothing_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let files = || std::fs::read_dir(folder.path().join(BODIES)).unwrap().count();
    let kept = store.write_body(b"x").unwrap();
    store.write(|rows| Ok(rows.put(new("k", kept.file(), ""), Versioning::Off)?)).unwrap();
    kept.keep();
    let dropped = store.write_body(b"y").unwrap();
    let failed: Result<(), _> = store.write(|rows| {
        rows.put(new("k", dropped.file(), ""), Versioning::Off)?;
        Err(ErrorDocument::internal())
    });
    assert!(failed.is_err());
    drop(dropped);
    let read = store.read(|rows| {
        let object = rows.latest("b", "k")?.unwrap();
        store.open_body(&rows.segments(object.id)?)
    });
    assert_eq!((read.unwrap().read(0..1).unwrap().as_ref(), files()), (&b"x"[..], 1));
}

#[test]
fn a_body_that_is_open_outlives_its_object() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let (one, two) = (store.write_body(b"first").unwrap(), store.write_body(b"second").unwrap());
    let segments = [(one.file(), 5), (two.file(), 6)];
    let segments = segments.map(|(file, size)| Segment { number: 1, file: file.to_string(), size, checksum: None });
    let body = store.open_body(&segments).unwrap();
    drop((one, two));
    #[cfg(unix)]
    assert_eq!(body.read(3..8).unwrap(), "stsec");
    #[cfg(not(unix))]
    drop(body);
}

#[test]
fn keys_stand_in_the_order_of_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let keys = ["\0", "A", "a", "a\0b", "a b", "a/b", "aé", "a😀", "z", "é"];
    let listed = store.write(|rows| {
        for (number, key) in keys.iter().rev().enumerate() {
            rows.put(new(key, &number.to_string(), ""), Versioning::Off)?;
        }
        let (mut listed, mut from) = (Vec::new(), Bound::Unbounded);
        while let Some(object) = rows.next("b", &from)? {
            from = Bound::Excluded(object.key.clone().into_bytes());
            listed.push(object.key);
        }
        Ok(listed)
    });
    assert_eq!(listed.unwrap(), keys);
}
