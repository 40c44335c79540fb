use proptest::prelude::*;

use super::{MOST_POSITIONS, OutlineFlaw, outline};
use crate::geo::{Point, PointFault};

const SQUARE: &str = "[[-90.3,38.5],[-90.1,38.5],[-90.1,38.7],[-90.3,38.7],[-90.3,38.5]]";

fn polygon(rings: &str) -> String {
    format!(r#"{{"type":"Polygon","coordinates":[{rings}]}}"#)
}

fn fault(text: &str) -> (String, OutlineFlaw) {
    let fault = outline(text).expect_err(text);
    (fault.place, fault.flaw)
}

fn at(latitude: f64, longitude: f64) -> Point {
    Point::from_degrees(latitude, longitude).expect("a point")
}

#[test]
fn polygon_multipolygon_feature_and_collection_of_one_are_outlines() {
    let plain = polygon(SQUARE);
    let feature = format!(r#"{{"type":"Feature","properties":{{"name":"City"}},"geometry":{plain}}}"#);
    let collection = format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#);
    let several = format!(r#"{{"type":"MultiPolygon","coordinates":[[{SQUARE}]]}}"#);
    for text in [&plain, &feature, &collection, &several] {
        let read = outline(text).expect(text);
        assert!(read.contains(at(38.6, -90.2)), "{text}");
        assert!(!read.contains(at(38.8, -90.2)), "{text}");
    }
}

#[test]
fn a_hole_is_not_inside() {
    let hole = "[[-90.25,38.55],[-90.25,38.65],[-90.15,38.65],[-90.15,38.55],[-90.25,38.55]]";
    let read = outline(&polygon(&format!("{SQUARE},{hole}"))).expect("an outline");
    assert!(!read.contains(at(38.6, -90.2)));
    assert!(read.contains(at(38.52, -90.2)));
}

#[test]
fn a_hole_may_touch_the_border_in_a_point() {
    let hole = "[[-90.3,38.6],[-90.2,38.65],[-90.2,38.55],[-90.3,38.6]]";
    assert!(outline(&polygon(&format!("{SQUARE},{hole}"))).is_ok());
}

#[test]
fn altitude_and_repeated_positions_mean_nothing() {
    let ring = "[[-90.3,38.5,140],[-90.1,38.5],[-90.1,38.5],[-90.1,38.7],[-90.3,38.7],[-90.3,38.5]]";
    assert_eq!(outline(&polygon(ring)), outline(&polygon(SQUARE)));
}

#[test]
fn what_is_no_area_is_refused() {
    for text in [
        "",
        "{",
        "[]",
        "null",
        r#"{"type":"Polygon"}"#,
        r#"{"type":"Circle","coordinates":[]}"#,
    ] {
        assert_eq!(fault(text).1, OutlineFlaw::NotGeoJson, "{text}");
    }
    let line = r#"{"type":"LineString","coordinates":[[-90.3,38.5],[-90.1,38.5]]}"#;
    assert_eq!(fault(line).1, OutlineFlaw::NotAnArea);
    let bare = r#"{"type":"Feature","properties":null,"geometry":null}"#;
    assert_eq!(fault(bare).1, OutlineFlaw::NotOneFeature);
    let two = format!(r#"{{"type":"FeatureCollection","features":[{bare},{bare}]}}"#);
    assert_eq!(fault(&two).1, OutlineFlaw::NotOneFeature);
    assert_eq!(
        fault(&polygon("")),
        ("coordinates".to_owned(), OutlineFlaw::Empty)
    );
    let none = r#"{"type":"MultiPolygon","coordinates":[]}"#;
    assert_eq!(fault(none), ("coordinates".to_owned(), OutlineFlaw::Empty));
}

#[test]
fn a_fault_says_where_it_is() {
    let cases = [
        // Latitude first, as people say it.
        (
            "[[38.5,-90.3],[38.5,-90.1],[38.7,-90.1],[38.5,-90.3]]",
            "coordinates[0][0]",
            OutlineFlaw::Position(PointFault::Swapped),
        ),
        (
            "[[-90.3,38.5],[0,0],[-90.1,38.7],[-90.3,38.5]]",
            "coordinates[0][1]",
            OutlineFlaw::Position(PointFault::NullIsland),
        ),
        (
            "[[-90.3,38.5],[-90.1,38.5],[-290.1,38.7],[-90.3,38.5]]",
            "coordinates[0][2]",
            OutlineFlaw::Position(PointFault::OutOfRange),
        ),
        (
            "[[-90.3,38.5],[-90.1,38.5],[-90.1,38.7],[-90.3,38.7]]",
            "coordinates[0]",
            OutlineFlaw::NotClosed,
        ),
        (
            "[[-90.3,38.5],[-90.1,38.5],[-90.3,38.5]]",
            "coordinates[0]",
            OutlineFlaw::TooFewCorners,
        ),
        (
            "[[-90.3,38.5],[-90.2,38.6],[-90.1,38.7],[-90.3,38.5]]",
            "coordinates[0]",
            OutlineFlaw::NoArea,
        ),
        // A bow tie.
        (
            "[[-90.3,38.5],[-90.1,38.7],[-90.1,38.5],[-90.3,38.7],[-90.3,38.5]]",
            "coordinates[0][2]",
            OutlineFlaw::CrossesItself,
        ),
        // A spike: out and back on the same line.
        (
            "[[-90.3,38.5],[-90.1,38.5],[-90.1,38.7],[-90.1,38.6],[-90.3,38.7],[-90.3,38.5]]",
            "coordinates[0][3]",
            OutlineFlaw::CrossesItself,
        ),
        // Two triangles that share one corner.
        (
            "[[-90.3,38.5],[-90.2,38.6],[-90.1,38.5],[-90.1,38.7],[-90.2,38.6],[-90.3,38.7],[-90.3,38.5]]",
            "coordinates[0][4]",
            OutlineFlaw::CrossesItself,
        ),
    ];
    for (ring, place, flaw) in cases {
        assert_eq!(fault(&polygon(ring)), (place.to_owned(), flaw), "{ring}");
    }
}

#[test]
fn rings_of_a_polygon_neither_cross_nor_share_a_stretch_and_holes_lie_inside() {
    let with_hole = |hole: &str| fault(&polygon(&format!("{SQUARE},{hole}")));
    let across = "[[-90.2,38.55],[-90.2,38.65],[-90.0,38.6],[-90.2,38.55]]";
    assert_eq!(with_hole(across).1, OutlineFlaw::CrossesAnother);
    let along = "[[-90.3,38.55],[-90.3,38.65],[-90.2,38.6],[-90.3,38.55]]";
    assert_eq!(with_hole(along).1, OutlineFlaw::CrossesAnother);
    assert_eq!(with_hole(SQUARE).1, OutlineFlaw::CrossesAnother);
    let elsewhere = "[[-80.3,38.55],[-80.3,38.65],[-80.2,38.6],[-80.3,38.55]]";
    assert_eq!(
        with_hole(elsewhere),
        ("coordinates[1][0]".to_owned(), OutlineFlaw::HoleOutside)
    );
}

#[test]
fn an_outline_has_a_bounded_number_of_positions() {
    let circle = |corners: usize| {
        let corner = |index: usize| {
            let angle = index as f64 / corners as f64 * std::f64::consts::TAU;
            format!("[{},{}]", -90.2 + angle.cos() / 10.0, 38.6 + angle.sin() / 10.0)
        };
        let ring: Vec<String> = (0..corners).chain([0]).map(corner).collect();
        polygon(&format!("[{}]", ring.join(",")))
    };
    assert!(outline(&circle(MOST_POSITIONS - 1)).is_ok());
    assert_eq!(fault(&circle(MOST_POSITIONS)).1, OutlineFlaw::TooManyPositions);
}

/// Corners by angle around a centre: such a ring never crosses itself.
fn star(radii: &[u32]) -> Vec<(i64, i64)> {
    let step = std::f64::consts::TAU / radii.len() as f64;
    let corner = |(index, radius): (usize, &u32)| {
        let (sine, cosine) = (index as f64 * step).sin_cos();
        let scaled = f64::from(*radius) * 1e3;
        ((cosine * scaled).round() as i64, (sine * scaled).round() as i64)
    };
    radii.iter().enumerate().map(corner).collect()
}

fn text(corners: &[(i64, i64)]) -> String {
    let position = |(x, y): &(i64, i64)| format!("[{},{}]", -90.0 + *x as f64 / 1e7, 38.0 + *y as f64 / 1e7);
    let ring: Vec<String> = corners.iter().chain(corners.first()).map(position).collect();
    polygon(&format!("[{}]", ring.join(",")))
}

proptest! {
    #[test]
    fn a_simple_ring_is_accepted_whichever_way_it_runs(radii in prop::collection::vec(100_u32..10_000, 5..60)) {
        let mut corners = star(&radii);
        prop_assert!(outline(&text(&corners)).is_ok());
        corners.reverse();
        prop_assert!(outline(&text(&corners)).is_ok());
    }

    #[test]
    fn exchanging_two_corners_of_a_convex_ring_is_found(corners in 6_usize..40, from in 0_usize..100, away in 2_usize..100) {
        let mut ring = star(&vec![5_000; corners]);
        // At least two apart in both directions: otherwise it may still be simple.
        let from = from % corners;
        let to = (from + 2 + away % (corners - 3)) % corners;
        ring.swap(from, to);
        prop_assert_eq!(outline(&text(&ring)).expect_err("crosses").flaw, OutlineFlaw::CrossesItself);
    }
}
