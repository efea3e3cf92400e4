//! JPEG: its segments walked, those that a picture does not need left out.

use image::ImageFormat;
use image::metadata::Orientation;

use super::{Examined, Limits, MediaFault, check_pixels, orientation, thumbnail};

const EXIF: &[u8] = b"Exif\0\0";

/// Segments and scans without what tells more than the picture.
struct Cleaned {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
    orientation: Orientation,
}

/// Examines and cleans a JPEG.
pub fn examine(bytes: &[u8], limits: &Limits) -> Result<Examined, MediaFault> {
    let Cleaned { bytes, mut width, mut height, orientation } = clean(bytes)?;
    check_pixels(width, height, limits)?;
    let thumbnail = thumbnail::make(&bytes, ImageFormat::Jpeg, orientation, limits)?;
    if orientation::turns(orientation) {
        (width, height) = (height, width);
    }
    Ok(Examined { bytes, width: Some(width), height: Some(height), duration_ms: None, thumbnail: Some(thumbnail) })
}

/// Copies what shows the picture. Left out: Exif but for the orientation, XMP, IPTC, comments, makers' segments, and all
/// that follows the picture's end, where phones put films and further pictures with Exif of their own.
fn clean(bytes: &[u8]) -> Result<Cleaned, MediaFault> {
    let mut out = bytes.get(..2).ok_or(MediaFault::Broken)?.to_vec();
    let (mut at, mut frame, mut scanned, mut turned) = (2, None, false, None);
    loop {
        let (marker, start) = next_marker(bytes, at)?;
        match marker {
            0xD9 if scanned => {
                out.extend([0xFF, marker]);
                let (width, height) = frame.ok_or(MediaFault::Broken)?;
                let orientation = turned.unwrap_or(Orientation::NoTransforms);
                return Ok(Cleaned { bytes: out, width, height, orientation });
            }
            0x00 | 0x01 | 0xD0..=0xD9 => return Err(MediaFault::Broken),
            _ => {}
        }
        let length = bytes.get(start..start + 2).ok_or(MediaFault::Broken)?;
        let end = start + usize::from(u16::from_be_bytes([length[0], length[1]]));
        let body = bytes.get(start + 2..end).ok_or(MediaFault::Broken)?;
        match marker {
            0xE1 if body.starts_with(EXIF) && turned.is_none() => {
                let found = orientation::read(&body[EXIF.len()..]);
                turned = Some(found);
                push_segment(&mut out, marker, &[EXIF, &orientation::write(found)].concat());
            }
            0xE0 if body.starts_with(b"JFIF\0") => push_segment(&mut out, marker, body),
            0xE2 if body.starts_with(b"ICC_PROFILE\0") => push_segment(&mut out, marker, body),
            0xEE if body.starts_with(b"Adobe") => push_segment(&mut out, marker, body),
            0xE0..=0xEF | 0xFE => {}
            _ => push_segment(&mut out, marker, body),
        }
        at = end;
        match marker {
            // Start of frame: precision, height, width.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let &[_, h1, h2, w1, w2, ..] = body else { return Err(MediaFault::Broken) };
                let size = (u32::from(u16::from_be_bytes([w1, w2])), u32::from(u16::from_be_bytes([h1, h2])));
                if frame.replace(size).is_some() {
                    return Err(MediaFault::Broken);
                }
            }
            // Start of scan: what follows is coded until the next marker.
            0xDA => {
                let coded = coded_length(&bytes[end..]).ok_or(MediaFault::Broken)?;
                out.extend(&bytes[end..end + coded]);
                at = end + coded;
                scanned = true;
            }
            _ => {}
        }
    }
}

/// The marker at `at`, past the fill bytes before it, and where its segment starts.
fn next_marker(bytes: &[u8], mut at: usize) -> Result<(u8, usize), MediaFault> {
    if bytes.get(at) != Some(&0xFF) {
        return Err(MediaFault::Broken);
    }
    while bytes.get(at) == Some(&0xFF) {
        at += 1;
    }
    Ok((*bytes.get(at).ok_or(MediaFault::Broken)?, at + 1))
}

/// How many bytes are coded data: up to a marker that is neither a stuffed zero nor a restart.
fn coded_length(bytes: &[u8]) -> Option<usize> {
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    bytes.windows(2).position(ends)
}

fn push_segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    // It came out of a segment at least as long.
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    out.extend([0xFF, marker]);
    out.extend(length.to_be_bytes());
    out.extend(body);
}
