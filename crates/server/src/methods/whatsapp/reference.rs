//! The names that an order and a message of ours have at WhatsApp, and that come back with everything that is said about them.
//! Pure.
//!
//! `pa_….{n}` is the n-th order message of an attempt: WhatsApp wants another name for each, so all of them lead to the one
//! attempt and its one claim. `pa_….{n}:{message}` is a message about that order.

use umclique_wire::AttemptId;

/// An order message of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) attempt: AttemptId,
    /// From 1.
    pub(super) number: u32,
}

/// Longest name that WhatsApp takes. Source: WhatsApp "Receive WhatsApp payments / Orders", `reference_id`.
pub(super) const CHARS_MAX: usize = 60;

impl Reference {
    pub(super) fn new(attempt: &AttemptId, number: u32) -> Self {
        Self { attempt: attempt.clone(), number }
    }

    /// Reads a `reference_id`; `None`: it is none of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (attempt, number) = text.split_once('.')?;
        // One spelling for each, so that no order has two names.
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        let number: u32 = number.parse().ok().filter(|_| is_plain)?;
        Some(Self { attempt: AttemptId::parse(attempt).ok()?, number })
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.attempt, self.number)
    }
}

/// What a status is about: an order message, or a message about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Callback {
    pub(super) reference: Reference,
    /// Our id of the message; `None`: the order itself.
    pub(super) message: Option<String>,
}

impl Callback {
    /// Reads `biz_opaque_callback_data`; `None`: it is none of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (reference, message) = match text.split_once(':') {
            Some((reference, message)) => (reference, Some(message)),
            None => (text, None),
        };
        let is_id = |id: &str| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if message.is_some_and(|id| !is_id(id)) {
            return None;
        }
        Some(Self { reference: Reference::parse(reference)?, message: message.map(str::to_owned) })
    }
}

impl std::fmt::Display for Callback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.message {
            Some(message) => write!(f, "{}:{message}", self.reference),
            None => self.reference.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys;

    #[test]
    fn a_name_has_one_spelling_and_comes_back_whole() {
        let attempt = keys::new_attempt_id();
        for number in [1, 2, 10, u32::MAX] {
            let reference = Reference::new(&attempt, number);
            let text = reference.to_string();
            assert!(text.len() <= CHARS_MAX, "{text}");
            assert_eq!(Reference::parse(&text), Some(reference.clone()));
            for message in [None, Some(keys::new_row_id())] {
                let callback = Callback { reference: reference.clone(), message };
                assert_eq!(Callback::parse(&callback.to_string()), Some(callback));
            }
        }
        for text in [
            format!("{attempt}"),
            format!("{attempt}."),
            format!("{attempt}.0"),
            format!("{attempt}.01"),
            format!("{attempt}.+1"),
            format!("{attempt}.1.1"),
            format!("{attempt}.4294967296"),
            "ped-1001.1".to_owned(),
            ".1".to_owned(),
            String::new(),
        ] {
            assert_eq!(Reference::parse(&text), None, "{text}");
            assert_eq!(Callback::parse(&text), None, "{text}");
        }
        for text in [format!("{attempt}.1:"), format!("{attempt}.1:a b"), format!("{attempt}.1:{}", "a".repeat(65))] {
            assert_eq!(Callback::parse(&text), None, "{text}");
        }
    }
}
