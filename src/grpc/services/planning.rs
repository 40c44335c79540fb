//! `PlanningService`.

use std::time::Duration;

use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status};

use super::super::pb::{self, planning_service_server::PlanningService};
use super::super::wire::parse::planning as parse;
use super::super::wire::render::planning as render;
use super::Services;
use super::outlet::{Outflow, Outlet, outlet};
use crate::desk::Search;

/// How often a search says how far it has come.
const TELLING: Duration = Duration::from_millis(500);
/// So much of a caller's deadline is left for telling him what was found, in parts.
const FOR_TELLING: u32 = 10;

#[tonic::async_trait]
impl PlanningService for Services {
    type ProposeRosterStream = Outflow<pb::ProposeRosterResponse>;

    async fn propose_roster(
        &self,
        request: Request<pb::ProposeRosterRequest>,
    ) -> Result<Response<Self::ProposeRosterStream>, Status> {
        let session = self.session(&request).await?;
        let (asked, limit) = parse::propose_roster(request.get_ref())?;
        session.keeps_agency(asked.agency_id.as_ref())?;
        let limit = before_deadline(request.metadata()).map_or(limit, |left| left.min(limit));
        let search = session.desk.search(&session.center, asked, limit)?;
        let (to, stream) = outlet();
        tokio::spawn(follow(search, to));
        Ok(Response::new(stream))
    }

    async fn suggest_for_shift(
        &self,
        request: Request<pb::SuggestForShiftRequest>,
    ) -> Result<Response<pb::SuggestForShiftResponse>, Status> {
        let session = self.session(&request).await?;
        let (shift_id, costs) = parse::suggest_for_shift(request.get_ref())?;
        session.plans(shift_id).await?;
        let suggested = session.center.suggested(shift_id, costs)?;
        Ok(Response::new(render::suggested(&suggested, session.now())))
    }
}

/// Tells how far a search has come, and then what it has found. When the reader goes, it ends.
async fn follow(mut search: Search, to: Outlet<pb::ProposeRosterResponse>) {
    use pb::propose_roster_response::Told;
    let wrap = |told| pb::ProposeRosterResponse { told: Some(told) };
    let mut telling = tokio::time::interval(TELLING);
    let found = loop {
        tokio::select! {
            found = search.ended() => break found,
            _ = telling.tick() => {
                if let Some(seen) = search.seen()
                    && !to.hand_on(Ok(wrap(Told::Progress(render::progress(seen))))).await
                {
                    return;
                }
            }
            () = to.closed() => return,
        }
    };
    // The last of it, also of a search that was over before it was first looked at.
    if let Some(seen) = search.seen()
        && !to.hand_on(Ok(wrap(Told::Progress(render::progress(seen))))).await
    {
        return;
    }
    let outcome = match found {
        Ok(outcome) => outcome,
        Err(refusal) => {
            to.hand_on(Err(refusal.into())).await;
            return;
        }
    };
    for one in &outcome.shifts {
        if !to
            .hand_on(Ok(wrap(Told::Shift(render::proposed_shift(one)))))
            .await
        {
            return;
        }
    }
    let whole = render::proposal(&search, &outcome);
    to.hand_on(Ok(wrap(Told::Proposal(whole)))).await;
}

/// How long to search so that a caller who waits no longer than his `grpc-timeout` hears of it.
fn before_deadline(metadata: &MetadataMap) -> Option<Duration> {
    let said = metadata.get("grpc-timeout")?.to_str().ok()?;
    let (count, unit) = said.split_at_checked(said.len().checked_sub(1)?)?;
    let nanoseconds: u64 = match unit {
        "H" => 3_600_000_000_000,
        "M" => 60_000_000_000,
        "S" => 1_000_000_000,
        "m" => 1_000_000,
        "u" => 1_000,
        "n" => 1,
        _ => return None,
    };
    let whole = Duration::from_nanos(count.parse::<u64>().ok()?.saturating_mul(nanoseconds));
    Some(whole - whole / FOR_TELLING)
}
