//! What every domain uses and none owns: cryptography, history, idempotency keys, the outbox, adapters to the outside.

pub mod bulk;
pub mod crypto;
pub mod disclosure;
pub mod export;
pub mod gateways;
pub mod history;
pub mod idempotency;
pub mod limits;
pub mod live;
pub mod master_key;
pub mod outbox;
pub mod redis;
pub mod sessions;
pub mod settings;
pub mod signed;
pub mod sms;
pub mod storage;
pub mod wechat;
