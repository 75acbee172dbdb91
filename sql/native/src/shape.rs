//! What two texts have in common that differ in constants and comments alone.

use crate::tokens::Token;

const UNICODE_IDENTIFIER: u32 = 259;
const FIRST_CONSTANT: u32 = 260;
const UNICODE_STRING: u32 = 262;
const LAST_STRING_CONSTANT: u32 = 264;
const INTEGER: u32 = 266;
const PARAMETER: u32 = 267;
const LINE_COMMENT: u32 = 275;
const BLOCK_COMMENT: u32 = 276;
const UESCAPE: u32 = 715;

/// Stands for a comment. Constants have the bytes before, which no token and no space has.
const COMMENT: u8 = 8;

/// The text with one byte for each constant, which tells its kind of token, and one for each comment. `None` where that is not
/// all that parsing depends on: of a text with parameters, since they are numbered, or with strings that name something.
pub fn of(text: &[u8], tokens: &[Token]) -> Option<Vec<u8>> {
    let mut shape = Vec::with_capacity(text.len());
    let mut done = 0;
    for token in tokens {
        let byte = match token.kind {
            UNICODE_IDENTIFIER | UNICODE_STRING | PARAMETER | UESCAPE => return None,
            INTEGER | FIRST_CONSTANT..=LAST_STRING_CONSTANT => (token.kind - FIRST_CONSTANT + 1) as u8,
            LINE_COMMENT | BLOCK_COMMENT => COMMENT,
            _ => continue,
        };
        shape.extend_from_slice(text.get(done..token.start as usize)?);
        shape.push(byte);
        done = token.end as usize;
    }
    shape.extend_from_slice(text.get(done..)?);
    Some(shape)
}
