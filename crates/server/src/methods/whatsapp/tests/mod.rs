//! Bigger tests.
