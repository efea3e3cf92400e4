//! What payments decide without asking anybody.

mod asking;
mod capitals;
mod desk;
mod invoices;
mod refunds;

use entities::values::{PaymentMethod, PaymentState};

pub use asking::{CHECK_FIRST, EXPIRES_AFTER, next_check};
pub use capitals::capitals;
pub use desk::{Flow, expected_cash, is_book, receipt_code, voucher};
pub use invoices::{Buyer, BuyerFault, TITLE_MAX, checked, invoice_number};
pub use refunds::{Standing, Taking, beijing_day, beijing_now, billed_days, take};

/// The topic under which others are told of a payment in a state.
pub const fn topic(state: PaymentState) -> &'static str {
    match state {
        PaymentState::Created => "payment.created",
        PaymentState::Pending => "payment.pending",
        PaymentState::Closed => "payment.closed",
        PaymentState::Settled => "payment.settled",
    }
}

/// Whether money of this method comes through a gateway.
pub const fn through_gateway(method: PaymentMethod) -> bool {
    matches!(method, PaymentMethod::Sandbox | PaymentMethod::WechatPay | PaymentMethod::Alipay)
}
