//! Payment gateways: their formats against stand-ins that check signatures as the real ones do, and the sandbox itself.

mod alipay;
mod alipay_server;
mod sandbox;
pub mod shared;
mod signatures;
mod wechat;
mod wechat_notices;
mod wechat_server;
