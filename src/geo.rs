//! Points, distances and areas on the map.
//!
//! A point is two whole numbers (1e-7 degrees, about a centimetre), so that points compare, hash and store exactly.

use geo::{Contains, Coord, LineString, MultiPolygon, Polygon};
use serde::{Deserialize, Serialize};

const EARTH_RADIUS_METERS: f64 = 6_371_008.8;
const PER_DEGREE: f64 = 1e7;

/// A point on the ground, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Point {
    lat_e7: i32,
    lon_e7: i32,
}

/// Why two numbers are not a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointFault {
    /// NaN or infinite.
    #[error("latitude and longitude must be finite numbers")]
    NotFinite,
    /// Outside -90..90 or -180..180.
    #[error("latitude must lie in -90..90 and longitude in -180..180")]
    OutOfRange,
    /// Out of range, but in range when exchanged.
    #[error("latitude and longitude seem to be exchanged")]
    Swapped,
    /// Exactly (0, 0): what a device without a fix reports.
    #[error("(0, 0) is what a device without a fix reports")]
    NullIsland,
}

impl Point {
    /// From degrees.
    pub fn from_degrees(latitude: f64, longitude: f64) -> Result<Point, PointFault> {
        if !latitude.is_finite() || !longitude.is_finite() {
            return Err(PointFault::NotFinite);
        }
        let in_range = |lat: f64, lon: f64| lat.abs() <= 90.0 && lon.abs() <= 180.0;
        if !in_range(latitude, longitude) {
            return Err(if in_range(longitude, latitude) {
                PointFault::Swapped
            } else {
                PointFault::OutOfRange
            });
        }
        let point = Point {
            lat_e7: e7(latitude),
            lon_e7: e7(longitude),
        };
        if point.lat_e7 == 0 && point.lon_e7 == 0 {
            return Err(PointFault::NullIsland);
        }
        Ok(point)
    }

    /// From the whole numbers that [`Point::e7`] gave.
    pub const fn from_e7(lat_e7: i32, lon_e7: i32) -> Point {
        Point { lat_e7, lon_e7 }
    }

    /// Latitude and longitude in 1e-7 degrees.
    pub const fn e7(self) -> (i32, i32) {
        (self.lat_e7, self.lon_e7)
    }

    /// Latitude in degrees.
    pub fn latitude(self) -> f64 {
        f64::from(self.lat_e7) / PER_DEGREE
    }

    /// Longitude in degrees.
    pub fn longitude(self) -> f64 {
        f64::from(self.lon_e7) / PER_DEGREE
    }

    /// The same two numbers the other way round, when that too is a point.
    pub fn exchanged(self) -> Option<Point> {
        Point::from_degrees(self.longitude(), self.latitude()).ok()
    }

    /// Great-circle distance in whole metres (haversine).
    pub fn meters_to(self, other: Point) -> u32 {
        let (lat_a, lat_b) = (self.latitude().to_radians(), other.latitude().to_radians());
        let half_lat = (lat_b - lat_a) / 2.0;
        let half_lon = (other.longitude() - self.longitude()).to_radians() / 2.0;
        let h = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
        let meters = 2.0 * EARTH_RADIUS_METERS * h.sqrt().min(1.0).asin();
        whole(meters)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range was checked: 180e7 fits an i32"
)]
fn e7(degrees: f64) -> i32 {
    (degrees * PER_DEGREE).round() as i32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "half the equator in metres fits a u32, and a distance is not negative"
)]
fn whole(meters: f64) -> u32 {
    meters.round() as u32
}

/// The outline of an area: polygons with holes, rings of points as GeoJSON has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// Each polygon is its outer ring and then its holes.
    pub polygons: Vec<Vec<Vec<Point>>>,
}

impl Outline {
    /// Whether the point lies inside a polygon and in none of its holes.
    pub fn contains(&self, point: Point) -> bool {
        self.shape().contains(&coord(point))
    }

    fn shape(&self) -> MultiPolygon<f64> {
        let ring = |points: &Vec<Point>| -> LineString<f64> { points.iter().map(|p| coord(*p)).collect() };
        self.polygons
            .iter()
            .filter_map(|rings| {
                let (outer, holes) = rings.split_first()?;
                Some(Polygon::new(ring(outer), holes.iter().map(ring).collect()))
            })
            .collect()
    }
}

fn coord(point: Point) -> Coord<f64> {
    Coord {
        x: point.longitude(),
        y: point.latitude(),
    }
}
