//! PostgreSQL's own grammar behind a plain C interface of our own names.
//!
//! The crate `pg_query` carries libpg_query and compiles it; its symbols are local to a Rust shared library, so each function
//! that the Java side calls has a wrapper here. All take the same arguments and begin their result with the same [`Head`],
//! since each further shape of call costs the JVM that makes it start-up time. A result is written to memory of the caller
//! (at least [`RESULT_SIZE`] bytes) and is freed, once, by the function of the same name with `_free`.

mod read;
mod sha256;
mod shape;
mod tokens;

use pg_query as _;
use std::ffi::{c_char, c_int, CStr};
use std::ptr;

/// Bytes that hold any result.
pub const RESULT_SIZE: usize = 128;

/// What every result begins with: bytes (none where the text was refused), or a message (null where it was not) and the
/// place it is about, in characters from 1, 0 where that is not known.
#[repr(C)]
pub struct Head {
    data: *const c_char,
    length: u64,
    message: *const c_char,
    cursor: i64,
}

#[repr(C)]
pub struct Result<T> {
    head: Head,
    owner: T,
}

const _: () = assert!(size_of::<Result<Fingerprint>>() <= RESULT_SIZE);
const _: () = assert!(size_of::<Result<Tokens>>() <= RESULT_SIZE);
const _: () = assert!(size_of::<Result<read::Reading>>() <= RESULT_SIZE);
const _: () = assert!(size_of::<Result<Vec<u8>>>() <= RESULT_SIZE);

// The layouts from here to the next comment are those of libpg_query's pg_query.h.

#[repr(C)]
pub struct Error {
    message: *mut c_char,
    function: *mut c_char,
    file: *mut c_char,
    line: c_int,
    cursor: c_int,
    context: *mut c_char,
}

#[repr(C)]
pub struct Tokens {
    length: usize,
    protobuf: *mut c_char,
    stderr: *mut c_char,
    error: *mut Error,
}

#[repr(C)]
pub struct Fingerprint {
    number: u64,
    text: *mut c_char,
    stderr: *mut c_char,
    error: *mut Error,
}

extern "C" {
    fn pg_query_scan(text: *const c_char) -> Tokens;
    fn pg_query_free_scan_result(tokens: Tokens);
    fn pg_query_fingerprint_opts(text: *const c_char, options: c_int) -> Fingerprint;
    fn pg_query_free_fingerprint_result(fingerprint: Fingerprint);
}

unsafe fn write<T>(result: *mut Result<T>, data: *const c_char, length: usize, error: *const Error, owner: T) {
    let head = if error.is_null() {
        Head { data, length: length as u64, message: ptr::null(), cursor: 0 }
    } else {
        Head { data: ptr::null(), length: 0, message: (*error).message, cursor: (*error).cursor as i64 }
    };
    result.write(Result { head, owner });
}

unsafe fn length(text: *const c_char) -> usize {
    if text.is_null() {
        0
    } else {
        CStr::from_ptr(text).to_bytes().len()
    }
}

/// The tree of a text as JSON, and behind the head what else is told of it, see [`read::Reading`]. Recurses once for each level
/// of the tree: the thread's stack must suit the text's length.
///
/// # Safety
/// `text` ends with a NUL; `result` is writable.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_read(text: *const c_char, options: c_int, result: *mut Result<read::Reading>) {
    let reading = read::of(text, options);
    write(result, reading.json, reading.length, reading.error, reading);
}

/// # Safety
/// `result` was written by `sluice_pg_read` and is freed once.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_read_free(result: *mut Result<read::Reading>) {
    read::free(result.read().owner);
}

/// The tokens of a text as libpg_query itself tells them, the protobuf message `ScanResult`: what [`tokens`] is held to by tests.
///
/// # Safety
/// `text` ends with a NUL; `result` is writable.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_scan(text: *const c_char, _options: c_int, result: *mut Result<Tokens>) {
    let tokens = pg_query_scan(text);
    write(result, tokens.protobuf, tokens.length, tokens.error, tokens);
}

/// # Safety
/// `result` was written by `sluice_pg_scan` and is freed once.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_scan_free(result: *mut Result<Tokens>) {
    pg_query_free_scan_result(result.read().owner);
}

/// What texts have in common that differ in constants and comments alone, see [`shape::of`]; nothing where there is none.
///
/// # Safety
/// `text` ends with a NUL; `result` is writable.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_shape(text: *const c_char, _options: c_int, result: *mut Result<Vec<u8>>) {
    let text = CStr::from_ptr(text);
    let shape = tokens::with(text, |tokens| shape::of(text.to_bytes(), tokens)).unwrap_or_default();
    write(result, shape.as_ptr().cast(), shape.len(), ptr::null(), shape);
}

/// # Safety
/// `result` was written by `sluice_pg_shape` and is freed once.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_shape_free(result: *mut Result<Vec<u8>>) {
    drop(result.read().owner);
}

/// A hash of a text's shape, without its constants, in hexadecimal.
///
/// # Safety
/// `text` ends with a NUL; `result` is writable; the thread's stack suits the text's length.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_fingerprint(text: *const c_char, options: c_int, result: *mut Result<Fingerprint>) {
    let fingerprint = pg_query_fingerprint_opts(text, options);
    write(result, fingerprint.text, length(fingerprint.text), fingerprint.error, fingerprint);
}

/// # Safety
/// `result` was written by `sluice_pg_fingerprint` and is freed once.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_fingerprint_free(result: *mut Result<Fingerprint>) {
    pg_query_free_fingerprint_result(result.read().owner);
}

/// The grammar's version, as a server of that version prints it; static, never freed.
///
/// # Safety
/// `result` is writable.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_version(result: *mut Result<()>) {
    let version = c"17.7";
    write(result, version.as_ptr(), version.to_bytes().len(), ptr::null(), ());
}

/// Gives back to the kernel what an unusually large text made this thread touch: the allocator's free pages, and the part
/// of the thread's stack that lies well below the current frame. `result`'s length is the bytes of stack given back.
///
/// # Safety
/// `result` is writable.
#[no_mangle]
pub unsafe extern "C" fn sluice_pg_trim(result: *mut Result<()>) {
    #[cfg(target_env = "gnu")]
    libc::malloc_trim(0);
    write(result, ptr::null(), trim_stack(), ptr::null(), ());
}

unsafe fn trim_stack() -> usize {
    const KEPT: usize = 256 * 1024;
    let local = 0u8;
    let current = ptr::addr_of!(local) as usize;
    let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
    if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
        return 0;
    }
    let (mut lowest, mut size) = (ptr::null_mut(), 0usize);
    let found = libc::pthread_attr_getstack(attributes.as_ptr(), &mut lowest, &mut size);
    libc::pthread_attr_destroy(attributes.as_mut_ptr());
    if found != 0 {
        return 0;
    }
    let page = libc::sysconf(libc::_SC_PAGESIZE) as usize;
    let high = current.saturating_sub(KEPT) / page * page;
    if high <= lowest as usize {
        return 0;
    }
    let given = high - lowest as usize;
    if libc::madvise(lowest, given, libc::MADV_DONTNEED) == 0 {
        given
    } else {
        0
    }
}
