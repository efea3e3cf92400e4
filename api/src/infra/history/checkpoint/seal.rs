//! What is hashed and signed of a checkpoint: pure functions over its fields.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use entities::{history_checkpoint, history_checkpoint_head};

use super::super::chain::{Fields, micros};
use crate::error::Error;
use crate::infra::crypto::sha256;
use crate::infra::master_key::MasterKey;

/// In front of what is signed, so that a signature of one thing is never that of another.
const CHECKPOINT: &[u8] = b"linli history checkpoint v1";
const NEWEST: &[u8] = b"linli newest history checkpoint v1";

/// What the first checkpoint is chained to, and what the digest of no heads is.
pub const GENESIS: [u8; 32] = [0; 32];

/// Signs checkpoints; its key is derived from the master key, which is not in the database.
pub struct Signer(Ed25519KeyPair);

impl Signer {
    /// The installation's signer.
    pub fn new(master: &MasterKey) -> Result<Self, Error> {
        let seed = master.derive("history checkpoints v1");
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| Error::internal("bad key"))?;
        Ok(Self(pair))
    }

    /// Signs a checkpoint's hash.
    pub fn sign(&self, hash: &[u8]) -> Vec<u8> {
        self.0.sign(&[CHECKPOINT, hash].concat()).as_ref().to_vec()
    }

    /// Whether a signature is this key's for a checkpoint's hash.
    pub fn signed(&self, hash: &[u8], signature: &[u8]) -> bool {
        self.verifies(&[CHECKPOINT, hash].concat(), signature)
    }

    /// Names the newest checkpoint, signed: `seq:hash:signature`.
    pub fn name_newest(&self, seq: i32, hash: &[u8]) -> String {
        let signature = self.0.sign(&newest(seq, hash));
        format!("{seq}:{}:{}", hex::encode(hash), hex::encode(signature.as_ref()))
    }

    /// Which checkpoint is named as the newest; nothing when the name was not signed with this key.
    pub fn newest_named(&self, text: &str) -> Option<(i32, Vec<u8>)> {
        let (note, signature) = text.rsplit_once(':')?;
        let (seq, hash) = parse_note(note)?;
        self.verifies(&newest(seq, &hash), &hex::decode(signature).ok()?).then_some((seq, hash))
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0.public_key().as_ref()).verify(message, signature).is_ok()
    }
}

fn newest(seq: i32, hash: &[u8]) -> Vec<u8> {
    [NEWEST, seq.to_be_bytes().as_slice(), hash].concat()
}

/// Reads a note of a checkpoint, `seq:hash`.
pub fn parse_note(text: &str) -> Option<(i32, Vec<u8>)> {
    let (seq, hash) = text.split_once(':')?;
    Some((seq.parse().ok()?, hex::decode(hash).ok()?))
}

/// The digest of the heads before and one more.
pub fn digest(before: &[u8], head: &history_checkpoint_head::Model) -> [u8; 32] {
    let mut fields = Fields::empty();
    fields.add(before);
    fields.add(head.event_id.as_bytes());
    fields.add(head.object_kind.as_bytes());
    fields.add(head.object_id.as_bytes());
    fields.add(&head.first_seq.to_be_bytes());
    fields.add(&head.seq.to_be_bytes());
    fields.add(&head.hash);
    sha256(fields.bytes())
}

/// Hash of a checkpoint from its fields and the hash before it.
pub fn hash(row: &history_checkpoint::Model) -> [u8; 32] {
    let mut fields = Fields::empty();
    fields.add(&row.prev_hash);
    fields.add(&row.seq.to_be_bytes());
    fields.add_optional(row.day.map(|day| day.to_string()).as_ref().map(String::as_bytes));
    fields.add(&micros(row.until_at));
    fields.add(row.until_id.as_bytes());
    fields.add(&row.object_count.to_be_bytes());
    fields.add(&row.event_count.to_be_bytes());
    fields.add(&row.digest);
    fields.add(&micros(row.made_at));
    sha256(fields.bytes())
}
