//! From samples to figures.

use std::time::{Duration, Instant};

/// The median of a rate or a duration measured several times.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// How long something takes: the median of so many runs.
pub(crate) fn median_time<T>(runs: usize, mut work: impl FnMut() -> T) -> Duration {
    let seconds = (0..runs).map(|_| {
        let started = Instant::now();
        std::hint::black_box(work());
        started.elapsed().as_secs_f64()
    });
    Duration::from_secs_f64(median(seconds.collect()))
}

/// Many latencies.
#[derive(Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn add(&mut self, one: Duration) {
        self.0.push(one);
    }

    pub(crate) fn join(&mut self, others: Latencies) {
        self.0.extend(others.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The latency that this share of a hundred does not exceed.
    pub(crate) fn percentile(&mut self, share: usize) -> Duration {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        self.0
            .get(last.min(self.0.len() * share / 100))
            .copied()
            .unwrap_or_default()
    }
}

/// Milliseconds, with as many digits as matter.
pub(crate) fn millis(duration: Duration) -> String {
    let millis = duration.as_secs_f64() * 1000.0;
    if millis < 10.0 {
        format!("{millis:.2} ms")
    } else {
        format!("{millis:.0} ms")
    }
}

/// A whole number with its thousands apart.
pub(crate) fn whole(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

pub(crate) fn ratio(value: f64) -> String {
    format!("{value:.2}x")
}

/// Whether an aim is met, in a word.
pub(crate) fn aim(text: &str, met: bool) -> String {
    format!("{text}: {}", if met { "met" } else { "MISSED" })
}

/// The straight line that fits points best.
pub(crate) struct Line {
    at_zero: f64,
    slope: f64,
    /// The share of the variation that the line explains, 0 to 1.
    pub(crate) fit: f64,
}

impl Line {
    pub(crate) fn through(points: &[(f64, f64)]) -> Line {
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count(points.len());
        let (x, y) = (mean(&|point| point.0), mean(&|point| point.1));
        let both = mean(&|point| (point.0 - x) * (point.1 - y));
        let (across, up) = (
            mean(&|point| (point.0 - x).powi(2)),
            mean(&|point| (point.1 - y).powi(2)),
        );
        let slope = both / across.max(f64::MIN_POSITIVE);
        Line {
            at_zero: y - slope * x,
            slope,
            fit: both * both / (across * up).max(f64::MIN_POSITIVE),
        }
    }

    /// In words, for milliseconds against a count.
    pub(crate) fn words(&self, of: &str) -> String {
        format!(
            "{:.2} ms + {:.3} ms per 1,000 {of} (R2 {:.3})",
            self.at_zero,
            self.slope * 1000.0,
            self.fit
        )
    }
}

/// A count as a number to reckon with.
pub(crate) fn count(value: usize) -> f64 {
    f64::from(u32::try_from(value).unwrap_or(u32::MAX))
}
