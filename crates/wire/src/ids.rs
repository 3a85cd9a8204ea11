//! Prefixed ids. Made by the server only; everyone else parses them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A text that is not an id of the expected kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError {
    /// The prefix that the id should have begun with.
    pub expected_prefix: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected an id that begins with {}", self.expected_prefix)
    }
}

impl std::error::Error for IdError {}

/// Long enough for a prefix and a UUID, short enough for ePag, which allows a reference 45 characters.
const MAX_CHARS: usize = 45;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Reads an id: the prefix, then 8 to 40 ASCII letters or digits, at most 45 characters in all.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let error = IdError { expected_prefix: $prefix };
                let rest = text.strip_prefix($prefix).ok_or(error)?;
                let well_formed = rest.len() >= 8
                    && text.len() <= MAX_CHARS
                    && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
                if well_formed { Ok(Self(text.to_owned())) } else { Err(error) }
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// A checkout session: what a shop wants paid.
    SessionId,
    "cs_"
);
id!(
    /// A payment attempt: one try at a session with one method. Also our reference at the provider.
    AttemptId,
    "pa_"
);
id!(
    /// A refund.
    RefundId,
    "re_"
);
id!(
    /// A card that the shop's own payment processor keeps for a buyer.
    CredentialId,
    "cr_"
);
id!(
    /// An event for the shop, and the `webhook-id` under which it is delivered.
    EventId,
    "evt_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_well_formed_ids_are_read() {
        for (text, is_id) in [
            ("pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f70", true),
            ("pa_", false),
            ("pa_tooshrt", false),
            ("cs_0193f0c47d5b7c3e9a1d2b3c4d5e6f70", false),
            ("pa_0193f0c4/../../admin", false),
            ("pa_0193f0c47d5b7c3e9a1d2b3c4d5e6f70aaaaaaaaaaaaa", false),
            ("pa_çççççççççç", false),
            ("", false),
        ] {
            assert_eq!(AttemptId::parse(text).is_ok(), is_id, "{text:?}");
        }
    }

    #[test]
    fn an_id_crosses_json_as_its_text() {
        let id = SessionId::parse("cs_0193f0c47d5b7c3e").expect("well formed");
        let json = serde_json::to_string(&id).expect("an id is a string");
        assert_eq!(json, "\"cs_0193f0c47d5b7c3e\"");
        assert_eq!(serde_json::from_str::<SessionId>(&json).expect("round trip"), id);
        assert!(serde_json::from_str::<SessionId>("\"pa_0193f0c47d5b7c3e\"").is_err());
    }
}
