//! `StreamingService`, and the stream of the board.

use std::collections::BTreeSet;
use std::time::Duration;

use tonic::{Request, Response, Status};

use super::super::pb::{self, streaming_service_server::StreamingService};
use super::super::wire::parse::streaming as parse;
use super::super::wire::render::{self, Render, moment, update};
use super::outlet::{Outflow, Outlet, outlet};
use super::{Services, Session};
use crate::board::Board;
use crate::desk::{Heard, Watch, Wish};
use crate::id::ResponderId;
use crate::streaming::Filter;

/// How often positions are conflated.
const CONFLATION: Duration = Duration::from_secs(1);

#[tonic::async_trait]
impl StreamingService for Services {
    type WatchAssignmentsStream = Outflow<pb::WatchAssignmentsResponse>;

    async fn watch_assignments(
        &self,
        request: Request<pb::WatchAssignmentsRequest>,
    ) -> Result<Response<Self::WatchAssignmentsStream>, Status> {
        let session = self.session(&request).await?;
        let (wish, token) = parse::watch_assignments(request.get_ref())?;
        let (desk, center, caller) = (&session.desk, &session.center, &session.caller);
        let (watch, first) = match token {
            Some(token) => (Watch::resume(desk, center, caller, wish, &token).await?, None),
            None => {
                center.knows(caller, &wish.filter).await?;
                let filter = wish.filter.clone();
                let look = |board: &Board| snapshot_of(&session, &filter, board);
                let (watch, mut snapshot) = Watch::from_snapshot(desk, center, caller, wish, look);
                snapshot.resume_token = watch.resume_token();
                (watch, Some(snapshot))
            }
        };
        let (to, stream) = outlet();
        tokio::spawn(follow(session, watch, first, to));
        Ok(Response::new(stream))
    }

    async fn list_events(
        &self,
        request: Request<pb::ListEventsRequest>,
    ) -> Result<Response<pb::ListEventsResponse>, Status> {
        let session = self.session(&request).await?;
        let (wish, token, size) = parse::list_events(request.get_ref())?;
        let (desk, center, caller) = (&session.desk, &session.center, &session.caller);
        let mut watch = match token {
            Some(token) => Watch::resume(desk, center, caller, wish, &token).await?,
            None => {
                center.knows(caller, &wish.filter).await?;
                Watch::from_snapshot(desk, center, caller, wish, |_| ()).0
            }
        };
        let mut updates = Vec::new();
        let mut caught_up = false;
        while updates.len() < size {
            match watch.advance().await? {
                Some(Heard::Update {
                    entry,
                    seen,
                    previous_revision,
                    resume_token,
                }) => updates.push(
                    session.show(|render| update(render, &entry, &seen, previous_revision, resume_token)),
                ),
                Some(Heard::Unrecorded(_) | Heard::Checkpoint { .. }) => {}
                None => {
                    caught_up = true;
                    break;
                }
            }
        }
        Ok(Response::new(pb::ListEventsResponse {
            updates,
            resume_token: watch.resume_token(),
            revision: watch.revision(),
            caught_up,
            server_time: Some(moment(session.now())),
        }))
    }
}

/// Hands on what the watch hears until either side ends.
async fn follow(
    session: Session,
    mut watch: Watch,
    first: Option<pb::Snapshot>,
    to: Outlet<pb::WatchAssignmentsResponse>,
) {
    use pb::watch_assignments_response::Heard as Wire;
    let wrap = |heard| pb::WatchAssignmentsResponse { heard: Some(heard) };
    if let Some(snapshot) = first
        && !to.hand_on(Ok(wrap(Wire::Snapshot(snapshot)))).await
    {
        return;
    }
    loop {
        let heard = tokio::select! {
            heard = watch.next() => heard,
            () = to.closed() => return,
        };
        let message = heard
            .map(|heard| match rendered(&session, heard) {
                Rendered::Update(update) => wrap(Wire::Update(update)),
                Rendered::Checkpoint(checkpoint) => wrap(Wire::Checkpoint(checkpoint)),
            })
            .map_err(Status::from);
        let over = message.is_err();
        if !to.hand_on(message).await || over {
            return;
        }
    }
}

