//! Attachments: which role fits what, and who may give it.

use entities::values::{AttachmentRole, MediaType};

/// Most attachments of one command.
pub const ATTACHMENTS_MAX: usize = 20;

/// Whether a file of this type can have the role.
pub fn fits(role: AttachmentRole, media_type: MediaType) -> bool {
    let photo = matches!(media_type, MediaType::Jpeg | MediaType::Png | MediaType::Heic);
    match role {
        AttachmentRole::Before | AttachmentRole::After | AttachmentRole::Request => {
            photo || media_type == MediaType::Video
        }
        AttachmentRole::Voice => media_type == MediaType::Audio,
        AttachmentRole::Signature => photo,
        AttachmentRole::Other => true,
    }
}

/// Whether only staff give the role: what the work looked like, and the signature taken on the technician's phone.
pub fn is_for_staff(role: AttachmentRole) -> bool {
    matches!(role, AttachmentRole::Before | AttachmentRole::After | AttachmentRole::Signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_takes_what_it_shows() {
        for role in AttachmentRole::ALL {
            let taken: Vec<_> = MediaType::ALL.iter().filter(|media| fits(*role, **media)).collect();
            let expected = match role {
                AttachmentRole::Before | AttachmentRole::After | AttachmentRole::Request => 4,
                AttachmentRole::Voice => 1,
                AttachmentRole::Signature => 3,
                AttachmentRole::Other => 5,
            };
            assert_eq!(taken.len(), expected, "{role}: {taken:?}");
        }
        assert!(fits(AttachmentRole::Voice, MediaType::Audio) && !fits(AttachmentRole::Signature, MediaType::Video));
    }
}
