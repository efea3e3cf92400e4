//! Where a photo was taken is gone from it; which way up it is stays.

use api::domains::uploads::model::{Examined, Limits, examine};
use entities::values::MediaType;
use image::metadata::Orientation;
use image::{ImageDecoder as _, ImageFormat, ImageReader};
use proptest::prelude::*;
use std::io::Cursor;

use super::media::{self, Movie, OWNER, POSITION, holds};

const LIMITS: Limits = Limits { megapixels: 50, film_seconds: 60, voice_seconds: 300 };

fn taken(bytes: Vec<u8>, media_type: MediaType) -> Examined {
    examine(bytes, media_type, &LIMITS).unwrap()
}

#[track_caller]
fn silent(before: &[u8], after: &[u8]) {
    assert!(holds(before, POSITION), "the test's own file has no position");
    assert!(!holds(after, POSITION), "the position is still there");
    assert!(!holds(after, OWNER), "the owner is still there");
}

fn orientation(bytes: &[u8], format: ImageFormat) -> Orientation {
    ImageReader::with_format(Cursor::new(bytes), format).into_decoder().unwrap().orientation().unwrap()
}

#[test]
fn a_jpeg_loses_its_position_and_keeps_its_orientation() {
    for value in 1..=8_u8 {
        let before = media::jpeg(40, 20, value.into());
        assert_eq!(orientation(&before, ImageFormat::Jpeg).to_exif(), value);
        let after = taken(before.clone(), MediaType::Jpeg);
        silent(&before, &after.bytes);
        assert_eq!(orientation(&after.bytes, ImageFormat::Jpeg).to_exif(), value);
        let size = if value >= 5 { (20, 40) } else { (40, 20) };
        assert_eq!((after.width, after.height), (Some(size.0), Some(size.1)), "{value}");
        // The picture itself is the same, bit for bit.
        let pixels = |bytes: &[u8]| image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!(pixels(&before), pixels(&after.bytes));
    }
}

#[test]
fn a_plain_jpeg_stays_as_it_is() {
    let plain = media::jpeg_of(40, 20);
    assert_eq!(taken(plain.clone(), MediaType::Jpeg).bytes, plain);
    let coloured = media::jpeg_with(40, 20, &[media::segment(0xE2, b"ICC_PROFILE\0\x01\x01colours")], &[]);
    assert_eq!(taken(coloured.clone(), MediaType::Jpeg).bytes, coloured);
}

#[test]
fn a_second_exif_block_goes_as_well() {
    let block = media::segment(0xE1, &[b"Exif\0\0", media::exif(3).as_slice()].concat());
    let before = media::jpeg_with(40, 20, &[block.clone(), block], &[]);
    silent(&before, &taken(before.clone(), MediaType::Jpeg).bytes);
}

#[test]
fn a_png_loses_its_position_and_keeps_its_orientation() {
    for value in [1, 3, 6] {
        let before = media::png(40, 20, value);
        let after = taken(before.clone(), MediaType::Png);
        silent(&before, &after.bytes);
        assert_eq!(u16::from(orientation(&after.bytes, ImageFormat::Png).to_exif()), value);
        assert_eq!(media::png_chunks(&after.bytes), ["IHDR", "eXIf", "IDAT", "IEND"]);
    }
}

#[test]
fn a_heic_loses_its_position_and_keeps_its_orientation() {
    for (value, inside) in [(1, false), (6, false), (3, true), (8, true)] {
        let before = media::heic(4032, 3024, value, inside);
        let after = taken(before.clone(), MediaType::Heic);
        silent(&before, &after.bytes);
        assert_eq!(after.bytes.len(), before.len(), "nothing has moved");
        assert!(holds(&after.bytes, b"picture"));
        assert_eq!((after.width, after.height), (Some(4032), Some(3024)));
        assert_eq!(after.thumbnail, None, "it cannot be decoded here");
        let exif = after.bytes.windows(4).position(|four| four == b"MM\0*").unwrap();
        let kept = Orientation::from_exif_chunk(&after.bytes[exif..]).unwrap();
        assert_eq!(u16::from(kept.to_exif()), value);
    }
}

#[test]
fn films_and_voices_lose_their_position() {
    for long in [false, true] {
        for on_its_side in [false, true] {
            let film = Movie { long, on_its_side, ..Movie::film(12) };
            let after = taken(film.bytes(), MediaType::Video);
            silent(&film.bytes(), &after.bytes);
            assert_eq!(after.bytes.len(), film.bytes().len(), "nothing has moved");
            assert!(holds(&after.bytes, b"samples"));
            let size = if on_its_side { (360, 640) } else { (640, 360) };
            assert_eq!((after.width, after.height), (Some(size.0), Some(size.1)));
            assert_eq!((after.duration_ms, &after.thumbnail), (Some(12_000), &None));
        }
        let voice = Movie { long, ..Movie::voice(7) };
        let after = taken(voice.bytes(), MediaType::Audio);
        silent(&voice.bytes(), &after.bytes);
        assert_eq!((after.width, after.height, after.duration_ms), (None, None, Some(7_000)));
    }
}

#[test]
fn cleaning_twice_changes_nothing_more() {
    for (bytes, media_type) in whole_files() {
        let once = taken(bytes, media_type).bytes;
        assert_eq!(taken(once.clone(), media_type).bytes, once, "{media_type}");
    }
}

fn whole_files() -> Vec<(Vec<u8>, MediaType)> {
    vec![
        (media::jpeg(40, 20, 6), MediaType::Jpeg),
        (media::png(40, 20, 6), MediaType::Png),
        (media::heic(64, 48, 6, false), MediaType::Heic),
        (media::heic(64, 48, 6, true), MediaType::Heic),
        (Movie::film(3).bytes(), MediaType::Video),
        (Movie::voice(3).bytes(), MediaType::Audio),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever was done to a file, it is taken or refused, and what is taken is clean.
    #[test]
    fn no_file_is_too_strange(
        which in 0_usize..6,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let (mut bytes, media_type) = whole_files().swap_remove(which);
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let before = bytes.len();
        if let Ok(found) = examine(bytes, media_type, &LIMITS) {
            // An Exif block may have been shorter than the one that says the orientation.
            prop_assert!(found.bytes.len() <= before + 64);
            // A HEIC may name its own headers as Exif, and is none any more.
            if media_type != MediaType::Heic {
                let again = examine(found.bytes.clone(), media_type, &LIMITS);
                prop_assert_eq!(again.map(|again| again.bytes), Ok(found.bytes));
            }
        }
    }

    /// Nor are bytes that are no file at all.
    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200), head in 0_usize..6) {
        let (whole, media_type) = whole_files().swap_remove(head);
        let bytes = [&whole[..20], &bytes].concat();
        prop_assert!(examine(bytes, media_type, &LIMITS).is_err());
    }
}
