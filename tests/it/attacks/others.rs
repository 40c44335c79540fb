//! What others feel meanwhile: how long their requests take, and how much memory the server has.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tandem::grpc::pb;

use crate::harness::town::Client;
use crate::harness::verbs::opening;

/// How many calls are opened and cancelled in a window; the server is asked who it is as often as both.
const CALLS: u64 = 25;

/// People who use the server as it should be used, each on his own connection.
pub(super) struct Others {
    pub(super) asking: Client,
    pub(super) dispatching: Client,
    pub(super) pid: u32,
    calls: AtomicU64,
}

/// What was felt in a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Felt {
    pub(super) p99: Duration,
    pub(super) most_kib: u64,
}

impl Felt {
    /// How long the 99th percentile took, in percent of that one's.
    pub(super) fn percent_of(&self, other: &Felt) -> u128 {
        self.p99.as_micros() * 100 / other.p99.as_micros().max(1)
    }
}

impl Others {
    pub(super) fn new(asking: Client, dispatching: Client, pid: u32) -> Others {
        Others {
            asking,
            dispatching,
            pid,
            calls: AtomicU64::new(0),
        }
    }

    /// A steady load, closed loop: one asks the server who it is, another opens calls and cancels them. Every request must
    /// be answered.
    pub(super) async fn window(&self) -> Felt {
        let ask = async {
            let mut seen = Vec::new();
            for _ in 0..2 * CALLS {
                let began = Instant::now();
                let mut admin = self.asking.admin();
                admin.get_server_info(pb::GetServerInfoRequest {}).await.unwrap();
                seen.push((began.elapsed(), self.memory_kib()));
            }
            seen
        };
        let dispatch = async {
            let mut seen = Vec::new();
            for _ in 0..CALLS {
                let number = self.calls.fetch_add(1, Ordering::Relaxed);
                let began = Instant::now();
                let opened = self
                    .dispatching
                    .dispatch()
                    .open_call(opening(format!("open-{number}"), 3))
                    .await
                    .unwrap();
                seen.push((began.elapsed(), self.memory_kib()));
                let cancel = pb::CancelCallRequest {
                    request_id: format!("cancel-{number}"),
                    call_id: opened.into_inner().call.unwrap().call_id,
                    reason: "duplicate".to_owned(),
                    channel: pb::Channel::Cad.into(),
                    occurred_at: None,
                };
                let began = Instant::now();
                self.dispatching.dispatch().cancel_call(cancel).await.unwrap();
                seen.push((began.elapsed(), self.memory_kib()));
            }
            seen
        };
        let (mut seen, more) = futures_util::future::join(ask, dispatch).await;
        seen.extend(more);
        let most_kib = seen.iter().map(|(_, kib)| *kib).max().unwrap();
        seen.sort();
        Felt {
            p99: seen[seen.len() * 99 / 100].0,
            most_kib,
        }
    }

    /// The memory that the server's process has now (VmRSS).
    pub(super) fn memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

/// The middle one of these.
pub(super) fn median<T: Ord + Copy>(values: impl IntoIterator<Item = T>) -> T {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort();
    values[values.len() / 2]
}
