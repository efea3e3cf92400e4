//! The digest by which a run remembers its file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};

use super::ImportError;

const BUFFER: usize = 64 * 1024;

/// The SHA-256 of a file's bytes, read piece by piece.
pub fn sha256_file(path: &Path) -> Result<[u8; 32], ImportError> {
    let unreadable = |error: std::io::Error| ImportError::unusable(format!("{}: {error}", path.display()));
    let mut file = File::open(path).map_err(unreadable)?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = file.read(&mut buffer).map_err(unreadable)?;
        if length == 0 {
            break;
        }
        context.update(&buffer[..length]);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    Ok(digest)
}
