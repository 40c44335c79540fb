//! From a GeoJSON text (RFC 7946) to the outline of an area.
//!
//! An outline that gets past here is a usable map: each ring is closed and simple, holes lie inside, and every position
//! is a point on Earth. All of it is decided on whole numbers, so that no rounding makes a ring cross or not.
//!
//! Limits that are admitted: an area across the 180th meridian must come as a MultiPolygon cut there, as the RFC wants
//! it, and an outline stands for the union of its polygons, so polygons may overlap.

mod crossing;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use geojson::{GeoJson, GeometryValue, Position};

use crate::geo::{Outline, Point, PointFault};

/// An outline has at most this many positions: a city's limits have a few thousand, a county along a river some more.
pub const MOST_POSITIONS: usize = 20_000;

/// What is wrong with an outline, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {flaw}")]
pub struct OutlineFault {
    /// Where in the text: a path such as `coordinates[0][12]`.
    pub place: String,
    /// What.
    pub flaw: OutlineFlaw,
}

/// What can be wrong with an outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutlineFlaw {
    /// Not JSON, or JSON that is not GeoJSON.
    #[error("not GeoJSON")]
    NotGeoJson,
    /// A geometry of another kind.
    #[error("an area is a Polygon or a MultiPolygon")]
    NotAnArea,
    /// Not exactly one feature, or one without a geometry.
    #[error("one feature with a geometry is one area")]
    NotOneFeature,
    /// No polygon, or a polygon without a ring.
    #[error("there is nothing inside")]
    Empty,
    /// More positions than [`MOST_POSITIONS`].
    #[error("more than {MOST_POSITIONS} positions")]
    TooManyPositions,
    /// A position that is not longitude, latitude.
    #[error("a position is longitude, latitude: {0}")]
    Position(PointFault),
    /// The last position is not the first.
    #[error("a ring ends where it starts")]
    NotClosed,
    /// Fewer than three different corners.
    #[error("a ring has at least three corners, and so four positions")]
    TooFewCorners,
    /// All corners lie on one line.
    #[error("the ring has no area")]
    NoArea,
    /// A ring crosses, touches or retraces itself.
    #[error("the ring crosses, touches or retraces itself here")]
    CrossesItself,
    /// Two rings of a polygon cross or share a stretch.
    #[error("the ring crosses another ring of its polygon here, or shares a stretch with it")]
    CrossesAnother,
    /// A hole, or a part of it, lies outside.
    #[error("the hole lies outside its polygon's outer ring")]
    HoleOutside,
}

/// Reads an outline from a Polygon, a MultiPolygon, a Feature of one, or a FeatureCollection of one such feature.
pub fn outline(geojson_text: &str) -> Result<Outline, OutlineFault> {
    let geojson = GeoJson::from_str(geojson_text).map_err(|_| flawed("text", OutlineFlaw::NotGeoJson))?;
    let geometry = match geojson {
        GeoJson::Geometry(geometry) => geometry,
        GeoJson::Feature(feature) => geometry_of(feature, "geometry")?,
        GeoJson::FeatureCollection(collection) => {
            let mut features = collection.features.into_iter();
            match (features.next(), features.next()) {
                (Some(only), None) => geometry_of(only, "features[0].geometry")?,
                (None, _) | (Some(_), Some(_)) => return Err(flawed("features", OutlineFlaw::NotOneFeature)),
            }
        }
    };
    let placed: Vec<(String, Vec<Vec<Position>>)> = match geometry.value {
        GeometryValue::Polygon { coordinates } => vec![("coordinates".to_owned(), coordinates)],
        GeometryValue::MultiPolygon { coordinates } => coordinates
            .into_iter()
            .enumerate()
            .map(|(index, rings)| (format!("coordinates[{index}]"), rings))
            .collect(),
        GeometryValue::Point { .. }
        | GeometryValue::MultiPoint { .. }
        | GeometryValue::LineString { .. }
        | GeometryValue::MultiLineString { .. }
        | GeometryValue::GeometryCollection { .. } => return Err(flawed("type", OutlineFlaw::NotAnArea)),
    };
    if placed.is_empty() {
        return Err(flawed("coordinates", OutlineFlaw::Empty));
    }
    // Counted before the costly part: the work of finding crossings grows faster than the rings.
    let positions: usize = placed.iter().flat_map(|(_, rings)| rings).map(Vec::len).sum();
    if positions > MOST_POSITIONS {
        return Err(flawed("coordinates", OutlineFlaw::TooManyPositions));
    }
    let polygons = placed
        .iter()
        .map(|(place, rings)| polygon(rings, place))
        .collect::<Result<_, _>>()?;
    Ok(Outline { polygons })
}

fn geometry_of(feature: geojson::Feature, place: &str) -> Result<geojson::Geometry, OutlineFault> {
    feature
        .geometry
        .ok_or_else(|| flawed(place, OutlineFlaw::NotOneFeature))
}

/// Reads one polygon: its outer ring and its holes.
fn polygon(rings: &[Vec<Position>], place: &str) -> Result<Vec<Vec<Point>>, OutlineFault> {
    if rings.is_empty() {
        return Err(flawed(place, OutlineFlaw::Empty));
    }
    let mut points = rings
        .iter()
        .enumerate()
        .map(|(index, positions)| ring(positions, &format!("{place}[{index}]")))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(found) = crossing::first(&points) {
        let crossing::Found { ring, position, flaw } = found;
        return Err(flawed(format!("{place}[{ring}][{position}]"), flaw));
    }
    // Repeated positions are harmless and common; they are dropped last, so that faults are placed as in the text.
    points.iter_mut().for_each(Vec::dedup);
    Ok(points)
}

/// Reads one ring: closed, with three corners that are not on one line.
fn ring(positions: &[Position], place: &str) -> Result<Vec<Point>, OutlineFault> {
    let points = positions
        .iter()
        .enumerate()
        .map(|(index, position)| {
            point(position).map_err(|fault| flawed(format!("{place}[{index}]"), OutlineFlaw::Position(fault)))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if points.first() != points.last() {
        return Err(flawed(place, OutlineFlaw::NotClosed));
    }
    let mut corners = points.clone();
    corners.dedup();
    if corners.len() < 4 {
        return Err(flawed(place, OutlineFlaw::TooFewCorners));
    }
    if crossing::on_one_line(&corners) {
        return Err(flawed(place, OutlineFlaw::NoArea));
    }
    Ok(points)
}

/// A position is longitude, latitude; an altitude after them is allowed and means nothing here.
fn point(position: &Position) -> Result<Point, PointFault> {
    match position.as_slice() {
        [longitude, latitude, ..] => Point::from_degrees(*latitude, *longitude),
        [] | [_] => Err(PointFault::NotFinite),
    }
}

fn flawed(place: impl Into<String>, flaw: OutlineFlaw) -> OutlineFault {
    OutlineFault {
        place: place.into(),
        flaw,
    }
}
