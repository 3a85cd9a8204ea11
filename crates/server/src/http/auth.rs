//! Who calls: the shop with its secret key, or a buyer with the client secret of one session.

use super::App;
use crate::error::Error;
use crate::keys;
use crate::payments::confirm::limited_as;
use axum::http::{HeaderMap, header};
use std::net::{IpAddr, SocketAddr};
use umclique_wire::SessionId;

/// Who is asking about a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The shop's back end.
    Shop,
    /// The buyer's browser.
    Buyer,
}

impl App {
    /// The shop, or nobody.
    pub fn shop(&self, headers: &HeaderMap) -> Result<(), Error> {
        let offered = bearer(headers).ok_or(Error::Unauthorized)?;
        if self.is_secret_key(offered) { Ok(()) } else { Err(Error::Unauthorized) }
    }

    /// The buyer of this session, or nobody. A secret key does not belong into a browser, and is not taken here.
    pub fn buyer(&self, headers: &HeaderMap, session: &SessionId) -> Result<(), Error> {
        match self.either(headers, session)? {
            Caller::Buyer => Ok(()),
            Caller::Shop => Err(Error::Forbidden),
        }
    }

    /// The shop, or the buyer of this session.
    pub fn either(&self, headers: &HeaderMap, session: &SessionId) -> Result<Caller, Error> {
        let offered = bearer(headers).ok_or(Error::Unauthorized)?;
        if self.is_secret_key(offered) {
            Ok(Caller::Shop)
        } else if self.payments.keys.is_client_secret(session, offered) {
            Ok(Caller::Buyer)
        } else if offered.starts_with(SessionId::PREFIX) {
            Err(Error::Forbidden)
        } else {
            Err(Error::Unauthorized)
        }
    }

    fn is_secret_key(&self, offered: &str) -> bool {
        let hash = keys::sha256_hex(offered);
        // Every hash is compared, so the time does not tell which one fits.
        self.secret_key_hashes.iter().fold(false, |found, known| keys::same(known, &hash) | found)
    }

    /// What the shop's new sessions are counted under: its key, by the beginning of the key's hash, and its address.
    #[must_use]
    pub fn shop_bucket(&self, peer: SocketAddr, headers: &HeaderMap) -> String {
        let hash = keys::sha256_hex(bearer(headers).unwrap_or_default());
        format!("sessions|{}|{}", &hash[..16], limited_as(self.address(peer, headers)))
    }

    /// The caller's address: the last hop before our own proxies.
    #[must_use]
    pub fn address(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.ip();
        if !self.trusted_proxies.contains(&peer) {
            return peer;
        }
        let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<IpAddr> =
            forwarded.flat_map(|list| list.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
        hops.into_iter().rev().find(|hop| !self.trusted_proxies.contains(hop)).unwrap_or(peer)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
}
