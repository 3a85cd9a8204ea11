//! The shops that PicPay gave credentials to.

/// The `Api-Key` that the legacy edition asks for.
pub(super) const API_KEY: &str = "picpay_demo_api_key";

/// One shop's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) id: &'static str,
    pub(super) secret: &'static str,
    /// As the consent page names it.
    pub(super) shop: &'static str,
    pub(super) email: &'static str,
}

const CLIENTS: [Client; 2] = [
    Client { id: "picpay_demo_client", secret: "picpay_demo_secret", shop: "Loja Exemplo", email: "loja@example.com" },
    // Another shop, for what one shop must not see of another.
    Client { id: "picpay_other_client", secret: "picpay_other_secret", shop: "Outra Loja", email: "outra@example.com" },
];

impl Client {
    /// The shop with this `client_id`.
    pub(super) fn find(id: &str) -> Option<Self> {
        CLIENTS.into_iter().find(|client| client.id == id)
    }

    /// The shop, if this is its secret.
    pub(super) fn sign_in(id: &str, secret: &str) -> Option<Self> {
        Self::find(id).filter(|client| client.secret == secret)
    }
}

/// What a scope lets the shop do, in the buyer's words; none for those that let it do nothing by themselves.
pub(super) fn scope_text(scope: &str) -> Option<&'static str> {
    match scope {
        "payments.charge" => Some("charge your PicPay account when you buy there"),
        "payments.refund" => Some("give you back money of such payments"),
        "profile" => Some("see your name, e-mail address and date of birth"),
        _ => None,
    }
}
