//! JPEG and PNG.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::{OWNER, POSITION};

/// A picture whose upper half is red and whose lower half is blue.
fn picture(width: u32, height: u32) -> DynamicImage {
    let colour = |_, y| if y < height / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
    RgbImage::from_fn(width, height, colour).into()
}

fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture(width, height).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A segment of a JPEG.
pub fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], length.as_slice(), body].concat()
}

/// An Exif block with an orientation, an owner, and a GPS directory with a position.
pub fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: usize, value: u32| {
        let count = u32::try_from(count).unwrap();
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
    };
    // A directory of three entries takes 42 bytes, one of one entry 18.
    let (gps, texts) = (8 + 42, 8 + 42 + 18);
    let owner_at = u32::try_from(texts).unwrap();
    let position_at = u32::try_from(texts + OWNER.len()).unwrap();
    [
        b"II*\0\x08\0\0\0\x03\0".to_vec(),
        entry(0x0112, 3, 1, orientation.into()),
        entry(0x8825, 4, 1, gps),
        entry(0xA430, 2, OWNER.len(), owner_at),
        vec![0; 4],
        b"\x01\0".to_vec(),
        entry(0x0002, 5, POSITION.len() / 8, position_at),
        vec![0; 4],
        OWNER.to_vec(),
        POSITION.to_vec(),
    ]
    .concat()
}

/// A plain JPEG of this size.
pub fn jpeg_of(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Jpeg)
}

/// A JPEG with these segments after its beginning, and these bytes after its end.
pub fn jpeg_with(width: u32, height: u32, segments: &[Vec<u8>], after: &[u8]) -> Vec<u8> {
    let plain = jpeg_of(width, height);
    [&plain[..2], &segments.concat(), &plain[2..], after].concat()
}

/// A photo as a phone takes it, with its position in Exif, in XMP, in a maker's segment, and after its end.
pub fn jpeg(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    let about = |head: &[u8]| [head, POSITION].concat();
    let segments = [
        segment(0xE1, &[b"Exif\0\0", exif(orientation).as_slice()].concat()),
        segment(0xE1, &about(b"http://ns.adobe.com/xap/1.0/\0")),
        segment(0xE2, &about(b"MPF\0")),
        segment(0xED, &about(b"Photoshop 3.0\0")),
        segment(0xE7, &about(b"maker")),
        segment(0xFE, POSITION),
    ];
    jpeg_with(width, height, &segments, &[jpeg_of(8, 8).as_slice(), POSITION].concat())
}

/// A plain PNG of this size.
pub fn png_of(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Png)
}

/// A chunk of a PNG.
pub fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let checked = [kind.as_slice(), body].concat();
    let mut crc = u32::MAX;
    for byte in &checked {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], &checked, &(!crc).to_be_bytes()].concat()
}

/// The kinds of a PNG's chunks.
pub fn png_chunks(bytes: &[u8]) -> Vec<String> {
    let (mut kinds, mut at) = (Vec::new(), 8);
    while at < bytes.len() {
        let length = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        kinds.push(String::from_utf8(bytes[at + 4..at + 8].to_vec()).unwrap());
        at += 12 + usize::try_from(length).unwrap();
    }
    kinds
}

/// A PNG with its position in Exif and in texts, and after its end.
pub fn png(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    let plain = png_of(width, height);
    // The signature and the header take 33 bytes.
    let (head, rest) = plain.split_at(33);
    let texts = [
        chunk(b"eXIf", &exif(orientation)),
        chunk(b"tEXt", &[b"Comment\0", POSITION].concat()),
        chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", POSITION].concat()),
        chunk(b"teSt", POSITION),
    ];
    [head, &texts.concat(), rest, POSITION].concat()
}
