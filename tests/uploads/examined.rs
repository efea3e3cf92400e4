//! What is not taken, and why.

use api::domains::uploads::model::{Limits, MediaFault, examine};
use entities::values::MediaType;

use super::media::{self, Movie, atom, chunk};

const LIMITS: Limits = Limits { megapixels: 50, film_seconds: 60, voice_seconds: 300 };

#[track_caller]
fn refused(bytes: Vec<u8>, media_type: MediaType, fault: MediaFault) {
    assert_eq!(examine(bytes, media_type, &LIMITS).err(), Some(fault));
}

#[test]
fn other_files_are_not_taken() {
    for bytes in [
        b"".to_vec(),
        b"\xFF".to_vec(),
        b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(),
        b"%PDF-1.7".to_vec(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(),
        b"<!DOCTYPE html><script>alert(1)</script>".to_vec(),
        b"MZ\x90\0".to_vec(),
        b"RIFF\0\0\0\0WEBPVP8 ".to_vec(),
        b"\x1A\x45\xDF\xA3matroska".to_vec(),
        atom(b"ftyp", b"avif\0\0\0\0mif1"),
        atom(b"ftyp", b"qt  \0\0\0\0mp42"),
        atom(b"ftyp", b""),
    ] {
        for media_type in MediaType::ALL {
            refused(bytes.clone(), *media_type, MediaFault::Unsupported);
        }
    }
}

#[test]
fn the_declared_type_must_be_the_true_one() {
    let files = [
        (media::jpeg_of(8, 8), MediaType::Jpeg),
        (media::png_of(8, 8), MediaType::Png),
        (media::heic(8, 8, 1, false), MediaType::Heic),
        (Movie::voice(3).bytes(), MediaType::Audio),
        (Movie::film(3).bytes(), MediaType::Video),
    ];
    for (bytes, real) in files {
        for declared in MediaType::ALL {
            let found = examine(bytes.clone(), *declared, &LIMITS).err();
            let expected = (*declared != real).then_some(MediaFault::Mismatch);
            assert_eq!(found, expected, "{real} declared as {declared}");
        }
    }
}

#[test]
fn files_that_are_cut_off_are_broken() {
    let files = [
        (media::jpeg_of(64, 64), MediaType::Jpeg),
        (media::png_of(64, 64), MediaType::Png),
        (media::heic(64, 64, 1, false), MediaType::Heic),
        (media::heic(64, 64, 1, true), MediaType::Heic),
        (Movie::film(3).bytes(), MediaType::Video),
    ];
    for (bytes, media_type) in files {
        for kept in 40..bytes.len() {
            let found = examine(bytes[..kept].to_vec(), media_type, &LIMITS);
            // A film may end right before one of its boxes.
            let fault = found.err().unwrap_or_else(|| panic!("{media_type} of {} at {kept} is taken", bytes.len()));
            assert_eq!(fault, MediaFault::Broken, "{media_type} cut at {kept}");
        }
    }
}

#[test]
fn a_jpeg_without_its_end_is_broken() {
    let mut bytes = media::jpeg_of(640, 480);
    bytes.truncate(bytes.len() / 2);
    refused(bytes, MediaType::Jpeg, MediaFault::Broken);
    let mut bytes = media::jpeg_of(640, 480);
    bytes.truncate(bytes.len() - 2);
    refused(bytes, MediaType::Jpeg, MediaFault::Broken);
}

#[test]
fn a_png_with_a_wrong_checksum_is_broken() {
    let mut bytes = media::png_of(64, 64);
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    refused(bytes, MediaType::Png, MediaFault::Broken);
}

/// A PNG that says it is this large and has no more than a few bytes.
fn promising(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunk(b"IDAT", b"x\x9c"), &chunk(b"IEND", b"")].concat()
}

#[test]
fn a_pixel_bomb_is_refused_before_anything_is_decoded() {
    let started = std::time::Instant::now();
    for (width, height) in [(u32::MAX, u32::MAX), (60_000, 60_000), (50_001, 1_000), (1, 50_000_001)] {
        refused(promising(width, height), MediaType::Png, MediaFault::TooManyPixels(50));
        refused(media::heic(width, height, 1, false), MediaType::Heic, MediaFault::TooManyPixels(50));
    }
    refused(promising(0, 5), MediaType::Png, MediaFault::Broken);
    refused(promising(50_000, 1_000), MediaType::Png, MediaFault::Broken);
    // The frame header of a JPEG, which says 65,535 × 65,535.
    let mut bytes = media::jpeg_of(8, 8);
    let frame = bytes.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    bytes[frame + 5..frame + 9].fill(0xFF);
    refused(bytes, MediaType::Jpeg, MediaFault::TooManyPixels(50));
    assert!(started.elapsed().as_secs() < 10);
}

