use super::sums::Sums;
use crate::UtcDay;
use crate::text_enum::text_enum;

/// Successes that no ceiling needs any more.
const FEW: i64 = 20;
/// Successes below which the lower ceiling holds.
const VERY_FEW: i64 = 5;
/// Days of history on our own clock that the best grade needs.
const YOUNG_DAYS: i64 = 30;
/// Active recorded days that the best grade needs.
const MIN_ACTIVE_DAYS: i64 = 10;

text_enum! {
    /// A grade, the lowest first.
    Grade {
        /// 0 to 59.
        F => "F",
        /// 60 to 69.
        D => "D",
        /// 70 to 79.
        C => "C",
        /// 80 to 89.
        B => "B",
        /// 90 to 94.
        A => "A",
        /// 95 to 100.
        APlus => "A+",
    }
}

impl Grade {
    /// The grade of a score.
    pub const fn of(score: u8) -> Self {
        match score {
            95.. => Self::APlus,
            90.. => Self::A,
            80.. => Self::B,
            70.. => Self::C,
            60.. => Self::D,
            _ => Self::F,
        }
    }

    /// The lowest score with this grade.
    pub const fn lowest_score(self) -> u8 {
        match self {
            Self::APlus => 95,
            Self::A => 90,
            Self::B => 80,
            Self::C => 70,
            Self::D => 60,
            Self::F => 0,
        }
    }

    /// The next better grade; `None` for the best.
    pub fn next(self) -> Option<Self> {
        Self::ALL.iter().copied().find(|grade| *grade > self)
    }
}

text_enum! {
    /// How many payments stand behind a score.
    Confidence {
        /// 3 or 4.
        Low => "low",
        /// 5 to 20.
        Medium => "medium",
        /// More than 20.
        High => "high",
    }
}

impl Confidence {
    /// The confidence that so many counting payments give.
    pub const fn of(n: i64) -> Self {
        match n {
            ..5 => Self::Low,
            5..=20 => Self::Medium,
            _ => Self::High,
        }
    }
}

text_enum! {
    /// Why a score is lower than its evidence says.
    Ceiling {
        /// Fewer than 5 successes (at most 79) or at most 20 (at most 94).
        FewPayments => "few_payments",
        /// Less than 30 days of history on our own clock, or fewer than 10 active days (at most 94).
        YoungHistory => "young_history",
    }
}

impl Ceiling {
    /// The ceiling over an agent, and the highest score under it.
    pub(super) fn of(sums: &Sums, as_of_day: UtcDay) -> Option<(Self, u8)> {
        let days = sums.first_day.map_or(0, |first| as_of_day - first);
        if sums.successes < VERY_FEW {
            Some((Self::FewPayments, 79))
        } else if sums.successes <= FEW {
            Some((Self::FewPayments, 94))
        } else if days < YOUNG_DAYS || sums.active_days < MIN_ACTIVE_DAYS {
            Some((Self::YoungHistory, 94))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_begin_at_their_lowest_score() {
        for grade in Grade::ALL {
            let lowest = grade.lowest_score();
            assert_eq!(Grade::of(lowest), *grade);
            assert!(lowest == 0 || Grade::of(lowest - 1) < *grade);
        }
        assert_eq!(Grade::A.next(), Some(Grade::APlus));
        assert_eq!(Grade::APlus.next(), None);
    }

    #[test]
    fn confidence_follows_the_number_of_payments() {
        let of = |n| Confidence::of(n).as_str();
        assert_eq!([3, 4, 5, 20, 21].map(of), ["low", "low", "medium", "medium", "high"]);
    }
}
