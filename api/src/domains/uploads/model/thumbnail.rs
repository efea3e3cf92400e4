//! Thumbnails: decoded within limits, made small, turned the right way up, on white.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat, ImageReader, Rgb, RgbImage};

use super::{Limits, MediaFault, THUMBNAIL_SIDE};

/// Quality of a thumbnail's JPEG, of 100.
const QUALITY: u8 = 80;

/// A small JPEG of a picture whose pixels were counted before; decoding all of it also shows that it is whole.
pub fn make(
    bytes: &[u8],
    format: ImageFormat,
    orientation: Orientation,
    limits: &Limits,
) -> Result<Vec<u8>, MediaFault> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut bounds = image::Limits::default();
    // Eight bytes a pixel: 16 bits of four channels; and a little for the decoder itself.
    bounds.max_alloc = Some(u64::from(limits.megapixels) * 8_000_000 + 16_000_000);
    reader.limits(bounds);
    let picture = reader.decode().map_err(|_| MediaFault::Broken)?;
    let mut small = if picture.width().max(picture.height()) > THUMBNAIL_SIDE {
        picture.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    } else {
        picture
    };
    small.apply_orientation(orientation);
    let mut out = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
    on_white(&small).write_with_encoder(encoder).map_err(|_| MediaFault::Broken)?;
    Ok(out)
}

/// JPEG has no transparency: a signature's ink would stand on black.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0;
        let over = |channel: u8| {
            let mixed = u16::from(channel) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        Rgb([over(red), over(green), over(blue)])
    })
}
