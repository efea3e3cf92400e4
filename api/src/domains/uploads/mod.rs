//! Uploads: bytes that a phone sends piece by piece, examined and cleaned, until something claims them.

mod error;
mod jobs;
pub mod model;
mod repo;
mod service;

pub use error::UploadError;
pub use jobs::sweep;
pub use service::{
    Claimed, Cut, Link, NewUpload, Opened, Proof, Standing, Uploads, Variant, append, claim, create, discard,
    forget_uploads, link, open, own_uploads, standing,
};
