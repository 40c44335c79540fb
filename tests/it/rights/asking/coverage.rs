//! Coverage: what is wanted, and who is scheduled.

use tandem::grpc::pb;

use super::{Ask, Stage, ask};
use crate::coverage::of_today;

impl Stage<'_> {
    pub(super) fn coverage(&self, method: &str) -> Option<Ask> {
        Some(match method {
            "GetCoverage" => ask!(coverage.get_coverage, of_today(), |answer| {
                let strengths = answer.areas.iter().flat_map(|area| &area.steps);
                let mut strengths = strengths.flat_map(|step| &step.strengths);
                strengths.any(|strength| strength.scheduled > 0)
            }),
            "WatchCoverage" => ask!(
                follows coverage.watch_coverage,
                pb::WatchCoverageRequest {
                    coverage: Some(of_today()),
                    checkpoint_seconds: 0,
                }
            ),
            _ => return None,
        })
    }
}
