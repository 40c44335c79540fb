//! From a watch to the wire: a few messages may wait, and a reader who takes nothing is cut.
//!
//! The wire asks for a message only when the reader has room for one, so nothing can be told to a reader who has stalled.
//! What can be done is done at once: whatever waited for him is let go, and in its place stands why he was cut. He finds it
//! when he reads again.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_stream::Stream;
use tonic::Status;

use crate::refusal::{Reason, Refusal};

/// How many messages may wait between the watch and the wire.
const AHEAD: usize = 16;
/// A reader who takes nothing for so long is cut; he resumes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The watch's side.
pub(super) struct Outlet<T> {
    pipe: Arc<Pipe<T>>,
    patience: Duration,
}

/// The wire's side.
pub(super) struct Outflow<T>(Arc<Pipe<T>>);

struct Pipe<T> {
    state: Mutex<State<T>>,
    /// Something was taken, or the reader has gone.
    moved: Notify,
}

struct State<T> {
    waiting: VecDeque<Result<T, Status>>,
    reader: Option<Waker>,
    reader_gone: bool,
    watch_gone: bool,
}

/// A pipe with nothing in it.
pub(super) fn outlet<T>() -> (Outlet<T>, Outflow<T>) {
    with_patience(PATIENCE)
}

fn with_patience<T>(patience: Duration) -> (Outlet<T>, Outflow<T>) {
    let pipe = Arc::new(Pipe {
        state: Mutex::new(State {
            waiting: VecDeque::new(),
            reader: None,
            reader_gone: false,
            watch_gone: false,
        }),
        moved: Notify::new(),
    });
    let outlet = Outlet {
        pipe: Arc::clone(&pipe),
        patience,
    };
    (outlet, Outflow(pipe))
}

impl<T> Outlet<T> {
    /// Hands a message on. `false`: the reader has gone, or has been cut.
    pub(super) async fn hand_on(&self, message: Result<T, Status>) -> bool {
        let roomy = async {
            loop {
                {
                    let state = self.pipe.state();
                    if state.reader_gone || state.waiting.len() < AHEAD {
                        return;
                    }
                }
                self.pipe.moved.notified().await;
            }
        };
        let in_time = tokio::time::timeout(self.patience, roomy).await.is_ok();
        let mut state = self.pipe.state();
        if state.reader_gone {
            return false;
        }
        if !in_time {
            state.waiting = VecDeque::from([Err(too_slow().into())]);
            return false;
        }
        state.waiting.push_back(message);
        state.wake_reader();
        true
    }

    /// Waits until the reader has gone.
    pub(super) async fn closed(&self) {
        while !self.pipe.state().reader_gone {
            self.pipe.moved.notified().await;
        }
    }
}

impl<T> Pipe<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn wake_reader(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

impl<T> Drop for Outlet<T> {
    fn drop(&mut self) {
        let mut state = self.pipe.state();
        state.watch_gone = true;
        state.wake_reader();
    }
}

impl<T> Stream for Outflow<T> {
    type Item = Result<T, Status>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut state = self.0.state();
        if let Some(message) = state.waiting.pop_front() {
            self.0.moved.notify_one();
            Poll::Ready(Some(message))
        } else if state.watch_gone {
            Poll::Ready(None)
        } else {
            state.reader = Some(context.waker().clone());
            Poll::Pending
        }
    }
}

impl<T> Drop for Outflow<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.reader_gone = true;
        state.waiting.clear();
        self.0.moved.notify_one();
    }
}

fn too_slow() -> Refusal {
    Refusal::new(
        Reason::TooSlow,
        format!(
            "nothing was taken for {} seconds; resume with the token",
            PATIENCE.as_secs()
        ),
    )
}

#[cfg(test)]
mod tests {
    use tokio_stream::StreamExt;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn messages_come_in_order_and_then_the_end() {
        let (outlet, outflow) = with_patience::<u32>(PATIENCE);
        let handed = tokio::spawn(async move {
            for number in 0..100 {
                assert!(outlet.hand_on(Ok(number)).await);
            }
        });
        let taken: Vec<u32> = outflow.map(|message| message.expect("a number")).collect().await;
        handed.await.expect("handed on");
        assert_eq!(taken, Vec::from_iter(0..100));
    }

    #[tokio::test]
    async fn whoever_takes_nothing_is_cut_and_all_that_waited_is_let_go_at_once() {
        let (outlet, mut outflow) = with_patience(SOON);
        let message = Arc::new(());
        for _ in 0..AHEAD {
            assert!(outlet.hand_on(Ok(Arc::clone(&message))).await);
        }
        assert_eq!(Arc::strong_count(&message), AHEAD + 1);
        assert!(!outlet.hand_on(Ok(Arc::clone(&message))).await);
        assert_eq!(Arc::strong_count(&message), 1, "before he reads again");
        drop(outlet);
        let told = outflow
            .next()
            .await
            .expect("why he was cut")
            .expect_err("a status");
        assert_eq!(told.code(), tonic::Code::ResourceExhausted);
        assert!(outflow.next().await.is_none());
    }

    #[tokio::test]
    async fn a_reader_who_goes_frees_whoever_waits_for_him() {
        let (outlet, outflow) = with_patience(PATIENCE);
        for number in 0..AHEAD {
            assert!(outlet.hand_on(Ok(number)).await);
        }
        let waiting = tokio::spawn(async move {
            let handed = outlet.hand_on(Ok(0)).await;
            outlet.closed().await;
            handed
        });
        drop(outflow);
        assert!(!waiting.await.expect("ended"));
    }
}
