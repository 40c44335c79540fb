//! `CoverageService`.

use tonic::{Request, Response, Status};

use super::super::pb::{self, coverage_service_server::CoverageService};
use super::super::wire::parse::coverage as parse;
use super::super::wire::render::{coverage as render, moment};
use super::Services;
use super::outlet::{Outflow, Outlet, outlet};
use crate::desk::{CoverageWatch, Seen};
use crate::refusal::Refusal;

#[tonic::async_trait]
impl CoverageService for Services {
    type WatchCoverageStream = Outflow<pb::WatchCoverageResponse>;

    async fn get_coverage(
        &self,
        request: Request<pb::GetCoverageRequest>,
    ) -> Result<Response<pb::GetCoverageResponse>, Status> {
        let session = self.session(&request).await?;
        let survey = parse::get_coverage(request.get_ref())?;
        let found = session.center.survey(&survey).await?;
        Ok(Response::new(render::coverage(&found)))
    }

    async fn watch_coverage(
        &self,
        request: Request<pb::WatchCoverageRequest>,
    ) -> Result<Response<Self::WatchCoverageStream>, Status> {
        let session = self.session(&request).await?;
        let (survey, checkpoint_seconds) = parse::watch_coverage(request.get_ref())?;
        let watch = CoverageWatch::start(
            &session.desk,
            &session.center,
            &session.caller,
            survey,
            checkpoint_seconds,
        );
        let watch = watch.await.map_err(of_request)?;
        let (to, stream) = outlet();
        tokio::spawn(follow(watch, to));
        Ok(Response::new(stream))
    }
}

/// What is asked for stands in a field of its own.
fn of_request(refusal: Refusal) -> Status {
    refusal.within("coverage").into()
}

/// Hands on the coverage, and what changes in it, until either side ends.
async fn follow(mut watch: CoverageWatch, to: Outlet<pb::WatchCoverageResponse>) {
    use pb::watch_coverage_response::Heard as Wire;
    let mut message = Ok(Wire::Coverage(render::coverage(watch.shown())));
    loop {
        let over = message.is_err();
        let heard = message.map(|heard| pb::WatchCoverageResponse { heard: Some(heard) });
        if !to.hand_on(heard).await || over {
            return;
        }
        let seen = tokio::select! {
            seen = watch.next() => seen,
            () = to.closed() => return,
        };
        message = seen.map_err(of_request).map(|seen| match seen {
            Seen::Changed(changed) => Wire::Update(render::update(watch.shown(), &changed)),
            Seen::Nothing => Wire::Checkpoint(pb::Checkpoint {
                revision: watch.shown().revision,
                resume_token: String::new(),
                server_time: Some(moment(watch.shown().at)),
            }),
        });
    }
}