/// The stream of the board: the board, what changes it, and positions conflated to one a second.
pub(super) fn board_stream(session: Session, wish: Wish) -> Outflow<pb::WatchBoardResponse> {
    let (to, stream) = outlet();
    tokio::spawn(follow_board(session, wish, to));
    stream
}

async fn follow_board(session: Session, wish: Wish, to: Outlet<pb::WatchBoardResponse>) {
    use pb::watch_board_response::Heard as Wire;
    let wrap = |heard| pb::WatchBoardResponse { heard: Some(heard) };
    let (_, mut seen) = session.center.positions_since(u64::MAX);
    let known = session.center.positions();
    let mut shown: BTreeSet<ResponderId> = known.keys().copied().collect();
    let (mut watch, first) =
        Watch::from_snapshot(&session.desk, &session.center, &session.caller, wish, |board| {
            Render::new(board, session.caller.viewer(), session.now()).board(&known)
        });
    let mut message = Ok(wrap(Wire::Board(first)));
    let mut conflation = tokio::time::interval(CONFLATION);
    conflation.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let over = message.is_err();
        if !to.hand_on(message).await || over {
            return;
        }
        message = loop {
            tokio::select! {
                heard = watch.next() => break heard
                    .map(|heard| match rendered(&session, heard) {
                        Rendered::Update(update) => wrap(Wire::Update(update)),
                        Rendered::Checkpoint(checkpoint) => wrap(Wire::Checkpoint(pb::Checkpoint {
                            // The board is not resumable.
                            resume_token: String::new(),
                            ..checkpoint
                        })),
                    })
                    .map_err(Status::from),
                _ = conflation.tick() => {
                    let (changed, count) = session.center.positions_since(seen);
                    seen = count;
                    let known: BTreeSet<ResponderId> = session.center.positions().into_keys().collect();
                    let forgotten = &shown - &known;
                    shown = known;
                    if !changed.is_empty() || !forgotten.is_empty() {
                        break Ok(wrap(Wire::Positions(render::positions(&changed, &forgotten))));
                    }
                }
                () = to.closed() => return,
            }
        };
    }
}

enum Rendered {
    Update(pb::Update),
    Checkpoint(pb::Checkpoint),
}

fn rendered(session: &Session, heard: Heard) -> Rendered {
    match heard {
        Heard::Update {
            entry,
            seen,
            previous_revision,
            resume_token,
        } => Rendered::Update(
            session.show(|render| update(render, &entry, &seen, previous_revision, resume_token)),
        ),
        Heard::Unrecorded(cry) => Rendered::Update(session.show(|render| render.not_recorded(&cry))),
        Heard::Checkpoint {
            revision,
            resume_token,
        } => Rendered::Checkpoint(pb::Checkpoint {
            revision,
            resume_token,
            server_time: Some(moment(session.now())),
        }),
    }
}

/// How things stand, as far as the viewer may see and has asked for.
fn snapshot_of(session: &Session, filter: &Filter, board: &Board) -> pb::Snapshot {
    let (viewer, now) = (session.caller.viewer(), session.now());
    let render = Render::new(board, viewer.clone(), now);
    let assignments = board.assignments.values();
    let assignments = assignments.filter(|one| {
        one.ended_at.is_none() && viewer.may_see_assignment(one) && filter.admits_assignment(board, one)
    });
    let mut calls: Vec<_> = board.calls.values().collect();
    calls.retain(|call| viewer.may_see_call(board, call) && filter.admits_call(board, call));
    calls.sort_by_key(|call| call.number);
    let alerts = board.alerts.values();
    let alerts =
        alerts.filter(|alert| viewer.may_see_alert(board, alert) && filter.admits_alert(board, alert));
    pb::Snapshot {
        revision: board.revision,
        resume_token: String::new(),
        calls: calls.into_iter().map(|call| render.call(call)).collect(),
        assignments: assignments.map(|one| render.assignment(one)).collect(),
        alerts: alerts.map(render::alert).collect(),
        server_time: Some(moment(now)),
    }
}
