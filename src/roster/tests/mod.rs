//! The rules of the roster, each as a sentence.

mod credentials;
mod findings;
mod jurisdiction;
mod kinds;
mod off_shift;
mod qualifications;
mod responders;

use crate::board::Reply;
use crate::board::testing::Town;
use crate::id::AreaId;
use crate::refusal::{Reason, Refusal};
use crate::roster::command::PutServiceArea;
use crate::roster::decide::put_service_area;

fn area(town: &mut Town, name: &str) -> AreaId {
    let outline = crate::roster::outline::outline(
        r#"{"type":"Polygon","coordinates":[[[-90.3,38.5],[-90.1,38.5],[-90.1,38.7],[-90.3,38.5]]]}"#,
    )
    .expect("an outline");
    let command = PutServiceArea {
        zone: None,
        name: name.to_owned(),
        outline,
    };
    let (reply, _) = town.decide(put_service_area, &command).expect("an area");
    let Reply::Area(area) = reply else {
        panic!("not an area: {reply:?}")
    };
    area.id
}

/// The reason and the only field at fault.
fn fault(refusal: Refusal) -> (Reason, String) {
    assert_eq!(refusal.violations.len(), 1, "{refusal:?}");
    (refusal.reason, refusal.violations[0].field.clone())
}
