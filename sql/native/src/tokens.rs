//! The tokens of a text, by PostgreSQL's own scanner: see `tokens.c`.

use std::cell::RefCell;
use std::ffi::{c_char, c_long, CStr};

/// From where to where, in bytes, and the grammar's number of its kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Token {
    pub start: u32,
    pub end: u32,
    pub kind: u32,
}

extern "C" {
    fn sluice_tokens(text: *const c_char, tokens: *mut Token, capacity: c_long) -> c_long;
}

/// Tokens for which room is kept between two texts; what a longer text needed is given back.
const KEPT: usize = 16 * 1024;

thread_local! {
    /// Kept, since one thread asks for nearly all texts.
    static ROOM: RefCell<Vec<Token>> = const { RefCell::new(Vec::new()) };
}

/// Makes something of a text's tokens; `None`: the scanner does not take the text.
pub fn with<T>(text: &CStr, work: impl FnOnce(&[Token]) -> Option<T>) -> Option<T> {
    ROOM.with_borrow_mut(|room| {
        // No token is empty.
        let most = text.to_bytes().len();
        room.clear();
        room.reserve(most);
        // SAFETY: the text ends with a NUL, and the room has that many places.
        let count = unsafe { sluice_tokens(text.as_ptr(), room.as_mut_ptr(), most as c_long) };
        let made = usize::try_from(count).ok().and_then(|count| {
            // SAFETY: as many were written.
            unsafe { room.set_len(count) };
            work(room)
        });
        if room.capacity() > KEPT {
            *room = Vec::new();
        }
        made
    })
}
