//! How far a moment is from now, in the one unit that a person would say it in.
//!
//! The server says it first and the browser keeps it true, so that both must count alike.

/// So many units; what lies ahead is positive, what is past negative, and none is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelativeTime {
    /// How many.
    pub count: i32,
    /// Of what.
    pub unit: Unit,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// A twelfth of a year.
    Month,
    /// 365.25 days.
    Year,
}

impl Unit {
    /// From the longest to the shortest.
    const ALL: [Self; 5] = [Self::Year, Self::Month, Self::Day, Self::Hour, Self::Minute];

    const fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
            Self::Month => 2_629_800,
            Self::Year => 31_557_600,
        }
    }

    /// The name that browsers know it by (ECMA-402, `Intl.RelativeTimeFormat`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

impl RelativeTime {
    /// The distance of a moment that is `seconds` ahead, negative for the past, in whole units.
    /// `None` below a minute.
    #[must_use]
    pub fn of(seconds: i64) -> Option<Self> {
        let unit =
            Unit::ALL.into_iter().find(|unit| seconds.unsigned_abs() >= unit.seconds().unsigned_abs())?;
        let count =
            i32::try_from(seconds / unit.seconds()).unwrap_or(if seconds < 0 { i32::MIN } else { i32::MAX });
        Some(Self { count, unit })
    }

    /// The time that is left of `seconds`, at least one minute: in days, below one in hours, below that in minutes.
    #[must_use]
    pub fn left(seconds: i64) -> (u32, Unit) {
        let unit = match seconds {
            86_400.. => Unit::Day,
            3_600.. => Unit::Hour,
            _ => Unit::Minute,
        };
        (u32::try_from((seconds / unit.seconds()).max(1)).unwrap_or(u32::MAX), unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_counted_in_hours_below_a_day() {
        let left = |seconds| {
            let (count, unit) = RelativeTime::left(seconds);
            (count, unit.name())
        };
        assert_eq!([left(400 * 86_400), left(86_400)], [(400, "day"), (1, "day")]);
        assert_eq!([left(86_399), left(3_600)], [(23, "hour"), (1, "hour")]);
        assert_eq!([left(3_599), left(1)], [(59, "minute"), (1, "minute")]);
    }

    #[test]
    fn a_distance_is_told_in_its_longest_whole_unit() {
        let of = |seconds| RelativeTime::of(seconds).map(|RelativeTime { count, unit }| (count, unit.name()));
        assert_eq!([of(0), of(59), of(-59)], [None; 3]);
        assert_eq!(
            [of(60), of(-119), of(-120)],
            [Some((1, "minute")), Some((-1, "minute")), Some((-2, "minute"))]
        );
        assert_eq!([of(-3_599), of(-3_600)], [Some((-59, "minute")), Some((-1, "hour"))]);
        assert_eq!([of(86_399), of(86_400)], [Some((23, "hour")), Some((1, "day"))]);
        assert_eq!([of(-30 * 86_400), of(-31 * 86_400)], [Some((-30, "day")), Some((-1, "month"))]);
        assert_eq!([of(-366 * 86_400), of(i64::MIN)], [Some((-1, "year")), Some((i32::MIN, "year"))]);
    }
}
