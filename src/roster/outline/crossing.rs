//! Whether the rings of one polygon keep clear of each other and of themselves, in whole numbers.
//!
//! Edges are sorted from west to east and each is compared with those that begin before it ends, so that a real
//! boundary costs little more than the sort.

use super::OutlineFlaw;
use crate::geo::Point;

/// The first flaw, and the position in the ring where it begins.
pub(super) struct Found {
    pub(super) ring: usize,
    pub(super) position: usize,
    pub(super) flaw: OutlineFlaw,
}

/// The first flaw among closed rings of one polygon, the outer ring first.
pub(super) fn first(rings: &[Vec<Point>]) -> Option<Found> {
    let mut edges: Vec<Edge> = rings.iter().enumerate().flat_map(edges_of).collect();
    edges.sort_by_key(Edge::west);
    for (index, edge) in edges.iter().enumerate() {
        let near = edges[index + 1..]
            .iter()
            .take_while(|other| other.west() <= edge.east())
            .filter(|other| other.south() <= edge.north() && edge.south() <= other.north());
        for other in near {
            if let Some(flaw) = edge.flaw_with(other) {
                let (ring, position) = edge.place().max(other.place());
                return Some(Found { ring, position, flaw });
            }
        }
    }
    let (outer, holes) = rings.split_first()?;
    let outside = |point: &Point| side_of(outer, *point) == Side::Outside;
    holes.iter().enumerate().find_map(|(index, hole)| {
        hole.iter().position(outside).map(|position| Found {
            ring: index + 1,
            position,
            flaw: OutlineFlaw::HoleOutside,
        })
    })
}

/// Whether all of them lie on one line.
pub(super) fn on_one_line(points: &[Point]) -> bool {
    match points {
        [first, second, ..] => points.iter().all(|point| turn(*first, *second, *point) == 0),
        [] | [_] => true,
    }
}

/// One edge of a ring.
struct Edge {
    from: Point,
    to: Point,
    ring: usize,
    /// Where it begins in the ring as it came.
    position: usize,
    /// Its place among the ring's edges that have a length, and how many those are.
    ordinal: usize,
    of: usize,
}

fn edges_of((ring, points): (usize, &Vec<Point>)) -> Vec<Edge> {
    let long: Vec<(usize, &[Point])> = points
        .windows(2)
        .enumerate()
        .filter(|(_, ends)| ends[0] != ends[1])
        .collect();
    let of = long.len();
    long.into_iter()
        .enumerate()
        .map(|(ordinal, (position, ends))| Edge {
            from: ends[0],
            to: ends[1],
            ring,
            position,
            ordinal,
            of,
        })
        .collect()
}

/// How two edges meet.
#[derive(PartialEq, Eq)]
enum Meeting {
    Apart,
    /// In one point, an end of at least one of them.
    Touching,
    /// In one point inside both, or along a stretch.
    Crossing,
}

impl Edge {
    fn west(&self) -> i32 {
        longitude(self.from).min(longitude(self.to))
    }

    fn east(&self) -> i32 {
        longitude(self.from).max(longitude(self.to))
    }

    fn south(&self) -> i32 {
        latitude(self.from).min(latitude(self.to))
    }

    fn north(&self) -> i32 {
        latitude(self.from).max(latitude(self.to))
    }

    fn place(&self) -> (usize, usize) {
        (self.ring, self.position)
    }

    fn flaw_with(&self, other: &Edge) -> Option<OutlineFlaw> {
        let meeting = self.meets(other);
        if self.ring != other.ring {
            // Rings of one polygon may touch, as a lake may reach the border in one point.
            return (meeting == Meeting::Crossing).then_some(OutlineFlaw::CrossesAnother);
        }
        let apart = self.ordinal.abs_diff(other.ordinal);
        let neighbours = apart == 1 || apart == self.of - 1;
        // Neighbours share a corner. One that runs back over the other ends on it, or passes its other end: then the next
        // edge, or the one before, is no neighbour and touches.
        (!neighbours && meeting != Meeting::Apart).then_some(OutlineFlaw::CrossesItself)
    }

    fn meets(&self, other: &Edge) -> Meeting {
        let (a, b, c, d) = (self.from, self.to, other.from, other.to);
        let of_other = (turn(a, b, c), turn(a, b, d));
        let of_self = (turn(c, d, a), turn(c, d, b));
        if of_other == (0, 0) {
            // On one line, where points are ordered: they share what lies between the later start and the earlier end.
            return match a.min(b).max(c.min(d)).cmp(&a.max(b).min(c.max(d))) {
                std::cmp::Ordering::Less => Meeting::Crossing,
                std::cmp::Ordering::Equal => Meeting::Touching,
                std::cmp::Ordering::Greater => Meeting::Apart,
            };
        }
        if of_other.0 * of_other.1 < 0 && of_self.0 * of_self.1 < 0 {
            return Meeting::Crossing;
        }
        let touching = (of_other.0 == 0 && within(a, b, c))
            || (of_other.1 == 0 && within(a, b, d))
            || (of_self.0 == 0 && within(c, d, a))
            || (of_self.1 == 0 && within(c, d, b));
        if touching {
            Meeting::Touching
        } else {
            Meeting::Apart
        }
    }
}

/// Where a point lies as a ring sees it.
#[derive(PartialEq, Eq)]
enum Side {
    Inside,
    Border,
    Outside,
}

/// Counts the edges that a line from the point to the east crosses.
fn side_of(ring: &[Point], point: Point) -> Side {
    let mut inside = false;
    for ends in ring.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        let turned = turn(from, to, point);
        if turned == 0 && within(from, to, point) {
            return Side::Border;
        }
        let (upwards, downwards) = (latitude(to) > latitude(point), latitude(from) > latitude(point));
        if upwards != downwards && (turned > 0) == upwards {
            inside = !inside;
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

/// 1 when the way from `a` over `b` to `c` turns left, -1 when it turns right, 0 when it goes straight.
fn turn(a: Point, b: Point, c: Point) -> i8 {
    let span = |p: Point, q: Point, of: fn(Point) -> i32| i128::from(of(q)) - i128::from(of(p));
    let area = span(a, b, longitude) * span(a, c, latitude) - span(a, b, latitude) * span(a, c, longitude);
    match area.cmp(&0) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    }
}

/// Whether a point of the line through both ends lies between them.
fn within(from: Point, to: Point, point: Point) -> bool {
    let between = |of: fn(Point) -> i32| {
        let (one, other) = (of(from), of(to));
        (one.min(other)..=one.max(other)).contains(&of(point))
    };
    between(longitude) && between(latitude)
}

fn latitude(point: Point) -> i32 {
    point.e7().0
}

fn longitude(point: Point) -> i32 {
    point.e7().1
}
