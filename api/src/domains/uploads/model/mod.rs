//! What an upload may hold: examined, cleaned of where it was taken, and made small.
//!
//! Pure functions from bytes to bytes. Nothing is decoded before its header was read and its size allowed.

mod boxes;
mod heic;
mod jpeg;
mod movie;
mod orientation;
mod png;
mod thumbnail;

use entities::values::MediaType;

/// Longest side of a thumbnail in pixels.
pub const THUMBNAIL_SIDE: u32 = 320;

/// What a community's configuration allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most pixels, in millions.
    pub megapixels: u32,
    /// Longest film in seconds.
    pub film_seconds: u32,
    /// Longest voice in seconds.
    pub voice_seconds: u32,
}

/// Why bytes are not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MediaFault {
    /// None of our types.
    Unsupported,
    /// Of another type than was declared.
    Mismatch,
    /// Cut off or malformed.
    Broken,
    /// More than so many million pixels.
    TooManyPixels(u32),
    /// Longer than so many seconds.
    TooLong(u32),
}

/// Bytes that may be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Examined {
    /// The bytes without what tells where they were taken.
    pub bytes: Vec<u8>,
    /// Pixels, as it is shown.
    pub width: Option<u32>,
    /// See there.
    pub height: Option<u32>,
    /// Of a film or voice.
    pub duration_ms: Option<u32>,
    /// A small JPEG, of what can be decoded here.
    pub thumbnail: Option<Vec<u8>>,
}

/// What kind of file the first bytes promise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Jpeg,
    Png,
    Heic,
    Movie,
}

/// Examines and cleans a complete upload that was declared as `declared`.
pub fn examine(bytes: Vec<u8>, declared: MediaType, limits: &Limits) -> Result<Examined, MediaFault> {
    let kind = kind_of(&bytes).ok_or(MediaFault::Unsupported)?;
    let agrees = match kind {
        Kind::Jpeg => declared == MediaType::Jpeg,
        Kind::Png => declared == MediaType::Png,
        Kind::Heic => declared == MediaType::Heic,
        // Film or voice shows only inside.
        Kind::Movie => matches!(declared, MediaType::Audio | MediaType::Video),
    };
    if !agrees {
        return Err(MediaFault::Mismatch);
    }
    match kind {
        Kind::Jpeg => jpeg::examine(&bytes, limits),
        Kind::Png => png::examine(&bytes, limits),
        Kind::Heic => heic::examine(bytes, limits),
        Kind::Movie => movie::examine(bytes, declared, limits),
    }
}

fn kind_of(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Some(Kind::Jpeg);
    }
    if bytes.starts_with(png::SIGNATURE) {
        return Some(Kind::Png);
    }
    let brands = boxes::brands(bytes)?;
    // A QuickTime file is no MP4, though its boxes look alike.
    if brands.first() == Some(&b"qt  ") {
        return None;
    }
    if brands.iter().any(|brand| heic::BRANDS.contains(brand)) {
        return Some(Kind::Heic);
    }
    brands.iter().any(|brand| movie::BRANDS.contains(brand)).then_some(Kind::Movie)
}

/// Refuses a picture whose header promises more pixels than allowed, or none.
fn check_pixels(width: u32, height: u32, limits: &Limits) -> Result<(), MediaFault> {
    if width == 0 || height == 0 {
        return Err(MediaFault::Broken);
    }
    if u64::from(width) * u64::from(height) > u64::from(limits.megapixels) * 1_000_000 {
        return Err(MediaFault::TooManyPixels(limits.megapixels));
    }
    Ok(())
}
