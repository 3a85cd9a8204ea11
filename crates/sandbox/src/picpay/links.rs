//! What ties a buyer to a shop: the consent, and the one pair of tokens that is good. Making a new pair kills the old one,
//! access token included, and a refresh token is good once. Source: PicPay "OAuth2 flow".

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::jwt::{Claims, Kind};

/// One token that is good until it ages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pass {
    pub(super) jti: Uuid,
    pub(super) expires_at_ms: i64,
}

/// A consent and the tokens that were made on its ground.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// What the buyer agreed to.
    pub(super) scopes: String,
    pub(super) session_state: Uuid,
    pub(super) consented_at_ms: i64,
    pub(super) access: Option<Pass>,
    pub(super) refresh: Option<Pass>,
}

/// A code on its way through the browser.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) client: &'static str,
    pub(super) buyer: String,
    pub(super) redirect_uri: String,
    pub(super) expires_at_ms: i64,
}

/// Whose link: shop, then buyer.
type Ends = (&'static str, String);

/// All links and codes.
#[derive(Debug, Default)]
pub(super) struct Links {
    links: BTreeMap<Ends, Link>,
    codes: HashMap<String, Code>,
}

impl Links {
    /// The buyer's consent to this shop.
    pub(super) fn get(&self, client: &'static str, buyer: &str) -> Option<&Link> {
        self.links.get(&(client, buyer.to_owned()))
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, client: &'static str, buyer: &str) -> Option<&mut Link> {
        self.links.get_mut(&(client, buyer.to_owned()))
    }

    /// Writes down a consent; tokens that were made before stay good.
    pub(super) fn consent(&mut self, client: &'static str, buyer: &str, scopes: &str, session: Uuid, at_ms: i64) {
        let link = self.links.entry((client, buyer.to_owned())).or_insert_with(|| Link {
            scopes: String::new(),
            session_state: session,
            consented_at_ms: at_ms,
            access: None,
            refresh: None,
        });
        scopes.clone_into(&mut link.scopes);
        link.session_state = session;
    }

    /// Keeps a code; those that are too old are forgotten on the way.
    pub(super) fn keep_code(&mut self, text: String, code: Code, now_ms: i64) {
        self.codes.retain(|_, code| code.expires_at_ms > now_ms);
        self.codes.insert(text, code);
    }

    /// A code, used up by asking.
    pub(super) fn take_code(&mut self, text: &str, now_ms: i64) -> Option<Code> {
        self.codes.remove(text).filter(|code| code.expires_at_ms > now_ms)
    }

    /// Whose token this is, if it is the newest of its kind. Its age is the caller's matter.
    pub(super) fn holder(&self, claims: &Claims) -> Option<(&'static str, &str, &Link, Pass)> {
        let pass = |link: &Link| match claims.typ {
            Kind::Access => link.access,
            Kind::Refresh => link.refresh,
            Kind::Id => None,
        };
        self.links.iter().find_map(|((client, buyer), link)| {
            let pass = pass(link).filter(|pass| pass.jti == claims.jti)?;
            Some((*client, buyer.as_str(), link, pass))
        })
    }

    /// The buyer withdraws all consents in the app. Answers whether there was one.
    pub(super) fn revoke(&mut self, buyer: &str) -> bool {
        let before = self.links.len();
        self.links.retain(|(_, other), _| other != buyer);
        self.codes.retain(|_, code| code.buyer != buyer);
        self.links.len() < before
    }

    /// All links with their ends.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str, &Link)> {
        self.links.iter().map(|((client, buyer), link)| (*client, buyer.as_str(), link))
    }

    /// The links of one buyer, to be changed.
    pub(super) fn of_buyer_mut(&mut self, buyer: &str) -> impl Iterator<Item = &mut Link> {
        self.links.iter_mut().filter(move |((_, other), _)| other == buyer).map(|(_, link)| link)
    }
}
