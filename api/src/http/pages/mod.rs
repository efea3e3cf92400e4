//! Pages for people without an app: work orders to print, notices for the lobby, files to download. No scripts, nothing
//! from elsewhere; every text is escaped by its template.

mod answer;
mod export;
mod notice;
mod own_data;
mod receipt;
mod signed;
mod square;
mod work_order;

pub use export::download;
pub use notice::{notice, poster};
pub use own_data::own_data;
pub use receipt::receipt;
pub use work_order::work_order;

use axum::http::HeaderMap;
use axum::http::header::HOST;

use super::Shared;

/// The address of this server as the one who asks reaches it: as configured, else the host that was asked for.
fn base(shared: &Shared, headers: &HeaderMap) -> String {
    if !shared.app.config.public_url.is_empty() {
        return shared.app.config.public_url.clone();
    }
    let plain = |host: &&str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).filter(plain).unwrap_or("localhost");
    format!("http://{host}")
}
