//! Deployment packages: the zip file that `sam deploy` uploads, of which the local cloud runs one entry.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

/// More than Lambda unpacks, in bytes. <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LARGEST: u64 = 262_144_000;

/// The program called `bootstrap` in the zip file `package`, if there is one.
///
/// # Errors
///
/// It is not a zip file, or what is unpacked is larger than Lambda takes.
pub fn bootstrap(package: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut archive = ZipArchive::new(Cursor::new(package)).map_err(|error| error.to_string())?;
    let entry = match archive.by_name("bootstrap") {
        Ok(entry) => entry,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let mut program = Vec::new();
    // What an entry says of its size need not be true.
    entry.take(LARGEST + 1).read_to_end(&mut program).map_err(|error| error.to_string())?;
    if program.len() as u64 > LARGEST {
        return Err(format!("Unzipped size must be smaller than {LARGEST} bytes"));
    }
    Ok(Some(program))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn package(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, body) in entries {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(body).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn one_entry_is_the_program() {
        let packed = package(&[("readme", b"no"), ("bootstrap", b"program")]);
        assert_eq!(bootstrap(&packed), Ok(Some(b"program".to_vec())));
        assert_eq!(bootstrap(&package(&[("index.js", b"no")])), Ok(None));
        assert!(bootstrap(b"no zip").is_err());
        assert!(bootstrap(&packed[..packed.len() - 30]).is_err());
    }
}
