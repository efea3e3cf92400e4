//! What the sandbox knows: orders and refunds, in memory. Pure: the clock and the numbers come from outside.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};

use super::super::{OrderNo, RefundNo, beijing};
use super::messages::{Day, Message, Open, Order, Return, Returned, Row, State};

/// What is kept of an order.
pub struct Entry {
    /// The merchant.
    pub merchant: String,
    /// As it was opened.
    pub open: Open,
    /// As it is now, but for its expiry.
    order: Order,
    refunded: i64,
}

/// All orders and refunds.
#[derive(Default)]
pub struct Book {
    /// By the random word in the address of their page.
    orders: HashMap<String, Entry>,
    pages: BTreeMap<(String, OrderNo), String>,
    refunds: BTreeMap<(String, RefundNo), (Return, Returned)>,
}

/// Why something cannot be done.
pub type Refused = &'static str;

impl Entry {
    /// As it is now.
    pub fn now(&self, now: DateTime<Utc>) -> Order {
        let mut order = self.order.clone();
        if order.state == State::Open && self.open.expires_at <= now {
            order.state = State::Closed;
        }
        order
    }

    fn message(&self, id: String, now: DateTime<Utc>, refund: Option<Returned>) -> Message {
        Message { id, merchant: self.merchant.clone(), order: self.now(now), refund }
    }
}

impl Book {
    /// Opens an order under a fresh page; the same order once more has the page that it had.
    pub fn open(&mut self, merchant: &str, open: Open, page: String, gateway_id: String) -> Result<String, Refused> {
        let key = (merchant.to_owned(), open.order.clone());
        if let Some(page) = self.pages.get(&key) {
            let same = self.orders.get(page).is_some_and(|entry| entry.open == open);
            return if same { Ok(page.clone()) } else { Err("ORDER_DIFFERS") };
        }
        if open.amount <= 0 || open.currency != "CNY" {
            return Err("PARAM_ERROR");
        }
        let order =
            Order { order: open.order.clone(), gateway_id, amount: open.amount, state: State::Open, paid_at: None };
        let entry = Entry { merchant: merchant.to_owned(), open, order, refunded: 0 };
        self.pages.insert(key, page.clone());
        self.orders.insert(page.clone(), entry);
        Ok(page)
    }

    /// The order of a page.
    pub fn page(&self, page: &str) -> Option<&Entry> {
        self.orders.get(page)
    }

    /// A merchant's order.
    pub fn find(&self, merchant: &str, order: &OrderNo, now: DateTime<Utc>) -> Result<Order, Refused> {
        self.entry(merchant, order).map(|entry| entry.now(now))
    }

    fn entry(&self, merchant: &str, order: &OrderNo) -> Result<&Entry, Refused> {
        let page = self.pages.get(&(merchant.to_owned(), order.clone()));
        page.and_then(|page| self.orders.get(page)).ok_or("ORDER_NOT_EXIST")
    }

    fn entry_mut(&mut self, merchant: &str, order: &OrderNo) -> Result<&mut Entry, Refused> {
        let page = self.pages.get(&(merchant.to_owned(), order.clone())).ok_or("ORDER_NOT_EXIST")?;
        self.orders.get_mut(page).ok_or("ORDER_NOT_EXIST")
    }

    /// Keeps an order from being paid.
    pub fn close(&mut self, merchant: &str, order: &OrderNo) -> Result<(), Refused> {
        let entry = self.entry_mut(merchant, order)?;
        match entry.order.state {
            State::Paid | State::Refunded => Err("ORDER_PAID"),
            State::Failed => Ok(()),
            State::Open | State::Closed => {
                entry.order.state = State::Closed;
                Ok(())
            }
        }
    }

    /// The payer pays, or fails to: what is to be told, and where. Nothing when the order is past that.
    pub fn pay(&mut self, page: &str, pays: bool, id: String, now: DateTime<Utc>) -> Option<(String, Message)> {
        let entry = self.orders.get_mut(page)?;
        if entry.now(now).state != State::Open {
            return None;
        }
        entry.order.state = if pays { State::Paid } else { State::Failed };
        entry.order.paid_at = pays.then_some(now);
        Some((entry.open.notify_url.clone(), entry.message(id, now, None)))
    }

    /// Gives money back, at once: the refund, and what is to be told when it is new.
    pub fn refund(
        &mut self,
        merchant: &str,
        asked: Return,
        gateway_id: String,
        now: DateTime<Utc>,
    ) -> Result<(Returned, Option<Message>), Refused> {
        let key = (merchant.to_owned(), asked.refund.clone());
        if let Some((before, made)) = self.refunds.get(&key) {
            return if *before == asked { Ok((made.clone(), None)) } else { Err("REFUND_DIFFERS") };
        }
        let entry = self.entry_mut(merchant, &asked.order)?;
        if !matches!(entry.order.state, State::Paid | State::Refunded) {
            return Err("ORDER_NOT_PAID");
        }
        let refunded = entry.refunded.checked_add(asked.amount);
        let refunded =
            refunded.filter(|sum| asked.amount > 0 && *sum <= entry.order.amount && asked.total == entry.order.amount);
        entry.refunded = refunded.ok_or("REFUND_AMOUNT")?;
        entry.order.state = State::Refunded;
        let (order, refund, amount) = (asked.order.clone(), asked.refund.clone(), asked.amount);
        let made = Returned { order, refund, gateway_id: gateway_id.clone(), amount, settled_at: now };
        let message = entry.message(format!("N{gateway_id}"), now, Some(made.clone()));
        self.refunds.insert(key, (asked, made.clone()));
        Ok((made, Some(message)))
    }

