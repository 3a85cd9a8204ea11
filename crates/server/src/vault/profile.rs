//! What an account says of its owner, sealed like a token: it is personal, and nobody asked the shop's database to know it.

use super::{Place, Vault, VaultError};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

/// What an account says of its owner.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
}

/// Never shows who it is.
impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Profile(…)")
    }
}

impl Profile {
    /// Whether it says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Seals it for the login `grant`.
    pub(super) fn seal(&self, vault: &Vault, grant: &str) -> String {
        let text = serde_json::to_string(self).expect("two texts are JSON");
        vault.seal(place(grant), &text)
    }

    /// Opens what was sealed for the login `grant`.
    pub(super) fn open(vault: &Vault, grant: &str, sealed: &str) -> Result<Self, VaultError> {
        let opened = vault.open(place(grant), sealed)?;
        serde_json::from_str(opened.expose_secret()).map_err(|_| VaultError::Broken)
    }
}

fn place(row: &str) -> Place<'_> {
    Place { table: "grants", row, column: "profile" }
}
