//! A call's messy life: it is merged, linked, split, reassigned and corrected while others race for its people, and taken up
//! again when it is over.

use tandem::grpc::pb;

use super::dispatcher::{Round, Told, assignment_id, members, responder_id};

impl Round<'_> {
    /// Does one of these to a call that runs. What does not fit by then is refused, and changes nothing.
    pub(super) async fn mess_up(&self, call: &pb::Call) -> Result<(), String> {
        match self.between(0, 4, "which mess") {
            0 => self.merge(call).await,
            1 => self.split(call).await,
            2 => self.reassign(call).await,
            3 => self.link(call).await,
            _ => self.amend(call).await,
        }
    }

    /// The call as it stands, and who is on it.
    async fn as_it_stands(
        &self,
        call: &pb::Call,
        what: &str,
    ) -> Result<(pb::Call, Option<pb::Assignment>), String> {
        // A correction of times that says nothing new answers with both, and is one more thing to race.
        let asked = pb::AmendTimesRequest {
            request_id: self.request_id(what),
            call_id: call.call_id.clone(),
            opened_at: call.opened_at,
            reason: "read_back".to_owned(),
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        match self.ask(what, asked).await? {
            Told::Done(answer) => Ok((answer.call.unwrap_or_default(), answer.assignment)),
            Told::Refused => Ok((call.clone(), None)),
        }
    }

    async fn another(&self) -> Result<(pb::Call, Option<pb::Assignment>), String> {
        let mut opening = self.opening();
        opening.request_id = self.request_id("open-another");
        match self.ask("open another", opening).await? {
            Told::Done(opened) => Ok((opened.call.unwrap_or_default(), opened.assignment)),
            Told::Refused => Err("a call was refused".to_owned()),
        }
    }

    /// Another call goes on as this one, with whoever is on it.
    async fn merge(&self, call: &pb::Call) -> Result<(), String> {
        let (other, _) = self.another().await?;
        let members = match self.between(0, 1, "follows") {
            0 => pb::MergedMembers::Follow,
            _ => pb::MergedMembers::Release,
        };
        let merging = pb::MergeCallsRequest {
            request_id: self.request_id("merge"),
            call_id: call.call_id.clone(),
            merged_call_ids: vec![other.call_id.clone()],
            members: members.into(),
            reason: "same_person".to_owned(),
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        let (ended, assignment) = match self.ask("merge", merging).await? {
            Told::Done(_) => self.as_it_stands(call, "read-the-merged").await?,
            Told::Refused => self.as_it_stands(&other, "read-the-other").await?,
        };
        self.end(&ended, assignment.as_ref()).await
    }

    /// Somebody who is on the call goes with a second one that is made of it.
    async fn split(&self, call: &pb::Call) -> Result<(), String> {
        let (_, assignment) = self.as_it_stands(call, "read-before-the-split").await?;
        let on_it = members(assignment.as_ref()).into_iter();
        let goes = on_it
            .filter(|one| one.state() == pb::MemberState::OnScene)
            .take(1);
        let splitting = pb::SplitCallRequest {
            request_id: self.request_id("split"),
            call_id: call.call_id.clone(),
            acuity: call.acuity.clone(),
            responder_ids: goes.map(|one| responder_id(&one)).collect(),
            reason: "second_person".to_owned(),
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        match self.ask("split", splitting).await? {
            Told::Done(made) => {
                self.end(&made.call.unwrap_or_default(), made.assignment.as_ref())
                    .await
            }
            Told::Refused => Ok(()),
        }
    }

    /// Somebody takes another's place.
    async fn reassign(&self, call: &pb::Call) -> Result<(), String> {
        let (_, assignment) = self.as_it_stands(call, "read-before-the-change").await?;
        let Some(member) = members(assignment.as_ref()).into_iter().next() else {
            return Ok(());
        };
        let on_the_way = pb::ReportProgressRequest {
            request_id: self.request_id("en-route"),
            assignment_id: assignment_id(assignment.as_ref()),
            responder_id: responder_id(&member),
            progress: pb::Progress::EnRoute.into(),
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        let Told::Done(_) = self.ask("en route", on_the_way).await? else {
            return Err("a fact was refused".to_owned());
        };
        let reassigning = pb::ReassignRequest {
            request_id: self.request_id("reassign"),
            call_id: call.call_id.clone(),
            responder_id: responder_id(&member),
            reason: "needed_elsewhere".to_owned(),
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        self.ask("reassign", reassigning).await?;
        Ok(())
    }

    async fn link(&self, call: &pb::Call) -> Result<(), String> {
        let (other, assignment) = self.another().await?;
        let linking = pb::LinkCallsRequest {
            request_id: self.request_id("link"),
            call_id: call.call_id.clone(),
            other_call_id: other.call_id.clone(),
            reason: "same_address".to_owned(),
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        self.ask("link", linking).await?;
        self.end(&other, assignment.as_ref()).await
    }

    /// It was opened a little earlier.
    async fn amend(&self, call: &pb::Call) -> Result<(), String> {
        let opened_at = call.opened_at.map(|at| prost_types::Timestamp {
            seconds: at.seconds - 1,
            ..at
        });
        let amending = pb::AmendTimesRequest {
            request_id: self.request_id("amend"),
            call_id: call.call_id.clone(),
            opened_at,
            reason: "late_entry".to_owned(),
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        self.ask("amend", amending).await?;
        Ok(())
    }

    /// It is taken up again, and ended again.
    pub(super) async fn take_up_again(&self, call: &pb::Call) -> Result<(), String> {
        let reopening = pb::ReopenCallRequest {
            request_id: self.request_id("reopen"),
            call_id: call.call_id.clone(),
            channel: pb::Channel::Radio.into(),
            ..Default::default()
        };
        if let Told::Done(answer) = self.ask("reopen", reopening).await? {
            for member in members(answer.assignment.as_ref()) {
                let clearing = self.clearing(answer.assignment.as_ref(), &member);
                self.ask("clear again", clearing).await?;
            }
            let cancelling = pb::CancelCallRequest {
                request_id: self.request_id("cancel-again"),
                ..self.cancelling(&call.call_id)
            };
            self.ask("cancel again", cancelling).await?;
        }
        Ok(())
    }
}
