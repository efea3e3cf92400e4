//! Enumerations of uploads and attachments.

use crate::text_enum;

text_enum! {
    /// What an upload may be.
    pub enum MediaType {
        /// A photo.
        Jpeg = "image/jpeg",
        /// A photo, or a signature.
        Png = "image/png",
        /// A photo as iPhones take it.
        Heic = "image/heic",
        /// A voice (M4A).
        Audio = "audio/mp4",
        /// A short film.
        Video = "video/mp4",
    }
}

text_enum! {
    /// Where an upload stands.
    pub enum UploadState {
        /// Bytes are still missing.
        Open = "OPEN",
        /// Complete and examined; waits for a ticket.
        Stored = "STORED",
        /// Belongs to a ticket.
        Claimed = "CLAIMED",
        /// Refused or expired; its bytes are gone.
        Dropped = "DROPPED",
    }
}

text_enum! {
    /// What an attachment shows.
    pub enum AttachmentRole {
        /// Before the work.
        Before = "BEFORE",
        /// After the work.
        After = "AFTER",
        /// What is wrong, from whoever asked.
        Request = "REQUEST",
        /// Spoken words.
        Voice = "VOICE",
        /// The resident's signature.
        Signature = "SIGNATURE",
        /// Anything else.
        Other = "OTHER",
    }
}
