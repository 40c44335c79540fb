//! Proposals and suggestions.

use tandem::grpc::pb;
use tandem::grpc::pb::propose_roster_response::Told;

use super::{Ask, Stage, ask};

impl Stage<'_> {
    /// A draft of the subject's agency that nobody works, on a day of its own.
    async fn open_shift(&self) -> pb::Shift {
        let day = self.next() % 28 + 2;
        let local = |time: &str| {
            Some(pb::LocalTime {
                local: format!("2026-07-{day:02}T{time}"),
                occurrence: 0,
            })
        };
        let request = pb::CreateShiftRequest {
            request_id: self.request_id(),
            agency_id: "bhr".to_owned(),
            local_start: local("09:00"),
            local_end: local("17:00"),
            ..Default::default()
        };
        let created = self.town.admin.schedule().create_shift(request).await.unwrap();
        created.into_inner().shift.unwrap()
    }

    pub(super) async fn planning(&self, method: &str) -> Option<Ask> {
        let shift = self.open_shift().await;
        Some(match method {
            "ProposeRoster" => {
                let end = shift.planned_end.map(|end| prost_types::Timestamp {
                    seconds: end.seconds + 1,
                    ..end
                });
                let request = pb::ProposeRosterRequest {
                    from: shift.planned_start,
                    to: end,
                    agency_id: "bhr".to_owned(),
                    seconds: 5,
                    ..Default::default()
                };
                Ask(Box::new(move |client: crate::harness::town::Client| {
                    let request = request.clone();
                    Box::pin(async move {
                        let mut stream = client.planning().propose_roster(request).await?.into_inner();
                        let mut whole = false;
                        while let Some(message) = stream.message().await? {
                            whole = matches!(message.told, Some(Told::Proposal(_)));
                        }
                        Ok(whole)
                    })
                }))
            }
            "SuggestForShift" => {
                let request = pb::SuggestForShiftRequest {
                    shift_id: shift.shift_id,
                    weights: None,
                };
                ask!(planning.suggest_for_shift, request, |answer| !answer
                    .suggestions
                    .is_empty())
            }
            _ => return None,
        })
    }
}
