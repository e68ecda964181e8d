//! How long a job waits before it runs again: after errors by a pattern, after crashes by another, spread by jitter.

use std::time::Duration;

/// Delay by number of errors: the last entry whose number is not above it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPattern {
    /// Sorted by number.
    steps: Vec<(u32, Duration)>,
}

impl RetryPattern {
    /// A pattern from (number of errors, seconds), in any order.
    pub fn new(seconds: &[(u32, u64)]) -> Self {
        let mut steps: Vec<_> = seconds
            .iter()
            .map(|&(from, delay)| (from, Duration::from_secs(delay)))
            .collect();
        steps.sort_by_key(|(from, _)| *from);
        Self { steps }
    }

    /// What jobs have that say nothing: 10 s, from the third error on 1 min, from the sixth 10 min, from the tenth 1 h.
    pub fn standard() -> Self {
        Self::new(&[(1, 10), (3, 60), (6, 600), (10, 3600)])
    }

    /// The delay after so many errors, moved by up to 10 % either way; `jitter` lies in `0.0..1.0`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tenon_runtime::queue::retry::RetryPattern;
    ///
    /// assert_eq!(RetryPattern::standard().delay(2, 0.5), Duration::from_secs(10));
    /// assert_eq!(RetryPattern::standard().delay(3, 0.0), Duration::from_secs(54));
    /// ```
    pub fn delay(&self, errors: u32, jitter: f64) -> Duration {
        let step = self
            .steps
            .iter()
            .rev()
            .find(|(from, _)| *from <= errors)
            .or(self.steps.first());
        step.map_or(Duration::ZERO, |(_, delay)| spread(*delay, jitter))
    }
}

/// A delay moved by up to 10 % either way, so that jobs which failed together do not return together.
pub fn spread(delay: Duration, jitter: f64) -> Duration {
    delay.mul_f64(0.9 + 0.2 * jitter.clamp(0.0, 1.0))
}

/// The delay after so many crashes in a row: none after the first, so that a killed worker costs its lease alone.
pub fn after_crash(crashes: u32, jitter: f64) -> Duration {
    RetryPattern::new(&[(0, 0), (2, 10), (3, 60)]).delay(crashes, jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_not_above_the_number_holds() {
        let pattern = RetryPattern::standard();
        let seconds = |errors| pattern.delay(errors, 0.5).as_secs();
        assert_eq!(
            [1, 2, 3, 5, 6, 9, 10, 500].map(seconds),
            [10, 10, 60, 60, 600, 600, 3600, 3600]
        );
    }

    #[test]
    fn jitter_moves_by_a_tenth_at_most() {
        let delay = |jitter| RetryPattern::standard().delay(1, jitter);
        assert_eq!(delay(0.0), Duration::from_secs(9));
        assert_eq!(delay(1.0), Duration::from_secs(11));
        assert_eq!(delay(f64::INFINITY), Duration::from_secs(11));
    }

    #[test]
    fn a_pattern_that_starts_late_uses_its_first_step_before() {
        assert_eq!(RetryPattern::new(&[(5, 20)]).delay(1, 0.5), Duration::from_secs(20));
    }

    #[test]
    fn an_empty_pattern_does_not_wait() {
        assert_eq!(RetryPattern::new(&[]).delay(7, 0.5), Duration::ZERO);
    }

    #[test]
    fn the_first_crash_costs_no_wait() {
        assert_eq!(
            [1, 2, 3, 9].map(|crashes| after_crash(crashes, 0.5).as_secs()),
            [0, 10, 60, 60]
        );
    }
}
