//! Ids drawn from the seed. Predictable on purpose: a run can be repeated. Nothing secret is made here.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// The seeded sequence of one sandbox (SplitMix64: one atomic addition per number).
#[derive(Debug)]
pub(crate) struct Ids {
    state: AtomicU64,
}

impl Ids {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    /// The sequence of `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed.wrapping_mul(0xd134_2543_de82_ef95)) }
    }

    /// The next number.
    pub(crate) fn number(&self) -> u64 {
        let state = self.state.fetch_add(Self::STEP, Ordering::Relaxed).wrapping_add(Self::STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next UUID, version 4 by its form.
    pub(crate) fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.number().to_be_bytes());
        bytes[8..].copy_from_slice(&self.number().to_be_bytes());
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn the_same_seed_draws_the_same_ids() {
        let (one, two, other) = (Ids::new(7), Ids::new(7), Ids::new(8));
        let drawn = one.uuid();
        assert_eq!(drawn, two.uuid());
        assert_ne!(drawn, other.uuid());
        assert_ne!(drawn, one.uuid());
    }
}
