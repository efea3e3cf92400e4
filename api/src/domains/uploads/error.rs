//! What uploads refuse.

use super::model::MediaFault;
use crate::error::{Code, Error, Refusal};

/// A refused upload, or a refused look at one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UploadError {
    /// No such upload of this account.
    NotFound,
    /// The id belongs to another upload.
    Taken,
    /// Nothing at all, or a length that is none.
    Empty,
    /// More than so many bytes.
    TooLarge(u64),
    /// Too much waits to be claimed.
    Limit,
    /// Too many pieces are arriving at this moment.
    Busy,
    /// A piece that does not begin where the upload stands.
    Offset,
    /// Its time is over.
    Expired,
    /// Bytes are missing.
    Incomplete,
    /// It belongs to a ticket already.
    Claimed,
    /// The bytes are not taken.
    Media(MediaFault),
    /// It was dropped before, with this code and, after a blank, the limit in its text.
    Dropped(String),
    /// A signature that is not ours.
    LinkInvalid,
    /// A link whose time is over.
    LinkExpired,
}

impl UploadError {
    /// The refusal.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::NotFound => Refusal::new(Code::NotFound),
            Self::Taken => Refusal::new(Code::UploadTaken),
            Self::Empty => Refusal::new(Code::InvalidValue),
            Self::TooLarge(max) => Refusal::new(Code::UploadTooLarge).value("max", max),
            Self::Limit => Refusal::new(Code::UploadLimit),
            Self::Busy => Refusal::new(Code::TooManyRequests),
            Self::Offset => Refusal::new(Code::UploadOffset),
            Self::Expired => Refusal::new(Code::UploadExpired),
            Self::Incomplete => Refusal::new(Code::UploadIncomplete),
            Self::Claimed => Refusal::new(Code::UploadClaimed),
            Self::Media(MediaFault::Unsupported) => Refusal::new(Code::MediaUnsupported),
            Self::Media(MediaFault::Mismatch) => Refusal::new(Code::MediaMismatch),
            Self::Media(MediaFault::Broken) => Refusal::new(Code::MediaBroken),
            Self::Media(MediaFault::TooManyPixels(max)) => Refusal::new(Code::MediaTooManyPixels).value("max", max),
            Self::Media(MediaFault::TooLong(max)) => Refusal::new(Code::MediaTooLong).value("max", max),
            Self::Dropped(text) => read(text),
            Self::LinkInvalid => Refusal::new(Code::LinkInvalid),
            Self::LinkExpired => Refusal::new(Code::LinkExpired),
        }
    }

    /// The same as a row keeps it, for whoever asks again.
    pub fn written(&self) -> String {
        let refusal = self.refusal();
        match refusal.values.first() {
            Some((_, max)) => format!("{} {max}", refusal.code.as_str()),
            None => refusal.code.as_str().to_owned(),
        }
    }
}

fn read(text: &str) -> Refusal {
    let (name, max) = text.split_once(' ').map_or((text, None), |(name, max)| (name, Some(max)));
    let code = Code::ALL.iter().find(|code| code.as_str() == name).copied().unwrap_or(Code::UploadExpired);
    let refusal = Refusal::new(code);
    max.map_or(refusal.clone(), |max| refusal.value("max", max))
}

impl From<UploadError> for Error {
    fn from(error: UploadError) -> Self {
        Self::Refused(error.refusal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_upload_is_refused_as_it_was_the_first_time() {
        for fault in [MediaFault::Broken, MediaFault::TooLong(60), MediaFault::TooManyPixels(50)] {
            let error = UploadError::Media(fault);
            assert_eq!(UploadError::Dropped(error.written()).refusal(), error.refusal());
        }
    }
}
