//! Makes the world over the wire: jurisdiction, agencies, people, papers, shifts.

use std::net::SocketAddr;

use super::Fault;
use super::client::{Client, connect};
use super::world::{self, Person};
use crate::grpc::pb;

/// Someone to hire, and when he works.
#[derive(Clone, Debug)]
pub struct Hiring {
    /// Who.
    pub person: Person,
    /// His shifts: start and end on the wall clock of the zone.
    pub windows: Vec<(String, String)>,
    /// The zone of that clock.
    pub zone: String,
}

/// Founds the programme. For an administrator of the installation.
pub async fn found(address: SocketAddr, admin_token: &str) -> Result<(), Fault> {
    let mut admin = Client::new(&connect(address).await?, "found", admin_token)?;
    let request = pb::CreateJurisdictionRequest {
        request_id: admin.request_id(),
        jurisdiction_id: world::JURISDICTION_ID.to_owned(),
        name: world::JURISDICTION_NAME.to_owned(),
        zone: world::ZONE.to_owned(),
    };
    admin.admin().create_jurisdiction(request).await?;
    for (agency_id, name) in world::AGENCIES {
        let request = pb::CreateAgencyRequest {
            request_id: admin.request_id(),
            jurisdiction_id: world::JURISDICTION_ID.to_owned(),
            agency_id: agency_id.to_owned(),
            name: name.to_owned(),
        };
        admin.admin().create_agency(request).await?;
    }
    Ok(())
}

/// Lets people be sent whose shift ends before they will be done: nobody who tries something out wants to wait for the
/// next shift.
pub(super) async fn allow_overrun(address: SocketAddr, admin_token: &str) -> Result<(), Fault> {
    let mut admin = Client::new(&connect(address).await?, "overrun", admin_token)?;
    let request = pb::GetJurisdictionRequest {
        jurisdiction_id: world::JURISDICTION_ID.to_owned(),
    };
    let jurisdiction = admin.admin().get_jurisdiction(request).await?.into_inner();
    let mut jurisdiction = jurisdiction
        .jurisdiction
        .ok_or("an answer without the jurisdiction")?;
    let policy = jurisdiction.policy.get_or_insert_default();
    policy.allow_shift_overrun = true;
    let request = pb::UpdateJurisdictionRequest {
        request_id: admin.request_id(),
        expected_version: jurisdiction.version,
        jurisdiction: Some(jurisdiction),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["policy.allow_shift_overrun".to_owned()],
        }),
    };
    admin.admin().update_jurisdiction(request).await?;
    Ok(())
}

/// Hires everyone, in order, and returns their ids. For HR.
pub async fn hire(address: SocketAddr, hr_token: &str, hirings: &[Hiring]) -> Result<Vec<String>, Fault> {
    let mut hr = Client::new(&connect(address).await?, "hire", hr_token)?;
    let mut ids = Vec::new();
    for Hiring {
        person,
        windows,
        zone,
    } in hirings
    {
        let responder_id = create(&mut hr, person).await?;
        for (code, until) in &person.credentials {
            let request = pb::GrantCredentialRequest {
                request_id: hr.request_id(),
                responder_id: responder_id.clone(),
                code: (*code).to_owned(),
                valid_until: until.map(|day| day.to_string()).unwrap_or_default(),
                ..pb::GrantCredentialRequest::default()
            };
            hr.roster().grant_credential(request).await?;
        }
        for (start, end) in windows {
            schedule(&mut hr, person, &responder_id, (start, end), zone).await?;
        }
        ids.push(responder_id);
    }
    Ok(ids)
}

async fn create(hr: &mut Client, person: &Person) -> Result<String, Fault> {
    let request = pb::CreateResponderRequest {
        request_id: hr.request_id(),
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
        ..pb::CreateResponderRequest::default()
    };
    let created = hr.roster().create_responder(request).await?.into_inner();
    let responder = created.responder.ok_or("an answer without the responder")?;
    Ok(responder.responder_id)
}

async fn schedule(
    hr: &mut Client,
    person: &Person,
    responder_id: &str,
    (start, end): (&str, &str),
    zone: &str,
) -> Result<(), Fault> {
    let wall = |local: &str| {
        Some(pb::LocalTime {
            local: local.to_owned(),
            // Of a night on which clocks are set back the first hour will do.
            occurrence: pb::Occurrence::First.into(),
        })
    };
    let request = pb::CreateShiftRequest {
        request_id: hr.request_id(),
        agency_id: person.agency_id.to_owned(),
        responder_id: responder_id.to_owned(),
        local_start: wall(start),
        local_end: wall(end),
        zone: zone.to_owned(),
        ..pb::CreateShiftRequest::default()
    };
    let drafted = hr.schedule().create_shift(request).await?.into_inner().shift;
    let drafted = drafted.ok_or("an answer without the shift")?;
    let request = pb::PublishShiftRequest {
        request_id: hr.request_id(),
        shift_id: drafted.shift_id,
        expected_version: drafted.version,
        ..pb::PublishShiftRequest::default()
    };
    hr.schedule().publish_shift(request).await?;
    Ok(())
}
