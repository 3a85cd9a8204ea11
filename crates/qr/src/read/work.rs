//! The budget of one reading: every loop over pixels pays from it, and reading stops when it is spent.
//!
//! Called by all of `read`. Counts, never measures time.

/// Steps spent so far, and the most that may be.
pub(super) struct Work {
    steps: u64,
    limit: u64,
}

/// The budget does not allow the next step; what was not found until now is not looked for any more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spent;

/// A fixed part for the grids that are tried, and a part for each pixel.
pub(super) const fn steps_max(pixels: u64) -> u64 {
    32 * 1024 * 1024 + 40 * pixels
}

impl Work {
    pub(super) fn for_pixels(pixels: u64) -> Self {
        Self { steps: 0, limit: steps_max(pixels) }
    }

    /// Pays for `steps`; an error when the budget does not allow them.
    pub(super) fn pay(&mut self, steps: u64) -> Result<(), Spent> {
        let total = self.steps.saturating_add(steps);
        if total > self.limit {
            return Err(Spent);
        }
        self.steps = total;
        Ok(())
    }

    pub(super) fn steps(&self) -> u64 {
        self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::{Work, steps_max};

    #[test]
    fn nothing_is_paid_beyond_the_budget() {
        let mut work = Work::for_pixels(10);
        assert!(work.pay(steps_max(10) - 1).is_ok());
        assert!(work.pay(2).is_err());
        assert!(work.pay(u64::MAX).is_err());
        assert_eq!(work.steps(), steps_max(10) - 1, "what was refused is not counted");
        assert!(work.pay(1).is_ok());
    }
}
