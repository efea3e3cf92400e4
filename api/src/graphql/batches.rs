//! Batches of a request's loader run in the request's own task.
//!
//! On a task of their own their answers would come one by one to fields that already go on elsewhere, and what these ask
//! for next would sometimes be two batches instead of one.

use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

/// Batches that wait to be run; cheap to clone.
#[derive(Clone, Default)]
pub struct Batches(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

impl Batches {
    /// Takes a batch on; it runs as long as the request's work is driven by [`Self::drive`].
    pub fn add(&self, batch: BoxFuture<'static, ()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
    }

    fn take(&self) -> Vec<BoxFuture<'static, ()>> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs a request's work together with the batches that it asks for.
    pub async fn drive<F: Future>(&self, work: F) -> F::Output {
        let (mut work, mut running) = (pin!(work), FuturesUnordered::new());
        poll_fn(|context| {
            loop {
                // Whatever a batch has answers everybody who waits for it before one of them goes on.
                while let Poll::Ready(Some(())) = running.poll_next_unpin(context) {}
                if let Poll::Ready(output) = work.as_mut().poll(context) {
                    return Poll::Ready(output);
                }
                let asked = self.take();
                if asked.is_empty() {
                    return Poll::Pending;
                }
                running.extend(asked);
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn a_batch_that_answers_several_answers_all_before_one_goes_on() {
        let batches = Batches::default();
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..3).map(|_| oneshot::channel::<usize>()).unzip();
        let work = async {
            batches.add(Box::pin(async move {
                tokio::task::yield_now().await;
                for (number, sender) in senders.into_iter().enumerate() {
                    sender.send(number).expect("somebody waits");
                }
            }));
            futures_util::future::join_all(receivers).await
        };
        let answers: Vec<_> = batches.drive(work).await.into_iter().map(|answer| answer.expect("an answer")).collect();
        assert_eq!(answers, [0, 1, 2]);
    }

    #[tokio::test]
    async fn a_batch_may_lead_to_another() {
        let batches = Batches::default();
        let work = async {
            let (first, answered) = oneshot::channel();
            batches.add(Box::pin(async move { first.send(1).expect("somebody waits") }));
            let one: usize = answered.await.expect("an answer");
            let (second, answered) = oneshot::channel();
            batches.add(Box::pin(async move { second.send(one + 1).expect("somebody waits") }));
            answered.await.expect("an answer")
        };
        assert_eq!(batches.drive(work).await, 2);
    }
}
