//! Largest remainder (最大余额法, Hamilton's method): parts that always add up.

/// Splits `total` by `weights`: each part is its exact share rounded down or up, and the parts add up to `total`.
///
/// What rounding down leaves over goes, one unit each, to the largest remainders; of equal ones to the first. A negative
/// total is split like its opposite. `None` when a weight is negative, or all are zero while there is something to split.
pub fn split(total: i64, weights: &[i64]) -> Option<Vec<i64>> {
    if weights.iter().any(|weight| *weight < 0) {
        return None;
    }
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return (total == 0).then(|| vec![0; weights.len()]);
    }
    let (sign, amount) = (i128::from(total.signum()), i128::from(total).abs());
    let exact: Vec<(i128, i128)> = weights
        .iter()
        .map(|weight| {
            let share = amount * i128::from(*weight);
            (share / sum, share % sum)
        })
        .collect();
    let given: i128 = exact.iter().map(|(whole, _)| whole).sum();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|left, right| exact[*right].1.cmp(&exact[*left].1).then(left.cmp(right)));
    let mut parts: Vec<i128> = exact.iter().map(|(whole, _)| *whole).collect();
    let left = usize::try_from(amount - given).ok()?;
    for index in order.into_iter().take(left) {
        parts[index] += 1;
    }
    parts.into_iter().map(|part| i64::try_from(part * sign).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn remainders_go_to_the_largest_and_then_to_the_first() {
        assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(split(-100, &[1, 1, 1]), Some(vec![-34, -33, -33]));
        assert_eq!(split(10, &[0, 5, 5]), Some(vec![0, 5, 5]));
        assert_eq!(split(7, &[10, 20, 40]), Some(vec![1, 2, 4]));
        assert_eq!(split(1, &[1, 2, 2]), Some(vec![0, 1, 0]));
        assert_eq!(split(0, &[]), Some(vec![]));
        assert_eq!(split(1, &[]), None);
        assert_eq!(split(1, &[0, 0]), None);
        assert_eq!(split(0, &[0, 0]), Some(vec![0, 0]));
        assert_eq!(split(5, &[3, -1]), None);
        assert_eq!(split(i64::MIN, &[1]), Some(vec![i64::MIN]));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_none_is_off_by_a_unit(
            total in any::<i64>(), weights in proptest::collection::vec(0_i64..1_000_000_000, 1..60)
        ) {
            let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            prop_assume!(sum > 0);
            let parts = split(total, &weights).expect("weights that count");
            prop_assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(total));
            for (part, weight) in parts.iter().zip(&weights) {
                let off = i128::from(*part) * sum - i128::from(total) * i128::from(*weight);
                prop_assert!(off.abs() < sum, "{} for {}", part, weight);
            }
        }
    }
}
