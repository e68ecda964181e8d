//! Keeps calls of one instance below the limits its connector states, and quiet while the other side asks to wait.
//!
//! A limit holds for every window of its length: of any `n` + 1 calls in a row the last waits until the first is one window old.
//! A bucket (as in crates such as `governor`) lets twice as many through at the border of a window, which servers that count answer with 429.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The limits of one instance, shared by all its tasks.
#[derive(Debug)]
pub struct Limiter {
    windows: Mutex<Windows>,
}

#[derive(Debug)]
struct Windows {
    limits: Vec<Window>,
    quiet_until: Option<Instant>,
}

/// At most `calls` in each `length`.
#[derive(Debug)]
struct Window {
    calls: usize,
    length: Duration,
    // Invariant: in order of time, at most `calls` of them; some may lie ahead: promised to tasks that still sleep.
    sent: VecDeque<Instant>,
}

impl Limiter {
    /// Calls per milliseconds, as a connector states them; a limit of no calls or no time is none.
    pub fn new(limits: &[(u32, u64)]) -> Self {
        let limits = limits
            .iter()
            .filter(|(calls, milliseconds)| *calls > 0 && *milliseconds > 0)
            .map(|(calls, milliseconds)| Window {
                calls: usize::try_from(*calls).unwrap_or(usize::MAX),
                length: Duration::from_millis(*milliseconds),
                sent: VecDeque::new(),
            })
            .collect();
        Self {
            windows: Mutex::new(Windows {
                limits,
                quiet_until: None,
            }),
        }
    }

    /// Waits for its turn. While the other side wants quiet: how long still, at once, so that no task waits for minutes.
    pub async fn turn(&self) -> Result<(), Duration> {
        let at = self.book(Instant::now())?;
        tokio::time::sleep_until(at).await;
        // The other side may have asked for quiet meanwhile.
        self.windows().rest(Instant::now()).map_or(Ok(()), Err)
    }

    /// No calls for this long: the other side says so.
    pub fn quiet(&self, time: Duration) {
        let until = Instant::now() + time.min(LONGEST_QUIET);
        let mut windows = self.windows();
        windows.quiet_until = windows.quiet_until.max(Some(until));
    }

    /// Promises a time to one call.
    fn book(&self, now: Instant) -> Result<Instant, Duration> {
        let mut windows = self.windows();
        if let Some(rest) = windows.rest(now) {
            return Err(rest);
        }
        let at = windows
            .limits
            .iter()
            .filter_map(Window::free_at)
            .fold(now, Instant::max);
        windows.limits.iter_mut().for_each(|window| window.book(at));
        Ok(at)
    }

    fn windows(&self) -> MutexGuard<'_, Windows> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Windows {
    /// How long the other side still wants quiet.
    fn rest(&self, now: Instant) -> Option<Duration> {
        let until = self.quiet_until.filter(|until| *until > now)?;
        Some(until - now)
    }
}

/// A server that asks for more is asked again after a day.
pub(super) const LONGEST_QUIET: Duration = Duration::from_secs(24 * 60 * 60);

impl Window {
    /// When the window admits one more call; absent: at any time.
    fn free_at(&self) -> Option<Instant> {
        let first = self.sent.front().filter(|_| self.sent.len() >= self.calls)?;
        Some(*first + self.length)
    }

    fn book(&mut self, at: Instant) {
        if self.sent.len() >= self.calls {
            self.sent.pop_front();
        }
        self.sent.push_back(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_ever_holds_more_calls_than_its_limit() {
        let limiter = Limiter::new(&[(3, 1000), (5, 10_000)]);
        let start = Instant::now();
        let times: Vec<Duration> = (0..12)
            .map(|_| limiter.book(start).unwrap().saturating_duration_since(start))
            .collect();
        for (calls, length) in [(3, 1000), (5, 10_000)] {
            for pair in times.windows(calls + 1) {
                assert!(pair[calls] - pair[0] >= Duration::from_millis(length), "{times:?}");
            }
        }
        assert_eq!(times[..3], [Duration::ZERO; 3]);
        assert_eq!(times[3], Duration::from_millis(1000));
        assert_eq!(times[5], Duration::from_millis(10_000));
    }

    #[test]
    fn without_limits_nobody_waits() {
        let limiter = Limiter::new(&[(0, 1000)]);
        let now = Instant::now();
        assert!((0..1000).all(|_| limiter.book(now) == Ok(now)));
    }

    #[test]
    fn while_the_other_side_wants_quiet_the_rest_of_it_is_told() {
        let limiter = Limiter::new(&[]);
        limiter.quiet(Duration::from_secs(60));
        limiter.quiet(Duration::from_secs(5));
        let now = Instant::now();
        let rest = limiter.book(now).unwrap_err();
        assert!(rest > Duration::from_secs(59) && rest <= Duration::from_secs(60));
        assert!(limiter.book(now + Duration::from_secs(61)).is_ok());
    }

    #[tokio::test]
    async fn who_waits_for_a_turn_learns_of_the_quiet_too() {
        let limiter = Limiter::new(&[(1, 50)]);
        assert_eq!(limiter.turn().await, Ok(()));
        let (second, ()) = tokio::join!(limiter.turn(), async { limiter.quiet(Duration::from_secs(9)) });
        assert!(second.unwrap_err() > Duration::from_secs(8));
    }
}
