//! The object store: a folder, or an S3-compatible service that several nodes share.
//!
//! An object is written once under a name that nobody else uses, and never changed. Whoever writes one has a row that
//! leads to its folder before the object exists, so that nothing is left behind for ever.

use std::fs::DirBuilder;
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt as _};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::sync::OnceCell;

use crate::config::{Config, ConfigError};
use crate::error::{Code, Error, Refusal};

/// Pieces in which a service is sent a file; it takes none under 5 MiB but the last.
const PIECE: usize = 8 << 20;
/// Bytes that are read from a file at once.
const COPIED: usize = 64 << 10;

/// Where objects are kept. Opened when the first one is asked for.
pub struct Storage {
    place: Place,
    opened: OnceCell<Arc<dyn ObjectStore>>,
}

enum Place {
    /// None was named.
    Nowhere,
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket, and what every name in it begins with.
    Bucket(Box<AmazonS3Builder>, Path),
}

impl Storage {
    /// The store of the configuration.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let place = if let Some(rest) = config.storage_url.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            Place::Bucket(Box::new(bucket_of(config, bucket)), Path::from(prefix))
        } else if let Some(path) = config.storage_url.strip_prefix("file:") {
            Place::Folder(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
        } else if let Some(database) = config.sqlite_path() {
            Place::Folder(PathBuf::from(format!("{}.uploads", database.display())))
        } else {
            Place::Nowhere
        };
        if let Place::Bucket(builder, _) = &place {
            // Mistakes of the configuration show at the start.
            let built = builder.as_ref().clone().build();
            built.map_err(|error| ConfigError(format!("configuration: `storage_url`: {error}")))?;
        }
        Ok(Self { place, opened: OnceCell::new() })
    }

    async fn store(&self) -> Result<&Arc<dyn ObjectStore>, Error> {
        let open = || async {
            match &self.place {
                Place::Nowhere => Err(unavailable("none is configured")),
                Place::Folder(path) => open_folder(path),
                Place::Bucket(builder, _) => {
                    let store = builder.as_ref().clone().build().map_err(|error| unavailable(&error))?;
                    Ok(Arc::new(store) as Arc<dyn ObjectStore>)
                }
            }
        };
        self.opened.get_or_try_init(open).await
    }

    fn path(&self, name: &str) -> Path {
        match &self.place {
            Place::Bucket(_, prefix) if !prefix.as_ref().is_empty() => Path::from(format!("{prefix}/{name}")),
            _ => Path::from(name),
        }
    }

    /// Refuses when no store is configured.
    pub fn require(&self) -> Result<(), Error> {
        match self.place {
            Place::Nowhere => Err(unavailable("none is configured")),
            Place::Folder(_) | Place::Bucket(..) => Ok(()),
        }
    }

    /// Writes an object; it is on the disk, or with the service, when this returns.
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), Error> {
        let store = self.store().await?;
        store.put(&self.path(name), bytes.into()).await.map_err(|error| unavailable(&error))?;
        Ok(())
    }

    /// Writes a file as an object, piece by piece: however long it is, a few megabytes of it are in memory.
    pub async fn put_file(&self, name: &str, file: File) -> Result<(), Error> {
        let store = Arc::clone(self.store().await?);
        let mut out = BufWriter::with_capacity(store, self.path(name), PIECE).with_max_concurrency(1);
        let mut file = BufReader::with_capacity(COPIED, file);
        if let Err(error) = tokio::io::copy_buf(&mut file, &mut out).await {
            // What was begun is not left with the service; if that fails too, its own rules remove it.
            let _ = out.abort().await;
            return Err(unavailable(&error));
        }
        // This one undoes itself when it fails.
        out.shutdown().await.map_err(|error| unavailable(&error))
    }

    /// Opens an object to be read piece by piece, with its length; `None` when there is none of this name.
    pub async fn open(&self, name: &str) -> Result<Option<(u64, BoxStream<'static, std::io::Result<Bytes>>)>, Error> {
        match self.store().await?.get(&self.path(name)).await {
            Ok(found) => {
                let length = found.meta.size;
                Ok(Some((length, found.into_stream().map_err(std::io::Error::other).boxed())))
            }
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Reads an object, or some of its bytes; `None` when there is none of this name.
    pub async fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<Option<Bytes>, Error> {
        let (store, path) = (self.store().await?, self.path(name));
        let read = async {
            match range {
                Some(range) => store.get_range(&path, range).await,
                None => store.get(&path).await?.bytes().await,
            }
        };
        match read.await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// Removes an object; one that is gone already is as good.
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        match self.store().await?.delete(&self.path(name)).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// The names of all objects in a folder.
    pub async fn list(&self, folder: &str) -> Result<Vec<String>, Error> {
        let prefix = self.path(folder);
        let found = self.store().await?.list(Some(&prefix));
        let found: Vec<_> = found.try_collect().await.map_err(|error| unavailable(&error))?;
        let own = prefix.as_ref().len() - folder.len();
        Ok(found.into_iter().map(|meta| meta.location.as_ref()[own..].to_owned()).collect())
    }
}

fn bucket_of(config: &Config, bucket: &str) -> AmazonS3Builder {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&config.storage_region)
        .with_virtual_hosted_style_request(config.storage_virtual_host)
        // One at a time: the bulk request is what S3-compatible services differ in.
        .with_disable_bulk_delete(true);
    if !config.storage_endpoint.is_empty() {
        builder = builder
            .with_endpoint(&config.storage_endpoint)
            .with_allow_http(config.storage_endpoint.starts_with("http://"));
    }
    // Without keys, those of the machine's role are asked for.
    if !config.storage_access_key.is_empty() {
        builder =
            builder.with_access_key_id(&config.storage_access_key).with_secret_access_key(&config.storage_secret_key);
    }
    builder
}

fn open_folder(path: &PathBuf) -> Result<Arc<dyn ObjectStore>, Error> {
    // Nobody else on the machine may look into people's homes.
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| unavailable(&error))?;
    let store = LocalFileSystem::new_with_prefix(path).map_err(|error| unavailable(&error))?;
    Ok(Arc::new(store.with_automatic_cleanup(true).with_fsync(true)))
}

/// The refusal that clients see; the cause goes to the log.
fn unavailable(cause: &(impl std::fmt::Display + ?Sized)) -> Error {
    tracing::error!(%cause, "storage.unavailable");
    Refusal::new(Code::StorageUnavailable).into()
}
