//! The tokens of a text, by PostgreSQL's own scanner: see `tokens.c`.

use std::cell::RefCell;
use std::ffi::{c_char, c_long, CStr};

/// From where to where, in bytes, and the grammar's number of its kind.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Token {
    pub start: u32,
    pub end: u32,
    pub kind: u32,
}

extern "C" {
    fn sluice_tokens(text: *const c_char, tokens: *mut Token, capacity: c_long) -> c_long;
}

thread_local! {
    /// Kept, since one thread asks for nearly all texts.
    static ROOM: RefCell<Vec<Token>> = const { RefCell::new(Vec::new()) };
}

/// Makes something of a text's tokens; `None`: the scanner does not take the text.
pub fn with<T>(text: &CStr, work: impl FnOnce(&[Token]) -> Option<T>) -> Option<T> {
    ROOM.with_borrow_mut(|room| {
        // No token is empty.
        let most = text.to_bytes().len();
        if room.len() < most {
            room.resize(most, Token::default());
        }
        // SAFETY: the text ends with a NUL, and the room has that many places.
        let count = unsafe { sluice_tokens(text.as_ptr(), room.as_mut_ptr(), most as c_long) };
        usize::try_from(count).ok().and_then(|count| work(&room[..count]))
    })
}
