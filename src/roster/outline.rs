//! Outlines of areas, from GeoJSON (RFC 7946).

use geo::{Area, BoundingRect, Coord, Intersects, Line, Rect};
use geojson::{Feature, GeoJson, GeometryValue};

use crate::geo::{Outline, Point, PointFault};

/// How many corners an outline may have.
const MOST_CORNERS: usize = 50_000;

/// Why a text is no outline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutlineFault {
    /// Not GeoJSON.
    #[error("the text is no GeoJSON")]
    NotGeoJson,
    /// GeoJSON, but no polygon.
    #[error("not a Polygon, a MultiPolygon, or a Feature or FeatureCollection of one")]
    NoPolygon,
    /// Too many corners.
    #[error("more than {MOST_CORNERS} corners")]
    TooManyCorners,
    /// A ring that is not closed, or too short.
    #[error("ring {0}: a ring has at least four positions, and the last is the first")]
    OpenRing(usize),
    /// A position that is no point.
    #[error("ring {0}, position {1}: {2}")]
    Position(usize, usize, PointFault),
    /// A ring that crosses itself.
    #[error("ring {0} crosses itself")]
    Crosses(usize),
    /// A ring around nothing.
    #[error("ring {0} encloses nothing")]
    Empty(usize),
}

/// The outline in this text. Rings are counted from 0 through all polygons.
pub fn outline(text: &str) -> Result<Outline, OutlineFault> {
    let parsed: GeoJson = text.parse().map_err(|_| OutlineFault::NotGeoJson)?;
    let polygons = polygons(parsed)?;
    let corners: usize = polygons.iter().flatten().map(Vec::len).sum();
    if corners > MOST_CORNERS {
        return Err(OutlineFault::TooManyCorners);
    }
    let mut count = 0;
    let mut checked = Vec::with_capacity(polygons.len());
    for rings in polygons {
        let mut points = Vec::with_capacity(rings.len());
        for positions in rings {
            points.push(ring(count, &positions)?);
            count += 1;
        }
        checked.push(points);
    }
    if count == 0 {
        return Err(OutlineFault::NoPolygon);
    }
    Ok(Outline { polygons: checked })
}

type Ring = Vec<(f64, f64)>;

fn polygons(parsed: GeoJson) -> Result<Vec<Vec<Ring>>, OutlineFault> {
    let value = match parsed {
        GeoJson::Geometry(geometry) => geometry.value,
        GeoJson::Feature(feature) => value_of(feature)?,
        GeoJson::FeatureCollection(collection) => {
            let mut features = collection.features.into_iter();
            match (features.next(), features.next()) {
                (Some(only), None) => value_of(only)?,
                (Some(_) | None, Some(_) | None) => return Err(OutlineFault::NoPolygon),
            }
        }
    };
    let rings = |polygon: &geojson::PolygonType| -> Vec<Ring> {
        polygon
            .iter()
            .map(|ring| {
                ring.iter()
                    .map(|position| {
                        let part = |at: usize| position.as_slice().get(at).copied().unwrap_or(f64::NAN);
                        (part(0), part(1))
                    })
                    .collect()
            })
            .collect()
    };
    match value {
        GeometryValue::Polygon { coordinates } => Ok(vec![rings(&coordinates)]),
        GeometryValue::MultiPolygon { coordinates } => Ok(coordinates.iter().map(rings).collect()),
        _ => Err(OutlineFault::NoPolygon),
    }
}

fn value_of(feature: Feature) -> Result<GeometryValue, OutlineFault> {
    feature
        .geometry
        .map(|geometry| geometry.value)
        .ok_or(OutlineFault::NoPolygon)
}

fn ring(number: usize, positions: &Ring) -> Result<Vec<Point>, OutlineFault> {
    if positions.len() < 4 || positions.first() != positions.last() {
        return Err(OutlineFault::OpenRing(number));
    }
    let points = positions
        .iter()
        .enumerate()
        .map(|(place, (longitude, latitude))| {
            Point::from_degrees(*latitude, *longitude)
                .map_err(|fault| OutlineFault::Position(number, place, fault))
        })
        .collect::<Result<Vec<Point>, OutlineFault>>()?;
    let corners: Vec<Coord<f64>> = positions.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect();
    if crosses_itself(&corners) {
        return Err(OutlineFault::Crosses(number));
    }
    let polygon = geo::Polygon::new(corners.into(), Vec::new());
    if polygon.unsigned_area() == 0.0 {
        return Err(OutlineFault::Empty(number));
    }
    Ok(points)
}

/// Whether two sides that are not neighbours touch. Sides are looked through in the order of their western ends, so that
/// only those side by side are compared.
fn crosses_itself(corners: &[Coord<f64>]) -> bool {
    let last = corners.len() - 2;
    let mut sides: Vec<(usize, Line<f64>, Rect<f64>)> = corners
        .windows(2)
        .enumerate()
        .map(|(place, ends)| {
            let side = Line::new(ends[0], ends[1]);
            (place, side, side.bounding_rect())
        })
        .collect();
    sides.sort_by(|a, b| a.2.min().x.total_cmp(&b.2.min().x));
    let neighbours = |a: usize, b: usize| a.abs_diff(b) <= 1 || a.abs_diff(b) == last;
    sides.iter().enumerate().any(|(at, (place, side, bounds))| {
        sides[at + 1..]
            .iter()
            .take_while(|(_, _, other)| other.min().x <= bounds.max().x)
            .any(|(other_place, other, _)| !neighbours(*place, *other_place) && side.intersects(other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polygon(coordinates: &str) -> Result<Outline, OutlineFault> {
        outline(&format!(r#"{{"type":"Polygon","coordinates":{coordinates}}}"#))
    }

    #[test]
    fn a_hole_is_outside() {
        let square = polygon(
            "[[[-91,38],[-90,38],[-90,39],[-91,39],[-91,38]],[[-90.6,38.4],[-90.4,38.4],[-90.4,38.6],[-90.6,38.6],[-90.6,38.4]]]",
        )
        .expect("an outline");
        let inside = |lat, lon| square.contains(Point::from_degrees(lat, lon).expect("a point"));
        assert!(inside(38.1, -90.9));
        assert!(!inside(38.5, -90.5), "in the hole");
        assert!(!inside(38.5, -89.5));
    }

    #[test]
    fn what_is_no_outline_says_where_and_why() {
        let cases = [
            ("[[[-91,38],[-90,38],[-90,39]]]", OutlineFault::OpenRing(0)),
            (
                "[[[-91,38],[-90,38],[-90,39],[-91,39]]]",
                OutlineFault::OpenRing(0),
            ),
            (
                "[[[-91,38],[-90,39],[-90,38],[-91,39],[-91,38]]]",
                OutlineFault::Crosses(0),
            ),
            (
                "[[[38,-91],[38,-90],[39,-90],[38,-91]]]",
                OutlineFault::Position(0, 0, PointFault::Swapped),
            ),
            ("[]", OutlineFault::NoPolygon),
        ];
        for (coordinates, fault) in cases {
            assert_eq!(polygon(coordinates), Err(fault), "{coordinates}");
        }
        assert_eq!(outline("nonsense"), Err(OutlineFault::NotGeoJson));
        assert_eq!(
            outline(r#"{"type":"Point","coordinates":[-90,38]}"#),
            Err(OutlineFault::NoPolygon)
        );
    }
}
