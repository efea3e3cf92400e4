//! Configuration: a commented default compiled in, overridden by a file, then `LINLI_…` variables, then flags.

use std::net::IpAddr;
use std::path::PathBuf;

use config::{Environment, File, FileFormat};
use ipnet::IpNet;
use serde::Deserialize;

/// The default file, which is also the documentation of every key.
pub const DEFAULT: &str = include_str!("../config.default.toml");

/// Everything that can be set. See `config.default.toml` for each key's meaning.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address to listen on.
    pub listen: String,
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Connections of the pool, 2 to 64.
    pub database_pool: u32,
    /// The key that encrypts signing keys, as 64 hexadecimal digits; empty reads `master_key_file`.
    pub master_key: String,
    /// Where the key is kept; empty means beside the SQLite file.
    pub master_key_file: String,
    /// Life of an access token in minutes.
    pub access_token_minutes: u32,
    /// Life of a session in days, however much it is used.
    pub session_days: u32,
    /// Days after which a session that nobody used is over.
    pub session_idle_days: u32,
    /// Life of a sign-in code in minutes.
    pub sign_in_code_minutes: u32,
    /// Wrong tries that a sign-in code bears.
    pub sign_in_code_tries: u32,
    /// Codes that one phone may ask for in an hour.
    pub sign_in_codes_per_hour: u32,
    /// Password tries that one phone has in a quarter of an hour.
    pub sign_in_password_tries: u32,
    /// Passwords hashed at the same time.
    pub password_workers: u32,
    /// Passwords that wait to be hashed.
    pub password_queue: u32,
    /// Sign-in codes in an hour, by address, by network, and overall.
    pub limit_code_requests: Rates,
    /// Tries of sign-in codes, likewise.
    pub limit_code_tries: Rates,
    /// Tries of passwords, likewise.
    pub limit_password_tries: Rates,
    /// Refreshes of tokens, likewise.
    pub limit_refreshes: Rates,
    /// Proxies whose `X-Forwarded-For` is believed, as networks with commas between.
    pub trusted_proxies: Networks,
    /// Redis, which several nodes share; empty means none.
    pub redis_url: String,
    /// The WeChat mini-program that residents use; empty means none.
    pub wechat_app_id: String,
    /// Its secret.
    pub wechat_app_secret: String,
    /// Where WeChat's servers are.
    pub wechat_url: String,
    /// Who sends text messages.
    pub sms: SmsProvider,
    /// Which log lines appear (`tracing` filter).
    pub log: String,
    /// `text` or `json`.
    pub log_format: LogFormat,
    /// Largest request body in bytes.
    pub body_limit: usize,
    /// Largest GraphQL document in bytes.
    pub graphql_document_bytes: usize,
    /// Most tokens of a document.
    pub graphql_tokens: usize,
    /// Deepest nesting of brackets in a document.
    pub graphql_nesting: usize,
    /// Deepest nesting of selected fields.
    pub graphql_depth: usize,
    /// Highest cost of a document.
    pub graphql_complexity: usize,
    /// Most selected fields of a document, its fragments written out.
    pub graphql_fields: usize,
    /// Most aliases, likewise.
    pub graphql_aliases: usize,
    /// Most directives, likewise.
    pub graphql_directives: usize,
    /// Most operations of one batch.
    pub graphql_batch: usize,
    /// Bytes of documents that are remembered, parsed or by their hash.
    pub graphql_persisted_bytes: usize,
    /// The file of trusted documents; empty trusts every document.
    pub graphql_trusted: String,
    /// Seconds that a request may take.
    pub request_seconds: u64,
    /// Requests worked on at the same time.
    pub requests_at_once: usize,
    /// The oldest versions of clients that are served, such as `ios/3.2, web/1.0`.
    pub client_minimum: String,
    /// Origins whose pages may call the API, separated by commas.
    pub cors_origins: String,
    /// Seconds for which browsers come by HTTPS only; 0 leaves it open.
    pub hsts_seconds: u64,
    /// WebSockets of this node at the same time.
    pub sockets_at_once: usize,
    /// WebSockets of one account on this node.
    pub sockets_per_account: usize,
    /// Operations of one WebSocket at the same time.
    pub socket_operations: usize,
    /// Largest message of a WebSocket in bytes.
    pub socket_message_bytes: usize,
    /// Seconds within which a WebSocket says who it is.
    pub socket_init_seconds: u64,
    /// Seconds between two pings of a WebSocket.
    pub socket_ping_seconds: u64,
    /// Where uploads are kept: a folder (`file:PATH`) or `s3://BUCKET/PREFIX`; empty means beside the SQLite file.
    pub storage_url: String,
    /// Address of an S3-compatible service; empty means AWS itself.
    pub storage_endpoint: String,
    /// Its region.
    pub storage_region: String,
    /// Who we are to it.
    pub storage_access_key: String,
    /// And how we prove it.
    pub storage_secret_key: String,
    /// Whether the bucket is part of the host name, as Aliyun OSS wants it.
    pub storage_virtual_host: bool,
    /// Largest upload in bytes.
    pub upload_bytes: u32,
    /// Uploads of one account that no ticket has claimed.
    pub upload_waiting: u32,
    /// Their bytes together.
    pub upload_waiting_bytes: u64,
    /// Hours after which an upload that no ticket has claimed is gone.
    pub upload_hours: u32,
    /// Most pixels of a picture, in millions.
    pub upload_megapixels: u32,
    /// Longest film in seconds.
    pub upload_film_seconds: u32,
    /// Longest voice in seconds.
    pub upload_voice_seconds: u32,
    /// Uploads examined at the same time.
    pub upload_workers: u32,
    /// Minutes for which a link to an attachment opens it.
    pub link_minutes: u32,
    /// Days that an idempotency key is remembered.
    pub idempotency_days: u32,
    /// Days for which phones may report what happened without a signal.
    pub offline_days: u32,
    /// Days for which a phone that was away gets only what changed; afterwards it reads everything anew.
    pub change_feed_days: u32,
    /// Milliseconds between two looks for changes that wait for their place in the order.
    pub relay_milliseconds: u64,
    /// Seconds between two rounds of housekeeping.
    pub housekeeping_seconds: u64,
    /// Seconds between two looks at the tickets' clocks.
    pub clock_seconds: u64,
    /// Seconds between two rounds of automatic dispatch.
    pub auto_dispatch_seconds: u64,
    /// Address of the server as the public reaches it, such as `https://linli.example`; empty takes it from the request.
    pub public_url: String,
    /// Seconds between two looks for lists that are to be written into files.
    pub export_seconds: u64,
    /// Seconds between two looks for billing runs that wait.
    pub billing_seconds: u64,
    /// Seconds between two looks for payments whose gateway is to be asked.
    pub gateway_seconds: u64,
    /// Most rows of a file.
    pub export_rows: u32,
    /// Hours for which a file can be downloaded.
    pub export_hours: u32,
    /// Exports that one person may have unfinished.
    pub export_waiting: u32,
    /// Exports that one person may have, finished or not, until their files are gone.
    pub export_kept: u32,
    /// Seconds that open requests get to finish when the server stops.
    pub shutdown_seconds: u64,
}