    /// A merchant's refund.
    pub fn find_refund(&self, merchant: &str, refund: &RefundNo) -> Result<Returned, Refused> {
        let found = self.refunds.get(&(merchant.to_owned(), refund.clone()));
        found.map(|(_, made)| made.clone()).ok_or("REFUND_NOT_EXIST")
    }

    /// Everything that was paid and given back on a day.
    pub fn bill(&self, merchant: &str, day: NaiveDate) -> Day {
        let own = self.orders.values().filter(|entry| entry.merchant == merchant);
        let paid = own.filter_map(|entry| {
            let at = entry.order.paid_at.filter(|at| beijing::day(*at) == day)?;
            let (order, gateway_id, amount) =
                (entry.order.order.clone(), entry.order.gateway_id.clone(), entry.order.amount);
            Some(Row { order, gateway_id, refund: None, gateway_refund_id: None, amount, fee: fee(amount), at })
        });
        let made =
            self.refunds.iter().filter(|((of, _), (_, made))| of == merchant && beijing::day(made.settled_at) == day);
        let made = made.filter_map(|(_, (_, made))| {
            Some(Row {
                order: made.order.clone(),
                gateway_id: self.entry(merchant, &made.order).ok()?.order.gateway_id.clone(),
                refund: Some(made.refund.clone()),
                gateway_refund_id: Some(made.gateway_id.clone()),
                amount: made.amount,
                fee: -fee(made.amount),
                at: made.settled_at,
            })
        });
        let mut rows: Vec<Row> = paid.chain(made).collect();
        rows.sort_by(|a, b| (a.at, &a.order, &a.refund).cmp(&(b.at, &b.order, &b.refund)));
        Day { day, rows }
    }
}

/// 0.6 % in 1/1,000 fen.
fn fee(amount: i64) -> i64 {
    amount.saturating_mul(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).expect("a time")
    }

    fn order(number: &str) -> Open {
        Open {
            order: OrderNo::parse(number).expect("a number"),
            amount: 10_000,
            currency: "CNY".to_owned(),
            description: "物业费".to_owned(),
            expires_at: at(900),
            notify_url: "http://127.0.0.1:9/notify".to_owned(),
        }
    }

    fn back(number: &str, amount: i64) -> Return {
        let (order, refund) = (OrderNo::parse("P00001").expect("a number"), RefundNo::parse(number).expect("a number"));
        Return { order, refund, amount, total: 10_000, notify_url: String::new() }
    }

    #[test]
    fn an_order_is_paid_once_and_given_back_up_to_its_amount() {
        let mut book = Book::default();
        let open = |book: &mut Book, order, page: &str| book.open("m1", order, page.to_owned(), format!("G{page}"));
        assert_eq!(open(&mut book, order("P00001"), "a"), Ok("a".to_owned()));
        assert_eq!(open(&mut book, order("P00001"), "b"), Ok("a".to_owned()));
        assert_eq!(open(&mut book, Open { amount: 1, ..order("P00001") }, "c"), Err("ORDER_DIFFERS"));
        assert!(book.refund("m1", back("R00001", 1), "G".to_owned(), at(1)).is_err());
        assert!(book.pay("a", true, "n".to_owned(), at(2)).is_some());
        assert!(book.pay("a", true, "n".to_owned(), at(3)).is_none());
        assert_eq!(book.close("m1", &order("P00001").order), Err("ORDER_PAID"));
        assert!(book.refund("m1", back("R00001", 6_000), "G1".to_owned(), at(4)).is_ok_and(|(_, told)| told.is_some()));
        assert!(book.refund("m1", back("R00001", 6_000), "G2".to_owned(), at(5)).is_ok_and(|(_, told)| told.is_none()));
        assert_eq!(book.refund("m1", back("R00001", 5_000), "G3".to_owned(), at(6)).err(), Some("REFUND_DIFFERS"));
        assert_eq!(book.refund("m1", back("R00002", 4_001), "G4".to_owned(), at(7)).err(), Some("REFUND_AMOUNT"));
        assert!(book.refund("m1", back("R00003", 4_000), "G5".to_owned(), at(8)).is_ok());
        assert_eq!(book.find("m2", &order("P00001").order, at(9)).err(), Some("ORDER_NOT_EXIST"));
        let bill = book.bill("m1", beijing::day(at(0)));
        assert_eq!(
            bill.rows.iter().map(|row| (row.amount, row.fee)).collect::<Vec<_>>(),
            [(10_000, 60_000), (6_000, -36_000), (4_000, -24_000)]
        );
        assert!(book.bill("m2", beijing::day(at(0))).rows.is_empty());
    }

    #[test]
    fn an_order_that_expired_failed_or_was_closed_is_not_paid() {
        let mut book = Book::default();
        for (number, page) in [("P00001", "a"), ("P00002", "b"), ("P00003", "c")] {
            book.open("m1", order(number), page.to_owned(), page.to_owned()).expect("opens");
        }
        assert!(book.pay("a", true, "n".to_owned(), at(900)).is_none());
        assert_eq!(book.find("m1", &order("P00001").order, at(900)).map(|order| order.state), Ok(State::Closed));
        assert!(book.pay("b", false, "n".to_owned(), at(1)).is_some());
        assert!(book.pay("b", true, "n".to_owned(), at(2)).is_none());
        assert_eq!(book.close("m1", &order("P00003").order), Ok(()));
        assert!(book.pay("c", true, "n".to_owned(), at(3)).is_none());
        assert!(book.bill("m1", beijing::day(at(0))).rows.is_empty());
    }
}
