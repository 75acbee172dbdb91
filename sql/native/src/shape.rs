//! What two texts have in common that differ in constants and comments alone.

const UNICODE_IDENTIFIER: u64 = 259;
const FIRST_CONSTANT: u64 = 260;
const UNICODE_STRING: u64 = 262;
const LAST_STRING_CONSTANT: u64 = 264;
const INTEGER: u64 = 266;
const PARAMETER: u64 = 267;
const LINE_COMMENT: u64 = 275;
const BLOCK_COMMENT: u64 = 276;
const UESCAPE: u64 = 715;

/// Stands for a comment. Constants have the bytes before, which no token and no space has.
const COMMENT: u8 = 8;

/// The text with one byte for each constant, which tells its kind of token, and one for each comment. `None` where that is not
/// all that parsing depends on: of a text with parameters, since they are numbered, or with strings that name something.
///
/// `tokens` is libpg_query's protobuf message `ScanResult` of the text.
pub fn of(text: &[u8], tokens: &[u8]) -> Option<Vec<u8>> {
    let mut message = Message { bytes: tokens };
    let mut shape = Vec::with_capacity(text.len());
    let mut done = 0;
    while !message.bytes.is_empty() {
        let tag = message.number()?;
        if tag != (2 << 3 | 2) {
            message.skip(tag)?;
            continue;
        }
        let length = message.number()? as usize;
        let (start, end, kind) = token(Message { bytes: message.take(length)? })?;
        let byte = match kind {
            UNICODE_IDENTIFIER | UNICODE_STRING | PARAMETER | UESCAPE => return None,
            INTEGER | FIRST_CONSTANT..=LAST_STRING_CONSTANT => (kind - FIRST_CONSTANT + 1) as u8,
            LINE_COMMENT | BLOCK_COMMENT => COMMENT,
            _ => continue,
        };
        shape.extend_from_slice(text.get(done..start)?);
        shape.push(byte);
        done = end;
    }
    shape.extend_from_slice(text.get(done..)?);
    Some(shape)
}

fn token(mut message: Message) -> Option<(usize, usize, u64)> {
    let (mut start, mut end, mut kind) = (0, 0, 0);
    while !message.bytes.is_empty() {
        let tag = message.number()?;
        match tag {
            8 => start = message.number()? as usize,
            16 => end = message.number()? as usize,
            32 => kind = message.number()?,
            _ => message.skip(tag)?,
        }
    }
    Some((start, end, kind))
}

struct Message<'a> {
    bytes: &'a [u8],
}

impl<'a> Message<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (&part, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(part & 0x7f) << shift;
            if part < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(..length)?;
        self.bytes = &self.bytes[length..];
        Some(taken)
    }

    fn skip(&mut self, tag: u64) -> Option<()> {
        match tag & 7 {
            0 => self.number().map(|_| ()),
            1 => self.take(8).map(|_| ()),
            2 => {
                let length = self.number()? as usize;
                self.take(length).map(|_| ())
            }
            5 => self.take(4).map(|_| ()),
            _ => None,
        }
    }
}