/// How much of something an address, its network and all together have in an hour: `ADDRESS/NETWORK/ALL`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct Rates {
    /// One address: IPv4, or the /64 of IPv6.
    pub address: u32,
    /// Its network: the /24 of IPv4, the /48 of IPv6.
    pub network: u32,
    /// All addresses together.
    pub overall: u32,
}

impl TryFrom<String> for Rates {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let numbers: Option<Vec<u32>> = text.split('/').map(|number| number.trim().parse().ok()).collect();
        match numbers.as_deref() {
            Some([address, network, overall]) if *address > 0 && address <= network && network <= overall => {
                Ok(Self { address: *address, network: *network, overall: *overall })
            }
            _ => Err("must be ADDRESS/NETWORK/ALL, three rising numbers from 1".to_owned()),
        }
    }
}

/// Some networks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct Networks(pub Vec<IpNet>);

impl TryFrom<String> for Networks {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words
            .map(|word| word.parse().or_else(|_| word.parse::<IpAddr>().map(IpNet::from)))
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|_| "must be addresses or networks, such as 10.0.0.0/8, with commas between".to_owned())
    }
}

/// Who sends text messages.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SmsProvider {
    /// Nobody.
    Off,
    /// Standard output, for development.
    Print,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

/// A configuration that cannot be used; the text names the key.
#[derive(Debug)]
pub struct ConfigError(pub String);

