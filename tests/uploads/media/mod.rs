//! Tiny files of every type, made in code, with the places that phones put into them.

mod heic;
mod movie;
pub mod pictures;

pub use heic::heic;
pub use movie::{Movie, atom};
pub use pictures::{chunk, exif, jpeg, jpeg_of, jpeg_with, png, png_chunks, png_of, segment};

/// Bytes that stand for a position; a cleaned file holds them nowhere.
pub const POSITION: &[u8] = b"+45.7567+126.6424/";
/// Bytes that stand for whose phone it was.
pub const OWNER: &[u8] = b"Wang Fang's phone";

/// Whether `bytes` holds `part`.
pub fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
