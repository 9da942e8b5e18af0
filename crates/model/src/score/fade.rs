use super::{LOOK_BACK_DAYS, M};

/// 2^(-1/180) in units of 2^-64: what a day leaves of the weight of a payment.
const DAY: u128 = 18_375_845_621_797_877_956;
const ONE: u128 = 1 << 64;
const HALF: u128 = ONE / 2;
const SIZE: usize = LOOK_BACK_DAYS as usize + 1;

/// 2^(-age / 180) in millionths, rounded. Made of integers only, so that every platform has the same table: the error
/// stays below 10^-10 of a unit, and no entry is closer than 4·10^-5 of a unit to a tie.
const TABLE: [i64; SIZE] = {
    let mut table = [0; SIZE];
    let mut left = ONE;
    let mut age = 0;
    while age < SIZE {
        table[age] = ((left * M as u128 + HALF) / ONE) as i64;
        left = (left * DAY + HALF) / ONE;
        age += 1;
    }
    table
};

/// What is left of a payment's weight after so many days, in millionths; nothing beyond the look-back.
pub(super) fn fade(age_days: i64) -> i64 {
    usize::try_from(age_days).ok().and_then(|age| TABLE.get(age)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_published_values() {
        let published = [
            (0, 1_000_000),
            (1, 996_157),
            (7, 973_404),
            (30, 890_899),
            (90, 707_107),
            (180, 500_000),
            (270, 353_553),
            (360, 250_000),
            (540, 125_000),
        ];
        for (age, value) in published {
            assert_eq!(fade(age), value, "{age} days");
        }
        assert_eq!(fade(541), 0);
        assert_eq!(fade(-1), 0);
    }

    #[test]
    fn the_table_is_the_power_of_two_and_always_falls() {
        for age in 0..=LOOK_BACK_DAYS {
            let exact = 1e6 * (-(age as f64) / 180.0).exp2();
            assert_eq!(fade(age), exact.round() as i64, "{age} days");
            assert!(fade(age) > fade(age + 1));
        }
    }
}