impl Config {
    /// Reads the default, the file (when given), the environment and the flags, in this order, and checks the result.
    pub fn load(file: Option<&PathBuf>, flags: &[(&str, String)]) -> Result<Self, ConfigError> {
        Self::load_from(file, std::env::vars(), flags)
    }

    /// The same with the environment given.
    pub fn load_from(
        file: Option<&PathBuf>,
        environment: impl Iterator<Item = (String, String)>,
        flags: &[(&str, String)],
    ) -> Result<Self, ConfigError> {
        let keys: Vec<String> = DEFAULT
            .lines()
            .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
            .filter(|key| !key.starts_with('#'))
            .map(str::to_owned)
            .collect();
        // Only keys that exist: LINLI_DATA_DIR and the like belong to scripts and tests.
        let known = environment
            .filter(|(name, _)| name.strip_prefix("LINLI_").is_some_and(|key| keys.contains(&key.to_ascii_lowercase())))
            .collect();
        let mut builder = config::Config::builder().add_source(File::from_str(DEFAULT, FileFormat::Toml));
        if let Some(path) = file {
            builder = builder.add_source(File::from(path.as_path()).format(FileFormat::Toml));
        }
        // Values stay text until their field is read: a key of digits alone must not become a number.
        builder = builder.add_source(Environment::with_prefix("LINLI").prefix_separator("_").source(Some(known)));
        for (key, value) in flags {
            builder = builder.set_override(*key, value.clone()).map_err(|error| ConfigError(error.to_string()))?;
        }
        let config: Self = builder
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|error| ConfigError(format!("configuration: {error}")))?;
        config.check()?;
        Ok(config)
    }

    /// The SQLite file, when the database is one.
    pub fn sqlite_path(&self) -> Option<PathBuf> {
        let path = self.database_url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
    }

    /// The same for work that nobody waits for: its statements take as long as they take.
    pub fn unhurried(self) -> Self {
        Self { request_seconds: 0, ..self }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let refuse = |key: &str, why: &str| Err(ConfigError(format!("configuration: `{key}` {why}")));
        if !self.database_url.starts_with("sqlite:") && !self.database_url.starts_with("postgres") {
            return refuse("database_url", "must start with sqlite: or postgres://");
        }
        if self.database_url.contains(":memory:") {
            return refuse("database_url", "must name a file: a database in memory would lose tickets");
        }
        if self.listen.parse::<std::net::SocketAddr>().is_err() {
            return refuse("listen", "must be an address with a port, such as 127.0.0.1:8000");
        }
        if !(2..=64).contains(&self.database_pool) {
            return refuse("database_pool", "must be from 2 to 64");
        }
        let positive = [
            ("access_token_minutes", self.access_token_minutes),
            ("session_days", self.session_days),
            ("session_idle_days", self.session_idle_days),
            ("sign_in_code_minutes", self.sign_in_code_minutes),
            ("sign_in_code_tries", self.sign_in_code_tries),
            ("sign_in_codes_per_hour", self.sign_in_codes_per_hour),
            ("sign_in_password_tries", self.sign_in_password_tries),
            ("password_workers", self.password_workers),
            ("password_queue", self.password_queue),
            ("idempotency_days", self.idempotency_days),
            ("upload_bytes", self.upload_bytes),
            ("upload_waiting", self.upload_waiting),
            ("upload_hours", self.upload_hours),
            ("upload_megapixels", self.upload_megapixels),
            ("upload_film_seconds", self.upload_film_seconds),
            ("upload_voice_seconds", self.upload_voice_seconds),
            ("upload_workers", self.upload_workers),
            ("link_minutes", self.link_minutes),
            ("export_hours", self.export_hours),
            ("export_waiting", self.export_waiting),
            ("export_kept", self.export_kept),
        ];
        if let Some((key, _)) = positive.iter().find(|(_, value)| *value == 0) {
            return refuse(key, "must be at least 1");
        }
        if !(1..=256).contains(&self.graphql_nesting) {
            return refuse("graphql_nesting", "must be from 1 to 256: the parser itself fails on deep documents");
        }
        if self.relay_milliseconds == 0 {
            return refuse("relay_milliseconds", "must be at least 1");
        }
        if self.change_feed_days == 0 {
            return refuse("change_feed_days", "must be at least 1");
        }
        if self.clock_seconds == 0 {
            return refuse("clock_seconds", "must be at least 1");
        }
        if self.housekeeping_seconds == 0 {
            return refuse("housekeeping_seconds", "must be at least 1");
        }
        if self.auto_dispatch_seconds == 0 {
            return refuse("auto_dispatch_seconds", "must be at least 1");
        }
        if self.export_seconds == 0 {
            return refuse("export_seconds", "must be at least 1");
        }
        if self.billing_seconds == 0 {
            return refuse("billing_seconds", "must be at least 1");
        }
        if self.gateway_seconds == 0 {
            return refuse("gateway_seconds", "must be at least 1");
        }
        // A sheet has 1,048,576 rows, and one of them is the header.
        if !(1..=1_048_575).contains(&self.export_rows) {
            return refuse("export_rows", "must be from 1 to 1048575");
        }
        let public = ["http://", "https://"].iter().any(|scheme| self.public_url.starts_with(scheme));
        if !self.public_url.is_empty() && (!public || self.public_url.ends_with('/')) {
            return refuse(
                "public_url",
                "must be an address such as https://linli.example, without a slash at its end",
            );
        }
        self.check_surface()?;
        let named = ["file:", "s3://"]
            .iter()
            .any(|scheme| self.storage_url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        if !self.storage_url.is_empty() && !named {
            return refuse("storage_url", "must be file:PATH or s3://BUCKET/PREFIX");
        }
        if !self.storage_endpoint.is_empty() && !self.storage_endpoint.starts_with("http") {
            return refuse("storage_endpoint", "must be an address such as https://s3.example");
        }
        if !self.redis_url.is_empty() && !self.redis_url.starts_with("redis://") {
            return refuse("redis_url", "must be redis://[USER:PASSWORD@]HOST[:PORT][/NUMBER]");
        }
        if !self.wechat_url.starts_with("http") {
            return refuse("wechat_url", "must be an address such as https://api.weixin.qq.com");
        }
        if self.wechat_app_id.is_empty() != self.wechat_app_secret.is_empty() {
            return refuse("wechat_app_secret", "and `wechat_app_id` are given together");
        }
        if !self.master_key.is_empty() && (self.master_key.len() != 64 || hex::decode(&self.master_key).is_err()) {
            return refuse("master_key", "must be 64 hexadecimal digits");
        }
        Ok(())
    }

    /// The limits of requests and sockets.
    fn check_surface(&self) -> Result<(), ConfigError> {
        let refuse = |key: &str, why: &str| Err(ConfigError(format!("configuration: `{key}` {why}")));
        let positive = [
            ("graphql_document_bytes", self.graphql_document_bytes as u64),
            ("graphql_tokens", self.graphql_tokens as u64),
            ("graphql_fields", self.graphql_fields as u64),
            ("graphql_batch", self.graphql_batch as u64),
            ("graphql_persisted_bytes", self.graphql_persisted_bytes as u64),
            ("request_seconds", self.request_seconds),
            ("requests_at_once", self.requests_at_once as u64),
            ("sockets_at_once", self.sockets_at_once as u64),
            ("sockets_per_account", self.sockets_per_account as u64),
            ("socket_operations", self.socket_operations as u64),
            ("socket_init_seconds", self.socket_init_seconds),
            ("socket_ping_seconds", self.socket_ping_seconds),
        ];
        if let Some((key, _)) = positive.iter().find(|(_, value)| *value == 0) {
            return refuse(key, "must be at least 1");
        }
        if self.socket_message_bytes < 1024 {
            return refuse("socket_message_bytes", "must be at least 1024");
        }
        Ok(())
    }
}
