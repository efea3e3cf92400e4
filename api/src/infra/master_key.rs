//! The key that everything secret in the database is encrypted under; it is never in the database itself.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::crypto::{self, Key};
use crate::config::{Config, ConfigError};

/// The master key, and the keys that are derived from it, one for each purpose.
#[derive(Clone)]
pub struct MasterKey(Key);

impl MasterKey {
    /// Takes the key from `master_key`, or from the key file, which is made beside an SQLite file on first start.
    pub fn load(config: &Config) -> Result<Self, ConfigError> {
        if !config.master_key.is_empty() {
            return parse(&config.master_key).map(Self);
        }
        let file = match (config.master_key_file.as_str(), config.sqlite_path()) {
            ("", Some(database)) => PathBuf::from(format!("{}.key", database.display())),
            ("", None) => {
                return Err(ConfigError(
                    "configuration: PostgreSQL needs `master_key` (64 hexadecimal digits) or `master_key_file`".into(),
                ));
            }
            (file, _) => PathBuf::from(file),
        };
        match fs::read_to_string(&file) {
            Ok(text) => parse(text.trim()).map(Self),
            Err(error) if error.kind() == io::ErrorKind::NotFound && config.sqlite_path().is_some() => {
                make(&file).map(Self)
            }
            Err(error) => Err(ConfigError(format!("configuration: `master_key_file` {}: {error}", file.display()))),
        }
    }

    /// A key for one purpose; knowing it tells nothing of the master key or of another purpose's.
    pub fn derive(&self, purpose: &str) -> Key {
        crypto::hmac_sha256(&self.0, purpose.as_bytes())
    }
}

fn parse(text: &str) -> Result<Key, ConfigError> {
    hex::decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| ConfigError("configuration: the master key must be 64 hexadecimal digits".into()))
}

fn make(file: &Path) -> Result<Key, ConfigError> {
    let failed = |error: &dyn std::fmt::Display| ConfigError(format!("cannot make {}: {error}", file.display()));
    let key: Key = crypto::random().map_err(|_| failed(&"no randomness"))?;
    let mut out =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(|error| failed(&error))?;
    out.write_all(hex::encode(key).as_bytes()).and_then(|()| out.sync_all()).map_err(|error| failed(&error))?;
    Ok(key)
}
