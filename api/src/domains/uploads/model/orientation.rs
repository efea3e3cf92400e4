//! The one thing of a photo's Exif that is kept: which way up it is.

use image::metadata::Orientation;

/// Which way up, from an Exif block; as it stands when that does not say.
pub fn read(exif: &[u8]) -> Orientation {
    Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms)
}

/// An Exif block that says which way up and nothing else: no place, no device, no owner.
pub fn write(orientation: Orientation) -> [u8; 26] {
    let mut exif = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\0";
    exif[19] = orientation.to_exif();
    exif
}

/// Whether width and height change places when it is shown.
pub fn turns(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for value in 1..=8 {
            let orientation = Orientation::from_exif(value).expect("one of eight");
            assert_eq!(read(&write(orientation)), orientation);
        }
        assert_eq!(read(b"MM\0*"), Orientation::NoTransforms);
        assert_eq!(read(b""), Orientation::NoTransforms);
    }
}
