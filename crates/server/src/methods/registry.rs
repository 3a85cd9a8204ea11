//! The methods that are configured, and whether their providers take our credentials.

use super::Method;
use crate::clock::SECOND;
use crate::store::Session;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use umclique_wire::{MethodKind, MethodOffer, Suggested};

/// How long a method is withdrawn after our credentials were refused. After that time somebody must try them again:
/// nothing else would find out that they were mended.
const WITHDRAWN_MS: i64 = 60 * SECOND;

/// The methods that are configured.
#[derive(Clone, Default)]
pub struct Methods {
    by_kind: BTreeMap<&'static str, Entry>,
}

#[derive(Clone)]
struct Entry {
    method: Arc<dyn Method>,
    /// Until when it is not offered, because our credentials were refused; 0: they work.
    refused_until_ms: Arc<AtomicI64>,
}

impl Methods {
    /// Adds a method.
    #[must_use]
    pub fn with(mut self, method: impl Method) -> Self {
        let entry = Entry { method: Arc::new(method), refused_until_ms: Arc::default() };
        self.by_kind.insert(entry.method.kind().as_str(), entry);
        self
    }

    /// The method of a kind, if it is configured.
    #[must_use]
    pub fn get(&self, kind: MethodKind) -> Option<&Arc<dyn Method>> {
        self.by_kind.get(kind.as_str()).map(|entry| &entry.method)
    }

    /// The method whose provider posts to `/providers/{provider}/…`.
    #[must_use]
    pub fn of_provider(&self, provider: &str) -> Option<&Arc<dyn Method>> {
        self.by_kind.values().map(|entry| &entry.method).find(|method| method.provider() == provider)
    }

    /// Whether any configured method can charge the session, be its provider reachable today or not.
    #[must_use]
    pub fn can_charge(&self, session: &Session) -> bool {
        self.wanted(session).any(|entry| entry.method.offer(session).is_some())
    }

    /// What the buyer of a session may pick, in the shop's order; nothing whose provider refuses our credentials.
    #[must_use]
    pub fn offers(&self, session: &Session, now_ms: i64) -> Vec<MethodOffer> {
        let works = |entry: &&Entry| entry.refused_until_ms.load(Ordering::Relaxed) <= now_ms;
        self.wanted(session).filter(works).filter_map(|entry| entry.method.offer(session)).collect()
    }

    /// What the first method that knows something suggests for a session's forms.
    #[must_use]
    pub fn suggest(&self, session: &Session) -> Option<Suggested> {
        self.wanted(session).find_map(|entry| entry.method.suggest(session))
    }

    /// The methods that the shop wants for a session, in its order.
    fn wanted<'a>(&'a self, session: &'a Session) -> Box<dyn Iterator<Item = &'a Entry> + 'a> {
        match &session.methods {
            Some(kinds) => Box::new(kinds.iter().filter_map(|kind| self.by_kind.get(kind.as_str()))),
            None => Box::new(self.by_kind.values()),
        }
    }

    /// Whose scripts and frames a shop's page must let in, each once.
    #[must_use]
    pub fn page_sources(&self) -> Vec<String> {
        let mut sources: Vec<_> = self.by_kind.values().flat_map(|entry| entry.method.page_sources()).collect();
        sources.sort();
        sources.dedup();
        sources
    }

    /// Keeps buyers' logins alive, of every method that has some.
    pub async fn keep_logins(&self) {
        for entry in self.by_kind.values() {
            entry.method.keep_logins().await;
        }
    }

    /// Notes whether a provider takes our credentials, for the offer and for the operator.
    pub fn note_credentials(&self, kind: MethodKind, are_refused: bool, now_ms: i64) {
        let Some(entry) = self.by_kind.get(kind.as_str()) else { return };
        let until_ms = if are_refused { now_ms + WITHDRAWN_MS } else { 0 };
        let were_refused = entry.refused_until_ms.swap(until_ms, Ordering::Relaxed) > 0;
        let gauge = metrics::gauge!("umclique_credentials_refused", "method" => kind.as_str());
        gauge.set(if are_refused { 1.0 } else { 0.0 });
        if are_refused && !were_refused {
            tracing::error!(method = kind.as_str(), "the provider refuses our credentials; the method is withdrawn");
        }
    }
}

impl std::fmt::Debug for Methods {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.by_kind.keys()).finish()
    }
}
