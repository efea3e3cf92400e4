//! PNG: its chunks walked, those that a picture does not need left out.

use image::ImageFormat;
use image::metadata::Orientation;

use super::{Examined, Limits, MediaFault, check_pixels, orientation, thumbnail};

/// What every PNG begins with.
pub const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Chunks that show the picture; texts, XMP and times are not among them.
const KEPT: [&[u8; 4]; 14] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD",
    b"hIST", b"cICP",
];

/// Examines and cleans a PNG.
pub fn examine(bytes: &[u8], limits: &Limits) -> Result<Examined, MediaFault> {
    let (mut width, mut height) = dimensions(bytes)?;
    check_pixels(width, height, limits)?;
    let (bytes, orientation) = clean(bytes)?;
    let thumbnail = thumbnail::make(&bytes, ImageFormat::Png, orientation, limits)?;
    if orientation::turns(orientation) {
        (width, height) = (height, width);
    }
    Ok(Examined { bytes, width: Some(width), height: Some(height), duration_ms: None, thumbnail: Some(thumbnail) })
}

/// Width and height of the header, which is the first chunk.
fn dimensions(bytes: &[u8]) -> Result<(u32, u32), MediaFault> {
    let header = bytes.get(8..24).ok_or(MediaFault::Broken)?;
    let ([0, 0, 0, 13, b'I', b'H', b'D', b'R'], size) = header.split_at(8) else { return Err(MediaFault::Broken) };
    let number = |at: usize| u32::from_be_bytes([size[at], size[at + 1], size[at + 2], size[at + 3]]);
    Ok((number(0), number(4)))
}

/// Copies the chunks that show the picture, and of its Exif the orientation; all after the end is left out.
fn clean(bytes: &[u8]) -> Result<(Vec<u8>, Orientation), MediaFault> {
    let (mut out, mut turned) = (SIGNATURE.to_vec(), Orientation::NoTransforms);
    let mut at = SIGNATURE.len();
    loop {
        let head = bytes.get(at..at + 8).ok_or(MediaFault::Broken)?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let length = usize::try_from(length).map_err(|_| MediaFault::Broken)?;
        let kind = [head[4], head[5], head[6], head[7]];
        let end = at.checked_add(12).and_then(|end| end.checked_add(length)).ok_or(MediaFault::Broken)?;
        let chunk = bytes.get(at..end).ok_or(MediaFault::Broken)?;
        if &kind == b"eXIf" {
            turned = orientation::read(&chunk[8..8 + length]);
            push_chunk(&mut out, kind, &orientation::write(turned));
        } else if KEPT.contains(&&kind) {
            out.extend(chunk);
        } else if kind[0].is_ascii_uppercase() {
            // Critical, and unknown.
            return Err(MediaFault::Broken);
        }
        if &kind == b"IEND" {
            return Ok((out, turned));
        }
        at = end;
    }
}

fn push_chunk(out: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    let checked = [&kind, body].concat();
    out.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(&checked);
    out.extend(crc(&checked).to_be_bytes());
}

/// CRC-32 as PNG has it, of a few bytes.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
