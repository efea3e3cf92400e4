//! Who is sending at this moment: so many at a time, and of them so many of one account.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use entities::values::AccountId;

/// Pieces that one node receives at the same time; each holds up to [`super::append::PIECE`] bytes in memory.
const AT_ONCE: usize = 64;
/// Of them, those of one account: nobody keeps the others out.
const OF_ONE_ACCOUNT: usize = 8;

/// The senders of this moment.
#[derive(Default)]
pub struct Receiving(Mutex<HashMap<AccountId, usize>>);

/// A sender's place, given back when it is dropped.
pub struct Place<'r> {
    receiving: &'r Receiving,
    account: AccountId,
}

impl Receiving {
    /// A place for one more piece; `None` when there is none.
    pub fn enter(&self, account: AccountId) -> Option<Place<'_>> {
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = senders.get(&account).copied().unwrap_or_default();
        if own >= OF_ONE_ACCOUNT || senders.values().sum::<usize>() >= AT_ONCE {
            return None;
        }
        senders.insert(account, own + 1);
        Some(Place { receiving: self, account })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut senders = self.receiving.0.lock().unwrap_or_else(PoisonError::into_inner);
        match senders.get_mut(&self.account) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(senders.remove(&self.account)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn places_are_few_and_come_back() {
        let receiving = Receiving::default();
        let account = |number: u128| AccountId(Uuid::from_u128(number));
        let mut places: Vec<_> = (0..OF_ONE_ACCOUNT).map(|_| receiving.enter(account(1))).collect();
        assert!(places.iter().all(Option::is_some) && receiving.enter(account(1)).is_none());
        places.pop();
        assert!(receiving.enter(account(1)).is_some());
        let others: Vec<_> = (0..200).filter_map(|number| receiving.enter(account(number + 2))).collect();
        assert_eq!(others.len() + places.len(), AT_ONCE);
        drop((places, others));
        assert!(receiving.0.lock().expect("not poisoned").is_empty());
    }
}
