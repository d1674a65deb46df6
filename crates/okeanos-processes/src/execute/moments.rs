//! Count, extremes, weighted mean and variance in one pass (D. H. D. West, 1979).

/// What is known of the values so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    pub(super) count: u64,
    pub(super) missing: u64,
    min: f64,
    max: f64,
    weight: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    pub(super) const fn new() -> Self {
        Self { count: 0, missing: 0, min: f64::INFINITY, max: f64::NEG_INFINITY, weight: 0.0, mean: 0.0, squares: 0.0 }
    }

    /// Adds a value; NaN is a missing one.
    pub(super) fn add(&mut self, value: f64, weight: f64) {
        if value.is_nan() {
            self.missing += 1;
            return;
        }
        self.count += 1;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        if weight > 0.0 {
            self.weight += weight;
            let step = value - self.mean;
            self.mean += step * (weight / self.weight);
            self.squares += weight * step * (value - self.mean);
        }
    }

    pub(super) fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    pub(super) fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }

    pub(super) fn mean(&self) -> Option<f64> {
        (self.weight > 0.0).then_some(self.mean)
    }

    /// The standard deviation of the population.
    pub(super) fn std(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| (self.squares / self.weight).max(0.0).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_pass_is_as_good_as_two(values in prop::collection::vec((-1e6..1e6_f64, 0.01..1.0_f64), 1..200)) {
            let mut moments = Moments::new();
            values.iter().for_each(|(value, weight)| moments.add(*value, *weight));
            let weight: f64 = values.iter().map(|(_, w)| w).sum();
            let mean = values.iter().map(|(v, w)| v * w).sum::<f64>() / weight;
            let variance = values.iter().map(|(v, w)| w * (v - mean).powi(2)).sum::<f64>() / weight;
            prop_assert!((moments.mean().unwrap() - mean).abs() < 1e-6);
            prop_assert!((moments.std().unwrap() - variance.sqrt()).abs() < 1e-5 * variance.sqrt().max(1.0));
        }
    }

    #[test]
    fn nothing_has_no_mean() {
        let mut moments = Moments::new();
        moments.add(f64::NAN, 1.0);
        assert_eq!((moments.count, moments.missing, moments.mean(), moments.min()), (0, 1, None, None));
    }
}
