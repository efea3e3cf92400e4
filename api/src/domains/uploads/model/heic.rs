//! HEIC: sizes read from its properties, Exif and XMP overwritten in place.

use std::ops::Range;

use super::boxes::{Atom, atoms, blank, number, only, to_usize};
use super::{Examined, Limits, MediaFault, check_pixels, orientation};

/// Brands of pictures coded with HEVC.
pub const BRANDS: [&[u8; 4]; 6] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"];

/// Phones write some fifty; many more would only keep us busy.
const MOST_ITEMS: u64 = 4096;

/// Examines and cleans a HEIC picture. It cannot be decoded here, so it has no thumbnail.
pub fn examine(mut bytes: Vec<u8>, limits: &Limits) -> Result<Examined, MediaFault> {
    let file = atoms(&bytes, 0..bytes.len())?;
    let meta = only(&file, b"meta")?;
    // Four bytes of version and flags stand before its boxes.
    let inside = atoms(&bytes, meta.body.start + 4..meta.body.end)?;
    let (width, height) = dimensions(&bytes, &inside)?;
    check_pixels(width, height, limits)?;
    let private = private_items(&bytes, only(&inside, b"iinf")?)?;
    let data = inside.iter().find(|atom| &atom.kind == b"idat").map(|atom| atom.body.clone());
    let places = extents(&bytes, only(&inside, b"iloc")?, data.as_ref())?;
    let mut erased = 0;
    for (item, exif) in private {
        let mut found = places.iter().filter(|place| place.id == item).flat_map(|place| &place.ranges).peekable();
        if found.peek().is_none() {
            return Err(MediaFault::Broken);
        }
        for range in found {
            erased += range.len();
            if erased > bytes.len() {
                // Pieces that lie on each other.
                return Err(MediaFault::Broken);
            }
            erase(&mut bytes, range.clone(), exif);
        }
    }
    // A sequence, or a film that goes with the picture, has headers of its own.
    for atom in file.iter().filter(|atom| matches!(&atom.kind, b"moov" | b"uuid" | b"udta")) {
        blank(&mut bytes, atom);
    }
    Ok(Examined { bytes, width: Some(width), height: Some(height), duration_ms: None, thumbnail: None })
}

/// The largest picture that the properties name, turned if any is.
fn dimensions(bytes: &[u8], meta: &[Atom]) -> Result<(u32, u32), MediaFault> {
    let properties = atoms(bytes, only(meta, b"iprp")?.body.clone())?;
    let properties = atoms(bytes, only(&properties, b"ipco")?.body.clone())?;
    let (mut largest, mut turned) = ((0, 0), false);
    for atom in &properties {
        match &atom.kind {
            b"ispe" => {
                let side = |at| number(bytes, at, 4).map(|side| u32::try_from(side).unwrap_or(u32::MAX));
                let size = (side(atom.body.start + 4)?, side(atom.body.start + 8)?);
                let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
                if area(size) > area(largest) {
                    largest = size;
                }
            }
            b"irot" => turned |= bytes.get(atom.body.start).is_some_and(|angle| angle & 1 == 1),
            _ => {}
        }
    }
    Ok(if turned { (largest.1, largest.0) } else { largest })
}

/// The items that hold Exif (`true`) or XMP and other texts.
fn private_items(bytes: &[u8], iinf: &Atom) -> Result<Vec<(u64, bool)>, MediaFault> {
    let version = number(bytes, iinf.body.start, 1)?;
    let entries = iinf.body.start + if version == 0 { 6 } else { 8 };
    let mut found = Vec::new();
    for atom in atoms(bytes, entries..iinf.body.end)? {
        if found.len() as u64 > MOST_ITEMS {
            return Err(MediaFault::Broken);
        }
        let start = atom.body.start;
        let wide = match number(bytes, start, 1)? {
            2 => 2,
            3 => 4,
            _ => return Err(MediaFault::Broken),
        };
        let item = number(bytes, start + 4, wide)?;
        match bytes.get(start + 6 + wide..start + 10 + wide) {
            Some(b"Exif") => found.push((item, true)),
            Some(b"mime" | b"uri ") => found.push((item, false)),
            _ => {}
        }
    }
    Ok(found)
}

/// Where the bytes of an item stand.
struct Item {
    id: u64,
    ranges: Vec<Range<usize>>,
}

/// Where the bytes of each item stand.
fn extents(bytes: &[u8], iloc: &Atom, data: Option<&Range<usize>>) -> Result<Vec<Item>, MediaFault> {
    let mut at = iloc.body.start;
    let mut take = |length: usize| {
        let value = if at + length <= iloc.body.end { number(bytes, at, length) } else { Err(MediaFault::Broken) };
        at += length;
        value
    };
    let version = take(1)?;
    take(3)?;
    let sizes = take(2)?;
    let [offsets, lengths, bases, indexes] = [12, 8, 4, 0].map(|shift| ((sizes >> shift) & 0xF) as usize);
    let indexes = if version == 0 { 0 } else { indexes };
    let id_length = if version == 2 { 4 } else { 2 };
    let mut found = Vec::new();
    let items = take(id_length)?;
    if items > MOST_ITEMS {
        return Err(MediaFault::Broken);
    }
    for _ in 0..items {
        let item = take(id_length)?;
        let method = if version == 0 { 0 } else { take(2)? & 0xF };
        take(2)?;
        let base = take(bases)?;
        let mut ranges = Vec::new();
        let pieces = take(2)?;
        if pieces > 1 && offsets + lengths == 0 {
            return Err(MediaFault::Broken);
        }
        for _ in 0..pieces {
            take(indexes)?;
            let (offset, length) = (take(offsets)?, take(lengths)?);
            let within = match (method, data) {
                (0, _) => 0..bytes.len(),
                (1, Some(data)) => data.clone(),
                _ => return Err(MediaFault::Broken),
            };
            let start = base.checked_add(offset).and_then(|start| start.checked_add(within.start as u64));
            let start = to_usize(start.ok_or(MediaFault::Broken)?)?;
            // No length means all there is.
            let end = if length == 0 { Some(within.end) } else { start.checked_add(to_usize(length)?) };
            let end = end.filter(|end| *end <= within.end && *end >= start).ok_or(MediaFault::Broken)?;
            ranges.push(start..end);
        }
        found.push(Item { id: item, ranges });
    }
    Ok(found)
}

/// Overwrites an item; of Exif the orientation is kept when it finds room.
fn erase(bytes: &mut [u8], range: Range<usize>, exif: bool) {
    let body = &mut bytes[range];
    if !exif {
        body.fill(b' ');
        return;
    }
    // Four bytes say how far the Exif block proper is.
    let skipped = number(body, 0, 4).ok().and_then(|skipped| usize::try_from(skipped).ok());
    let block = skipped.and_then(|skipped| body.get(skipped.checked_add(4)?..)).unwrap_or_default();
    let kept = [&[0; 4], orientation::write(orientation::read(block)).as_slice()].concat();
    body.fill(0);
    if let Some(front) = body.get_mut(..kept.len()) {
        front.copy_from_slice(&kept);
    }
}
