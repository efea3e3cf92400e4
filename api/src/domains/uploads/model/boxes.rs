//! The boxes of the ISO base media format, which MP4, M4A and HEIC are made of.

use std::ops::Range;

use super::MediaFault;

/// A box: its kind, and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom {
    /// Its four letters.
    pub kind: [u8; 4],
    /// All of it.
    pub whole: Range<usize>,
    /// What is inside.
    pub body: Range<usize>,
}

/// The boxes that fill `range`; a fault when one does not end within it.
pub fn atoms(bytes: &[u8], range: Range<usize>) -> Result<Vec<Atom>, MediaFault> {
    let (mut found, mut at) = (Vec::new(), range.start);
    while at < range.end {
        let head = bytes.get(at..at + 8).ok_or(MediaFault::Broken)?;
        let (size, kind) = (number(head, 0, 4)?, [head[4], head[5], head[6], head[7]]);
        let (start, size) = match size {
            // To the end of what it lies in.
            0 => (at + 8, range.end - at),
            1 => (at + 16, to_usize(number(bytes, at + 8, 8)?)?),
            size => (at + 8, to_usize(size)?),
        };
        let end = at.checked_add(size).filter(|end| *end <= range.end && *end >= start).ok_or(MediaFault::Broken)?;
        found.push(Atom { kind, whole: at..end, body: start..end });
        at = end;
    }
    Ok(found)
}

/// The one box of a kind.
pub fn only<'a>(atoms: &'a [Atom], kind: &[u8; 4]) -> Result<&'a Atom, MediaFault> {
    let mut of_kind = atoms.iter().filter(|atom| &atom.kind == kind);
    match (of_kind.next(), of_kind.next()) {
        (Some(atom), None) => Ok(atom),
        _ => Err(MediaFault::Broken),
    }
}

/// A big-endian number of up to eight bytes.
pub fn number(bytes: &[u8], at: usize, length: usize) -> Result<u64, MediaFault> {
    let end = at.checked_add(length).ok_or(MediaFault::Broken)?;
    let digits = bytes.get(at..end).filter(|digits| digits.len() <= 8).ok_or(MediaFault::Broken)?;
    Ok(digits.iter().fold(0, |number, digit| (number << 8) | u64::from(*digit)))
}

/// A number as a length in memory.
pub fn to_usize(number: u64) -> Result<usize, MediaFault> {
    usize::try_from(number).map_err(|_| MediaFault::Broken)
}

/// The brands of a file: the major one first, then those it is compatible with. `None` when the file has no such box.
pub fn brands(bytes: &[u8]) -> Option<Vec<&[u8; 4]>> {
    let size = to_usize(number(bytes, 0, 4).ok()?).ok()?;
    let body = bytes.get(8..size).filter(|_| bytes.get(4..8) == Some(b"ftyp".as_slice()))?;
    let words: Vec<&[u8; 4]> = body.chunks_exact(4).filter_map(|word| word.try_into().ok()).collect();
    // The second word is a version.
    let (major, rest) = words.split_first()?;
    Some([major].into_iter().chain(rest.iter().skip(1)).copied().collect())
}

/// Makes a box an empty space of the same length, so that nothing else in the file moves.
pub fn blank(bytes: &mut [u8], atom: &Atom) {
    bytes[atom.body.clone()].fill(0);
    bytes[atom.whole.start + 4..atom.whole.start + 8].copy_from_slice(b"free");
}
