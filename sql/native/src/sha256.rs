//! SHA-256 with the processor's own instructions where it has them. A JVM without its second compiler has none of them, and
//! takes ten times as long.

use sha2::{Digest, Sha256};
use std::ffi::c_int;
use std::slice;

/// Writes the 32 bytes of the hash of `length` bytes. It has the shape of the grammar's functions, see the crate's head.
///
/// # Safety
/// `length` bytes from `data` are readable, 32 from `hash` writable.
#[no_mangle]
pub unsafe extern "C" fn sluice_sha256(data: *const u8, length: c_int, hash: *mut u8) {
    let digest = Sha256::digest(slice::from_raw_parts(data, length as usize));
    slice::from_raw_parts_mut(hash, 32).copy_from_slice(&digest);
}
