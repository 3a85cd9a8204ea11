//! The GET that asks an address whether it belongs to the shop. Nothing is sent there before it answered with the challenge.
//! Source: WhatsApp Cloud API "Create a webhook endpoint". Meta asks when the address is saved; here it is asked before the
//! first message, so that the shop's server may be started later.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use super::PROVIDER;
use super::calls::VERIFY;
use crate::deliveries::{Gate, Opening};
use crate::world::World;

/// How long an address may take, in real time.
const PATIENCE: Duration = Duration::from_secs(10);

/// One address and its word.
#[derive(Debug)]
pub(super) struct Verification {
    world: Arc<World>,
    pub(super) url: Arc<str>,
    pub(super) verify_token: String,
    done: OnceCell<()>,
}

impl Verification {
    /// An address that was not asked yet.
    pub(super) fn new(world: Arc<World>, url: &str, verify_token: &str) -> Self {
        Self { world, url: url.into(), verify_token: verify_token.to_owned(), done: OnceCell::new() }
    }

    /// Asks now; the status that was answered, and whether the body was the bare challenge.
    pub(super) async fn ask(&self, client: &reqwest::Client, verify_token: &str) -> (Option<u16>, bool) {
        let challenge = (self.world.ids.number() % 9_000_000_000 + 1_000_000_000).to_string();
        let query = [("hub.mode", "subscribe"), ("hub.challenge", &challenge), ("hub.verify_token", verify_token)];
        let mut status = None;
        let mut is_echoed = false;
        if let Ok(url) = reqwest::Url::parse_with_params(&self.url, query)
            && let Ok(response) = client.get(url).timeout(PATIENCE).send().await
        {
            status = Some(response.status().as_u16());
            is_echoed = status == Some(200) && response.text().await.is_ok_and(|body| body == challenge);
        }
        self.world.note_call(PROVIDER, VERIFY, self.url.to_string(), status, None);
        (status, is_echoed)
    }

    async fn settle(&self, client: &reqwest::Client) -> Result<(), ()> {
        let (_, is_echoed) = self.ask(client, &self.verify_token).await;
        if is_echoed { Ok(()) } else { Err(()) }
    }
}

impl Gate for Verification {
    fn open<'a>(&'a self, client: &'a reqwest::Client) -> Opening<'a> {
        Box::pin(async move { self.done.get_or_try_init(|| self.settle(client)).await.is_ok() })
    }
}
