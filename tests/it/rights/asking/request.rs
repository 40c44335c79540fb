//! What people ask of the schedule.

use tandem::grpc::pb;

use super::{Ask, Stage, ask};
use crate::harness::town::Town;
use crate::requests::{
    answer, decision, end_of, offer, open_shift, sign_up, signed_up, time_off, vacation, withdrawal,
};

impl Stage<'_> {
    /// A shift that nobody works, on a day that nobody has asked for.
    async fn open(&self) -> pb::Shift {
        open_shift(self.town, 2 + self.next() % 27).await
    }

    /// A request of the subject's that nobody has decided; what he asked before is out of the way.
    async fn pending(&self) -> pb::ShiftRequest {
        take_back_all(self.town).await;
        signed_up(self.town, self.subject, &self.open().await)
            .await
            .unwrap()
    }

    pub(super) async fn request(&self, method: &str) -> Option<Ask> {
        let town = self.town;
        Some(match method {
            "ListOpenShifts" => {
                self.open().await;
                ask!(
                    request.list_open_shifts,
                    pb::ListOpenShiftsRequest::default(),
                    |answer| !answer.shifts.is_empty()
                )
            }
            "SignUpForShift" => {
                take_back_all(town).await;
                let shift = self.open().await;
                ask!(
                    request.sign_up_for_shift,
                    sign_up(town, self.subject, &shift),
                    |answer| answer.shift_request.is_some()
                )
            }
            "GetSwapPartners" => {
                take_back_all(town).await;
                let hers = self.given_to(self.subject).await;
                ask!(
                    request.get_swap_partners,
                    pb::GetSwapPartnersRequest {
                        shift_id: hers.shift_id
                    },
                    |answer| !answer.partners.is_empty()
                )
            }
            "OfferSwap" => {
                let hers = self.given_to(self.subject).await;
                let to = &town.clinicians[1];
                ask!(
                    request.offer_swap,
                    offer(town, (self.subject, &hers), to, None),
                    |answer| answer.shift_request.is_some()
                )
            }
            "AnswerSwap" => {
                let other = &town.clinicians[1];
                let his = self.given_to(other).await;
                let offered = offer(town, (other, &his), self.subject, None);
                let offered = other.client.request().offer_swap(offered).await.unwrap();
                let offered = offered.into_inner().shift_request.unwrap();
                ask!(
                    request.answer_swap,
                    answer(town, &offered, pb::SwapAnswer::Decline),
                    |answer| answer.shift_request.unwrap().state() == pb::RequestState::Declined
                )
            }
            "RequestTimeOff" => {
                take_back_all(town).await;
                ask!(
                    request.request_time_off,
                    vacation(town, self.subject, 2, 4),
                    |answer| answer.shift_request.is_some()
                )
            }
            "EndTimeOff" => {
                take_back_all(town).await;
                let asked = time_off(town, self.subject, 29, 30).await.unwrap();
                let approval = decision(town, &asked.shift_request.unwrap(), pb::Decision::Approve);
                let leave = town.admin.request().decide_request(approval).await.unwrap();
                let leave = leave.into_inner().shift_request.unwrap();
                ask!(request.end_time_off, end_of(town, &leave), |answer| answer
                    .shift_request
                    .is_some())
            }
            "WithdrawRequest" => ask!(
                request.withdraw_request,
                withdrawal(town, &self.pending().await),
                |answer| answer.shift_request.unwrap().state() == pb::RequestState::Withdrawn
            ),
            "DecideRequest" => ask!(
                request.decide_request,
                decision(town, &self.pending().await, pb::Decision::Decline),
                |answer| answer.shift_request.unwrap().state() == pb::RequestState::Declined
            ),
            "ListRequests" => {
                self.pending().await;
                ask!(
                    request.list_requests,
                    pb::ListRequestsRequest::default(),
                    |answer| !answer.shift_requests.is_empty()
                )
            }
            _ => return None,
        })
    }
}

async fn take_back_all(town: &Town) {
    let listed = town
        .admin
        .request()
        .list_requests(pb::ListRequestsRequest::default())
        .await;
    use pb::RequestState::{Accepted, Offered, Requested};
    for one in listed.unwrap().into_inner().shift_requests {
        if [Requested, Offered, Accepted].contains(&one.state()) {
            let request = withdrawal(town, &one);
            town.admin.request().withdraw_request(request).await.unwrap();
        }
    }
}