#[test]
fn films_and_voices_have_their_longest() {
    for (movie, media_type, fits, most) in [
        (Movie::film(60), MediaType::Video, true, 60),
        (Movie::film(61), MediaType::Video, false, 60),
        (Movie { milliseconds: 60_001, ..Movie::film(60) }, MediaType::Video, false, 60),
        // A movie's header that keeps a track's length back.
        (Movie { track_milliseconds: 3_600_000, ..Movie::film(1) }, MediaType::Video, false, 60),
        (Movie { milliseconds: u32::MAX, ..Movie::film(1) }, MediaType::Video, false, 60),
        (Movie { long: true, ..Movie::film(61) }, MediaType::Video, false, 60),
        (Movie::voice(300), MediaType::Audio, true, 300),
        (Movie::voice(301), MediaType::Audio, false, 300),
    ] {
        let found = examine(movie.bytes(), media_type, &LIMITS).err();
        assert_eq!(found, (!fits).then_some(MediaFault::TooLong(most)));
    }
}

#[test]
fn films_that_hide_something_are_refused() {
    // A track of positions, as action cameras write one.
    let positions = Movie { handlers: vec![*b"vide", *b"meta"], ..Movie::film(3) };
    refused(positions.bytes(), MediaType::Video, MediaFault::Unsupported);
    // Fragments, whose length stands in no header.
    let fragments = Movie { more: atom(b"moof", b""), ..Movie::film(3) };
    refused(fragments.bytes(), MediaType::Video, MediaFault::Broken);
    let timeless = Movie { milliseconds: 0, track_milliseconds: 0, ..Movie::film(3) };
    refused(timeless.bytes(), MediaType::Video, MediaFault::Broken);
    let empty = Movie { handlers: Vec::new(), ..Movie::film(3) };
    refused(empty.bytes(), MediaType::Video, MediaFault::Broken);
    let second = Movie { more: atom(b"moov", b""), ..Movie::film(3) };
    refused(second.bytes(), MediaType::Video, MediaFault::Broken);
}

#[test]
fn a_thumbnail_is_small_turned_and_on_white() {
    for (width, height, orientation, expected) in
        [(1600, 1200, 1, (320, 240)), (1200, 1600, 1, (240, 320)), (1600, 1200, 6, (240, 320)), (40, 20, 1, (40, 20))]
    {
        for (bytes, media_type) in [
            (media::jpeg(width, height, orientation), MediaType::Jpeg),
            (media::png(width, height, orientation), MediaType::Png),
        ] {
            let thumbnail = examine(bytes, media_type, &LIMITS).unwrap().thumbnail.unwrap();
            let small = image::load_from_memory_with_format(&thumbnail, image::ImageFormat::Jpeg).unwrap().to_rgb8();
            assert_eq!(small.dimensions(), expected, "{media_type} {orientation}");
            // The upper half is red; turned clockwise it is the right one.
            let (x, y) = if orientation == 6 { (expected.0 - 3, expected.1 / 2) } else { (expected.0 / 2, 3) };
            let [red, _, blue] = small.get_pixel(x, y).0;
            assert!(red > 150 && blue < 100, "{media_type} {orientation}: {red} {blue}");
        }
    }
    // A signature: black ink, and nothing around it.
    let ink = image::RgbaImage::from_fn(64, 64, |x, _| image::Rgba([0, 0, 0, if x < 32 { 255 } else { 0 }]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    ink.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let thumbnail = examine(bytes.into_inner(), MediaType::Png, &LIMITS).unwrap().thumbnail.unwrap();
    let small = image::load_from_memory_with_format(&thumbnail, image::ImageFormat::Jpeg).unwrap().to_rgb8();
    assert!(small.get_pixel(8, 8).0[0] < 30 && small.get_pixel(56, 56).0[0] > 225);
}
