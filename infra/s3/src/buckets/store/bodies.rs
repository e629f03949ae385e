//! The files of bodies: each is written once, under a name of our own, and read until it is deleted.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;

use bytes::Bytes;
use uuid::Uuid;

use super::Segment;

/// The folder of the bodies.
#[derive(Debug)]
pub(super) struct Bodies(PathBuf);

/// A body that no object names yet. It is deleted with this value, unless it was kept.
#[derive(Debug)]
pub(in super::super) struct WrittenBody<'b> {
    bodies: &'b Bodies,
    file: String,
    kept: bool,
}

/// An object's body, opened: deleting the object takes nothing from it.
#[derive(Debug)]
pub(in super::super) struct Body(Vec<(File, u64)>);

impl Bodies {
    pub(super) fn open(folder: PathBuf) -> std::io::Result<Bodies> {
        std::fs::create_dir_all(&folder)?;
        Ok(Bodies(folder))
    }

    /// Deletes every file that is not `named`.
    pub(super) fn sweep(&self, named: &BTreeSet<String>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(&self.0)? {
            let name = entry?.file_name();
            if name.to_str().is_none_or(|name| !named.contains(name)) {
                std::fs::remove_file(self.0.join(name))?;
            }
        }
        Ok(())
    }

    pub(super) fn write(&self, body: &[u8]) -> std::io::Result<WrittenBody<'_>> {
        let file = Uuid::new_v4().simple().to_string();
        let written = WrittenBody { bodies: self, file, kept: false };
        OpenOptions::new().write(true).create_new(true).open(self.path(&written.file))?.write_all(body)?;
        Ok(written)
    }

    /// Deletes a file. One that cannot be deleted now is swept when the store is opened again.
    pub(super) fn remove(&self, file: &str) {
        let _ = std::fs::remove_file(self.path(file));
    }

    pub(super) fn open_all(&self, segments: &[Segment]) -> std::io::Result<Body> {
        let opened = segments.iter().map(|segment| Ok((File::open(self.path(&segment.file))?, segment.size)));
        Ok(Body(opened.collect::<std::io::Result<_>>()?))
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }
}

impl WrittenBody<'_> {
    /// The file's name.
    pub(in super::super) fn file(&self) -> &str {
        &self.file
    }

    /// Leaves the file where it is: an object names it now.
    pub(in super::super) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for WrittenBody<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.bodies.remove(&self.file);
        }
    }
}

impl Body {
    /// The bytes of `range`, counted from the beginning of the object.
    pub(in super::super) fn read(self, range: Range<u64>) -> std::io::Result<Bytes> {
        let mut bytes = Vec::with_capacity(usize::try_from(range.end - range.start).unwrap_or_default());
        let mut begin = 0;
        for (mut file, size) in self.0 {
            let (from, to) = (range.start.max(begin), range.end.min(begin + size));
            if from < to {
                file.seek(SeekFrom::Start(from - begin))?;
                let read = file.take(to - from).read_to_end(&mut bytes)?;
                if read as u64 != to - from {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
            begin += size;
        }
        Ok(bytes.into())
    }
}
