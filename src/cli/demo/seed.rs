//! Setting the world up, over the wire like everyone: jurisdiction, agencies, people, papers, shifts.

use super::Trouble;
use super::hand::{Gate, Hand, Holder};
use super::plan::Plan;
use super::world::{AGENCIES, JURISDICTION_ID, JURISDICTION_NAME, Person, ZONE, people};
use crate::board::Role;
use crate::grpc::pb;
use crate::id::JurisdictionId;

/// Someone of the world, on the roster.
pub struct Member {
    /// His id.
    pub id: String,
    /// Who he is.
    pub person: Person,
    /// His connection, with his own token.
    pub hand: Hand,
    /// That token, for people who build an app.
    pub token: String,
}

/// A world that has been set up.
pub struct World {
    /// The dispatcher.
    pub dispatcher: Hand,
    /// His token.
    pub dispatcher_token: String,
    /// The vehicle location feed: a system that reports for everyone who does not move.
    pub feed: Hand,
    /// Administrator and HR tokens, for people who build an app.
    pub office_tokens: Vec<(&'static str, String)>,
    /// Everyone.
    pub members: Vec<Member>,
}

/// Numbers the requests.
#[derive(Default)]
pub struct Requests(u64);

impl Requests {
    /// The next request's id.
    pub fn new_id(&mut self) -> String {
        self.0 += 1;
        format!("demo-{}", self.0)
    }
}

/// Sets the world up.
pub async fn seed(gate: &Gate, plan: &Plan, requests: &mut Requests) -> Result<World, Trouble> {
    let here: JurisdictionId = JURISDICTION_ID.parse()?;
    let holder = |role: Role, jurisdiction_id: Option<JurisdictionId>| Holder {
        role,
        subject: role.as_str().to_owned(),
        jurisdiction_id,
        responder_id: None,
    };
    let (installer, _) = gate.admit(holder(Role::Admin, None)).await?;
    found(&installer, requests).await?;
    let (admin, admin_token) = gate.admit(holder(Role::Admin, Some(here.clone()))).await?;
    let (dispatcher, dispatcher_token) = gate.admit(holder(Role::Dispatcher, Some(here.clone()))).await?;
    let (feed, _) = gate.admit(holder(Role::System, Some(here.clone()))).await?;
    let (_, hr_token) = gate.admit(holder(Role::Hr, Some(here.clone()))).await?;
    let mut members = Vec::new();
    for person in people() {
        let id = hire(&admin, &person, plan, requests).await?;
        let (hand, token) = gate
            .admit(Holder {
                role: Role::Responder,
                subject: id.clone(),
                jurisdiction_id: Some(here.clone()),
                responder_id: Some(id.parse()?),
            })
            .await?;
        members.push(Member {
            id,
            person,
            hand,
            token,
        });
    }
    Ok(World {
        dispatcher,
        dispatcher_token,
        feed,
        office_tokens: vec![("admin", admin_token), ("hr", hr_token)],
        members,
    })
}

async fn found(installer: &Hand, requests: &mut Requests) -> Result<(), Trouble> {
    let jurisdiction = pb::CreateJurisdictionRequest {
        request_id: requests.new_id(),
        jurisdiction_id: JURISDICTION_ID.to_owned(),
        name: JURISDICTION_NAME.to_owned(),
        zone: ZONE.to_owned(),
    };
    installer.admin().create_jurisdiction(jurisdiction).await?;
    for (agency_id, name) in AGENCIES {
        let agency = pb::CreateAgencyRequest {
            request_id: requests.new_id(),
            jurisdiction_id: JURISDICTION_ID.to_owned(),
            agency_id: agency_id.to_owned(),
            name: name.to_owned(),
        };
        installer.admin().create_agency(agency).await?;
    }
    Ok(())
}

/// Puts a person on the roster, with his papers and all his shifts. Gives his id.
async fn hire(
    admin: &Hand,
    person: &Person,
    plan: &Plan,
    requests: &mut Requests,
) -> Result<String, Trouble> {
    let responder = pb::CreateResponderRequest {
        request_id: requests.new_id(),
        agency_id: person.agency_id.to_owned(),
        discipline: person.discipline.to_owned(),
        name: person.name.clone(),
        call_sign: person.call_sign.clone(),
        base: Some(pb::Base {
            name: person.station.name.to_owned(),
            location: Some(pb::Location {
                latitude: person.station.latitude,
                longitude: person.station.longitude,
            }),
        }),
        ..Default::default()
    };
    let created = admin.roster().create_responder(responder).await?.into_inner();
    let id = created.responder.unwrap_or_default().responder_id;
    for (code, valid_until) in &person.credentials {
        let credential = pb::GrantCredentialRequest {
            request_id: requests.new_id(),
            responder_id: id.clone(),
            code: (*code).to_owned(),
            valid_until: plan.valid_until(valid_until),
            ..Default::default()
        };
        admin.roster().grant_credential(credential).await?;
    }
    for (start, end) in plan.shifts(person.tour) {
        let local = |local: String| Some(pb::LocalTime { local, occurrence: 0 });
        let shift = pb::CreateShiftRequest {
            request_id: requests.new_id(),
            agency_id: person.agency_id.to_owned(),
            responder_id: id.clone(),
            local_start: local(start),
            local_end: local(end),
            ..Default::default()
        };
        let shift = admin.schedule().create_shift(shift).await?.into_inner();
        let shift = shift.shift.unwrap_or_default();
        let publish = pb::PublishShiftRequest {
            request_id: requests.new_id(),
            shift_id: shift.shift_id,
            expected_version: shift.version,
        };
        admin.schedule().publish_shift(publish).await?;
    }
    Ok(id)
}
