//! What is asked of every text, with one parse: its tree, its fingerprint and its tokens. The functions of libpg_query's interface
//! would parse for the fingerprint once more.

use crate::tokens::{self, Token};
use crate::Error;
use std::ffi::{c_char, c_int, c_void, CStr};
use std::ptr;

/// Begins with what the Java side reads, after the result's head.
#[repr(C)]
pub struct Reading {
    tokens: *const Token,
    /// How many tokens there are; -1: the scanner does not take the text, or cannot be told the options.
    count: i64,
    /// In hexadecimal; nothing where the text was refused.
    fingerprint: [u8; 16],
    pub json: *mut c_char,
    pub length: usize,
    pub error: *mut Error,
    kept: Option<Box<[Token]>>,
}

// The layouts and functions from here to the next comment are those of pg_query_internal.h, pg_query_outfuncs.h and
// pg_query_fingerprint.h in libpg_query.

#[repr(C)]
struct Parsed {
    tree: *const c_void,
    stderr: *mut c_char,
    error: *mut Error,
}

extern "C" {
    fn pg_query_raw_parse(text: *const c_char, options: c_int) -> Parsed;
    fn pg_query_nodes_to_json(tree: *const c_void) -> *mut c_char;
    fn pg_query_fingerprint_node(tree: *const c_void) -> u64;
    fn pg_query_free_error(error: *mut Error);
    fn pg_query_enter_memory_context() -> *mut c_void;
    fn pg_query_exit_memory_context(context: *mut c_void);
}

/// Reads a text.
///
/// # Safety
/// `text` ends with a NUL; the thread's stack suits the text's length.
pub unsafe fn of(text: *const c_char, options: c_int) -> Reading {
    let kept = tokens_of(CStr::from_ptr(text), options);
    let context = pg_query_enter_memory_context();
    let parsed = pg_query_raw_parse(text, options);
    libc::free(parsed.stderr.cast());
    let mut fingerprint = [0; 16];
    let mut json = ptr::null_mut();
    let mut length = 0;
    if parsed.error.is_null() {
        let written = pg_query_nodes_to_json(parsed.tree);
        length = libc::strlen(written);
        json = libc::malloc(length.max(1)).cast::<c_char>();
        if json.is_null() {
            // As the library itself does where there is no memory.
            libc::abort();
        }
        ptr::copy_nonoverlapping(written, json, length);
        fingerprint = hexadecimal(pg_query_fingerprint_node(parsed.tree));
    }
    pg_query_exit_memory_context(context);
    Reading {
        tokens: kept.as_ref().map_or(ptr::null(), |tokens| tokens.as_ptr()),
        count: kept.as_ref().map_or(-1, |tokens| tokens.len() as i64),
        fingerprint,
        json,
        length,
        error: parsed.error,
        kept,
    }
}

/// Gives back what [`of`] took.
///
/// # Safety
/// It was not given back before.
pub unsafe fn free(reading: Reading) {
    libc::free(reading.json.cast());
    if !reading.error.is_null() {
        pg_query_free_error(reading.error);
    }
}

/// The scanner reads strings by the standard: with other options a backslash may have another meaning.
fn tokens_of(text: &CStr, options: c_int) -> Option<Box<[Token]>> {
    if options != 0 && text.to_bytes().contains(&b'\\') {
        return None;
    }
    tokens::with(text, |tokens| Some(tokens.into()))
}

fn hexadecimal(number: u64) -> [u8; 16] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    std::array::from_fn(|index| DIGITS[(number >> (60 - 4 * index)) as usize & 15])
}
