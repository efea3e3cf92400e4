//! Receiving a piece of an upload.
//!
//! What arrived is kept also when the connection breaks. A piece goes into an object of its own name, and counts once
//! the upload's row has moved past it by a conditional update: of two senders at once only one goes on.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use entities::upload::Model;
use entities::upload_part;
use entities::values::{UploadId, UploadState};
use futures_util::{Stream, StreamExt as _};
use tokio::time::{Instant, timeout_at};

use super::super::error::UploadError;
use super::super::repo;
use super::finish::finish;
use super::{Standing, object_name, usable};
use crate::domains::identity::Viewer;
use crate::error::Error;
use crate::state::App;

/// So many bytes are kept at a time; what is less is kept when the sender stops.
pub const PIECE: usize = 2 * 1024 * 1024;
/// A sender from whom nothing comes for so long is gone.
const SILENCE: Duration = Duration::from_secs(30);
/// Whoever takes longer for one piece has to come again: meanwhile a place is taken from others.
const LONGEST: Duration = Duration::from_secs(600);

/// The sender's connection broke.
#[derive(Clone, Copy, Debug)]
pub struct Cut;

/// Receives `body`, which begins at `offset` and, as far as the sender said, has `length` bytes. The upload is examined
/// with its last byte; until then it is `received < size`.
pub async fn append<B>(
    app: &App,
    viewer: &Viewer,
    id: UploadId,
    offset: u64,
    length: Option<u64>,
    body: B,
) -> Result<Standing, Error>
where
    B: Stream<Item = Result<Bytes, Cut>> + Send + Unpin,
{
    let row = repo::find(app.db.read(), viewer.account_id, id).await?.ok_or(UploadError::NotFound)?;
    usable(&row, app.clock.now())?;
    let end = length.and_then(|length| offset.checked_add(length)).and_then(|end| i64::try_from(end).ok());
    if row.state != UploadState::Open {
        // The answer to the last piece was lost, and the piece comes again.
        let whole = end == Some(row.size) || i64::try_from(offset) == Ok(row.size);
        return if whole { Ok(Standing::from(&row)) } else { Err(UploadError::Offset.into()) };
    }
    let _place = app.uploads.receiving.enter(viewer.account_id).ok_or(UploadError::Busy)?;
    if i64::try_from(offset) != Ok(row.received) {
        return Err(UploadError::Offset.into());
    }
    if length.is_some() && end.is_none_or(|end| end > row.size) {
        return Err(too_large(&row));
    }
    Receiver { app, row, piece: BytesMut::new() }.run(body).await
}

fn too_large(row: &Model) -> Error {
    UploadError::TooLarge(u64::try_from(row.size).unwrap_or_default()).into()
}

/// An upload with the bytes that arrived and are not kept yet.
struct Receiver<'a> {
    app: &'a App,
    row: Model,
    piece: BytesMut,
}

impl Receiver<'_> {
    async fn run<B>(mut self, mut body: B) -> Result<Standing, Error>
    where
        B: Stream<Item = Result<Bytes, Cut>> + Send + Unpin,
    {
        let end = Instant::now() + LONGEST;
        loop {
            let missing = usize::try_from(self.row.size - self.row.received).unwrap_or_default() - self.piece.len();
            match timeout_at(end.min(Instant::now() + SILENCE), body.next()).await {
                Ok(Some(Ok(bytes))) if bytes.len() > missing => return Err(too_large(&self.row)),
                Ok(Some(Ok(bytes))) => {
                    self.piece.extend_from_slice(&bytes);
                    if self.piece.len() >= PIECE && bytes.len() < missing {
                        self.keep().await?;
                    }
                }
                Ok(None) if missing == 0 => return finish(self.app, self.row, &self.piece).await,
                Ok(None) => {
                    self.keep().await?;
                    return Ok(Standing::from(&self.row));
                }
                // All the same if the sender vanished after the last byte.
                Ok(Some(Err(Cut))) | Err(_) if missing == 0 => return finish(self.app, self.row, &self.piece).await,
                Ok(Some(Err(Cut))) | Err(_) => {
                    self.keep().await?;
                    return Err(UploadError::Incomplete.into());
                }
            }
        }
    }

    /// Keeps what arrived, and moves the upload past it.
    async fn keep(&mut self) -> Result<(), Error> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = self.piece.split().freeze();
        let part = upload_part::Model {
            upload_id: self.row.id,
            start_at: self.row.received,
            bytes: i64::try_from(piece.len()).unwrap_or_default(),
            object_name: object_name(self.row.id, "part")?,
        };
        self.app.uploads.storage.put(&part.object_name, piece).await?;
        let (name, end, now) = (part.object_name.clone(), part.start_at + part.bytes, self.app.clock.now());
        let kept = self.app.db.write(move |tx| {
            let part = part.clone();
            Box::pin(async move { Ok(repo::add_part(tx, part, now).await?) })
        });
        if !kept.await? {
            self.app.uploads.storage.delete(&name).await?;
            return Err(UploadError::Offset.into());
        }
        self.row.received = end;
        Ok(())
    }
}
