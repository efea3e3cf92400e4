//! MP4 and M4A: length and size read from the headers, all free-form data blanked in place.

use entities::values::MediaType;

use super::boxes::{Atom, atoms, blank, number, only, to_usize};
use super::{Examined, Limits, MediaFault, check_pixels};

/// Brands that phones write.
pub const BRANDS: [&[u8; 4]; 12] =
    [b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"M4A ", b"M4V ", b"avc1", b"3gp4"];

/// What is kept in a movie's header and in a track; everything else may hold a place, such as `udta` (`©xyz`, `loci`),
/// `meta` (`com.apple.quicktime.location.ISO6709`), `uuid` and `XMP_` (XMP).
const IN_MOVIE: [&[u8; 4]; 5] = [b"mvhd", b"trak", b"iods", b"free", b"skip"];
const IN_TRACK: [&[u8; 4]; 6] = [b"tkhd", b"mdia", b"edts", b"tref", b"free", b"skip"];
const IN_MEDIA: [&[u8; 4]; 6] = [b"mdhd", b"hdlr", b"minf", b"elng", b"free", b"skip"];
const IN_FILE: [&[u8; 4]; 7] = [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pdin"];

/// One track.
struct Track {
    film: bool,
    milliseconds: u64,
    size: Option<(u32, u32)>,
}

/// Examines and cleans a film or voice.
pub fn examine(mut bytes: Vec<u8>, declared: MediaType, limits: &Limits) -> Result<Examined, MediaFault> {
    let file = atoms(&bytes, 0..bytes.len())?;
    // Fragments tell their length nowhere but in themselves.
    if file.iter().any(|atom| &atom.kind == b"moof") || !file.iter().any(|atom| &atom.kind == b"mdat") {
        return Err(MediaFault::Broken);
    }
    let movie = atoms(&bytes, only(&file, b"moov")?.body.clone())?;
    if movie.iter().any(|atom| &atom.kind == b"mvex") {
        return Err(MediaFault::Broken);
    }
    let mut blanks = others(&file, &IN_FILE);
    blanks.extend(others(&movie, &IN_MOVIE));
    let mut milliseconds = duration(&bytes, only(&movie, b"mvhd")?)?;
    let (mut film, mut size, mut tracks) = (false, None, 0);
    for atom in movie.iter().filter(|atom| &atom.kind == b"trak") {
        let track = track(&bytes, atom, &mut blanks)?;
        film |= track.film;
        size = size.or(track.size);
        milliseconds = milliseconds.max(track.milliseconds);
        tracks += 1;
    }
    if tracks == 0 || milliseconds == 0 {
        return Err(MediaFault::Broken);
    }
    if film != (declared == MediaType::Video) {
        return Err(MediaFault::Mismatch);
    }
    let longest = if film { limits.film_seconds } else { limits.voice_seconds };
    if milliseconds > u64::from(longest) * 1000 {
        return Err(MediaFault::TooLong(longest));
    }
    if let Some((width, height)) = size {
        check_pixels(width, height, limits)?;
    }
    for atom in &blanks {
        blank(&mut bytes, atom);
    }
    Ok(Examined {
        bytes,
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        duration_ms: u32::try_from(milliseconds).ok(),
        thumbnail: None,
    })
}

fn others(atoms: &[Atom], kept: &[&[u8; 4]]) -> Vec<Atom> {
    atoms.iter().filter(|atom| !kept.contains(&&atom.kind)).cloned().collect()
}

/// A track of film or voice. Others are refused: a track of positions keeps them among the samples.
fn track(bytes: &[u8], atom: &Atom, blanks: &mut Vec<Atom>) -> Result<Track, MediaFault> {
    let inside = atoms(bytes, atom.body.clone())?;
    blanks.extend(others(&inside, &IN_TRACK));
    let media = atoms(bytes, only(&inside, b"mdia")?.body.clone())?;
    blanks.extend(others(&media, &IN_MEDIA));
    let handler = only(&media, b"hdlr")?.body.start + 8;
    let film = match bytes.get(handler..handler + 4) {
        Some(b"vide") => true,
        Some(b"soun") => false,
        _ => return Err(MediaFault::Unsupported),
    };
    let header = only(&inside, b"tkhd")?;
    let size = if film { Some(frame(bytes, header)?) } else { None };
    Ok(Track { film, milliseconds: duration(bytes, only(&media, b"mdhd")?)?, size })
}

/// The length that a `mvhd` or `mdhd` names, in milliseconds.
fn duration(bytes: &[u8], header: &Atom) -> Result<u64, MediaFault> {
    let body = &bytes[header.body.clone()];
    let (scale, length) = match body.first() {
        Some(0) => (number(body, 12, 4)?, number(body, 16, 4)?),
        Some(1) => (number(body, 20, 4)?, number(body, 24, 8)?),
        _ => return Err(MediaFault::Broken),
    };
    let thousandths = u128::from(length) * 1000;
    let milliseconds = thousandths.checked_div(u128::from(scale)).ok_or(MediaFault::Broken)?;
    Ok(u64::try_from(milliseconds).unwrap_or(u64::MAX))
}

/// Width and height as shown, from a `tkhd`: its matrix may lay the picture on its side.
fn frame(bytes: &[u8], header: &Atom) -> Result<(u32, u32), MediaFault> {
    let body = &bytes[header.body.clone()];
    let matrix = match body.first() {
        Some(0) => 40,
        Some(1) => 52,
        _ => return Err(MediaFault::Broken),
    };
    let pixels = |at: usize| number(body, at, 4).map(|fixed| u32::try_from(fixed >> 16).unwrap_or(u32::MAX));
    let (width, height) = (pixels(matrix + 36)?, pixels(matrix + 40)?);
    let on_its_side = to_usize(number(body, matrix, 4)?)? == 0;
    Ok(if on_its_side { (height, width) } else { (width, height) })
}
