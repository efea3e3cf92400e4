//! HEIC: the boxes that say what is where, and bytes that stand for the picture.

use super::movie::atom;
use super::{POSITION, exif};

/// A HEIC of this size with its position in Exif and in XMP, which lie among its data, in `idat` when `inside`.
pub fn heic(width: u32, height: u32, orientation: u16, inside: bool) -> Vec<u8> {
    let exif = [&[0; 4][..], &exif(orientation)].concat();
    let xmp = [b"<x:xmpmeta>", POSITION].concat();
    let items = [(1_u16, *b"hvc1", b"picture".to_vec()), (2, *b"Exif", exif), (3, *b"mime", xmp)];
    // Two passes: how long the boxes are does not depend on what the offsets are.
    let length = written(width, height, &items, inside, 0).len() - data(&items).len();
    written(width, height, &items, inside, if inside { 0 } else { length })
}

type Item = (u16, [u8; 4], Vec<u8>);

fn data(items: &[Item]) -> Vec<u8> {
    items.iter().flat_map(|(_, _, bytes)| bytes.clone()).collect()
}

fn written(width: u32, height: u32, items: &[Item], inside: bool, start: usize) -> Vec<u8> {
    let entries = items.iter().map(|(id, kind, _)| {
        let body = [&[2, 0, 0, 0], &id.to_be_bytes()[..], &[0, 0], kind, b"\0"].concat();
        atom(b"infe", &body)
    });
    let entries: Vec<u8> = entries.flatten().collect();
    let count = u16::try_from(items.len()).unwrap().to_be_bytes();
    let (mut places, mut at) = (Vec::new(), start);
    for (id, _, bytes) in items {
        let (offset, length) = (u32::try_from(at).unwrap(), u32::try_from(bytes.len()).unwrap());
        places.extend(id.to_be_bytes());
        places.extend([0, u8::from(inside), 0, 0, 0, 1]);
        places.extend(offset.to_be_bytes());
        places.extend(length.to_be_bytes());
        at += bytes.len();
    }
    let ispe =
        |width: u32, height: u32| atom(b"ispe", &[&[0; 4][..], &width.to_be_bytes(), &height.to_be_bytes()].concat());
    let properties = [ispe(512, 512), ispe(width, height), atom(b"irot", &[0])].concat();
    let mut meta = [
        vec![0; 4],
        atom(b"iinf", &[&[0; 4][..], &count, &entries].concat()),
        atom(b"iloc", &[&[1, 0, 0, 0, 0x44, 0x00][..], &count, &places].concat()),
        atom(b"iprp", &atom(b"ipco", &properties)),
    ]
    .concat();
    let data = data(items);
    let mut file = atom(b"ftyp", b"heic\0\0\0\0mif1heic");
    if inside {
        meta.extend(atom(b"idat", &data));
        file.extend(atom(b"meta", &meta));
    } else {
        file.extend(atom(b"meta", &meta));
        file.extend(atom(b"mdat", &data));
    }
    file
}
