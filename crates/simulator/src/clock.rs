//! The simulator's time: real time plus an offset that moves forward by order. Nothing else reads the time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// Seconds since 1970-01-01 UTC, by the simulator's clock.
pub(crate) type Seconds = u64;

pub(crate) struct Clock {
    /// Watched, so that a background loop notices an advance at once.
    offset: watch::Sender<Seconds>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { offset: watch::Sender::new(0) }
    }

    pub(crate) fn now(&self) -> Seconds {
        self.now_ms() / 1000
    }

    pub(crate) fn now_ms(&self) -> u64 {
        #[expect(
            clippy::disallowed_methods,
            reason = "this clock is the simulator's only reader of the time"
        )]
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let real = u64::try_from(real.as_millis()).unwrap_or(u64::MAX);
        real.saturating_add(self.offset.borrow().saturating_mul(1000))
    }

    pub(crate) fn advance(&self, seconds: u32) {
        self.offset.send_modify(|offset| *offset = offset.saturating_add(seconds.into()));
    }

    /// Completes after a real second, or as soon as the clock is advanced.
    pub(crate) async fn tick(&self) {
        let mut offset = self.offset.subscribe();
        tokio::select! {
            _ = offset.changed() => {}
            () = sleep(1000) => {}
        }
    }
}

/// Sleeps in real time, whatever the offset: an ordered delay takes place for the caller.
pub(crate) async fn sleep(milliseconds: u64) {
    if milliseconds > 0 {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}

/// `YYYYMMDDhhmmss`, the way TikTok's log ids begin.
pub(crate) fn timestamp(now: Seconds) -> String {
    let (year, month, day) = date(now / 86_400);
    let (hour, minute, second) = (now / 3600 % 24, now / 60 % 60, now % 60);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
}

/// Days since 1970 to a date of the Gregorian calendar: Howard Hinnant, "chrono-compatible low-level date algorithms".
fn date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn timestamp_of_epoch_leap_day_and_year_end() {
        assert_eq!(timestamp(0), "19700101000000");
        assert_eq!(timestamp(1_709_210_096), "20240229123456");
        assert_eq!(timestamp(1_893_455_999), "20291231235959");
    }
}
