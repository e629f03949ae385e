//! Bodies in chunks: the transfer coding of clients that do not know a body's length in advance (RFC 9112, 7.1).

use bytes::{Buf, BytesMut};

use super::MAX_BODY;
use super::refusal::HttpRefusal;

/// The longest line between chunks: a size, and any extensions that a client adds.
const MAX_LINE: usize = 1_024;
/// The most bytes of trailers, which are read and dropped.
const MAX_TRAILERS: usize = 8_192;

const BAD_CHUNK: HttpRefusal = HttpRefusal::BadRequest("a chunk of the body is not well-formed");

/// Takes chunked bytes as they come and puts the body together.
#[derive(Debug)]
pub(super) struct Chunks {
    next: Next,
    trailers: usize,
}

/// What the next bytes are.
#[derive(Debug, Clone, Copy)]
enum Next {
    Size,
    Data(usize),
    DataEnd,
    Trailer,
    Nothing,
}

impl Chunks {
    pub(super) fn new() -> Chunks {
        Chunks { next: Next::Size, trailers: 0 }
    }

    /// Moves what is complete in `input` to `body`; true when the body has ended. What follows the body stays in `input`.
    pub(super) fn take(&mut self, input: &mut BytesMut, body: &mut BytesMut) -> Result<bool, HttpRefusal> {
        loop {
            match self.next {
                Next::Size => {
                    let Some(line) = line(input)? else { return Ok(false) };
                    let size = size(&line)?;
                    if size > MAX_BODY - body.len() {
                        return Err(HttpRefusal::BodyTooLarge);
                    }
                    self.next = if size == 0 { Next::Trailer } else { Next::Data(size) };
                }
                Next::Data(left) => {
                    if input.is_empty() {
                        return Ok(false);
                    }
                    let here = left.min(input.len());
                    body.extend_from_slice(&input[..here]);
                    input.advance(here);
                    self.next = if here == left { Next::DataEnd } else { Next::Data(left - here) };
                }
                Next::DataEnd => {
                    let Some(line) = line(input)? else { return Ok(false) };
                    if !line.is_empty() {
                        return Err(BAD_CHUNK);
                    }
                    self.next = Next::Size;
                }
                Next::Trailer => {
                    let Some(line) = line(input)? else { return Ok(false) };
                    self.trailers += line.len();
                    if self.trailers > MAX_TRAILERS {
                        return Err(HttpRefusal::HeadersTooLarge);
                    }
                    self.next = if line.is_empty() { Next::Nothing } else { Next::Trailer };
                }
                Next::Nothing => return Ok(true),
            }
        }
    }
}

/// The next line of `input` without its CRLF; `None` when it has not come whole.
fn line(input: &mut BytesMut) -> Result<Option<BytesMut>, HttpRefusal> {
    let Some(end) = input.iter().position(|byte| *byte == b'\n') else {
        return if input.len() > MAX_LINE { Err(BAD_CHUNK) } else { Ok(None) };
    };
    let mut line = input.split_to(end + 1);
    if end > MAX_LINE || !line.ends_with(b"\r\n") {
        return Err(BAD_CHUNK);
    }
    line.truncate(end - 1);
    Ok(Some(line))
}

/// The number at the start of a chunk's first line; an extension after `;` is ignored.
fn size(line: &[u8]) -> Result<usize, HttpRefusal> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let digits = std::str::from_utf8(digits).map_err(|_| BAD_CHUNK)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(BAD_CHUNK);
    }
    usize::from_str_radix(digits, 16).map_err(|_| HttpRefusal::BodyTooLarge)
}
