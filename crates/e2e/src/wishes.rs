//! What a test wants of server and sandbox beyond the usual. Used by the worlds that have a server.

use crate::http::Api;
use serde_json::json;

/// What a test wants beyond ePag and April as they usually are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes {
    /// 3-D Secure is asked for with every card.
    pub requests_3ds: bool,
    /// The browser is told what April's script must be, and runs no other.
    pub pins_script: bool,
    /// The PicPay wallet is offered.
    pub wallet: Option<Edition>,
    /// Buyers with a stored card may confirm in WhatsApp.
    pub whatsapp: bool,
}

/// An edition of PicPay 1-Click, for server and sandbox alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// Since October 2024.
    Current,
    /// July 2022 to March 2024.
    Legacy,
}

impl Edition {
    /// Every edition.
    pub const ALL: [Self; 2] = [Self::Current, Self::Legacy];

    /// As server and sandbox call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Legacy => "legacy",
        }
    }
}

impl Wishes {
    /// The wallet as it is today.
    #[must_use]
    pub fn wallet() -> Self {
        Self { wallet: Some(Edition::Current), ..Self::default() }
    }

    /// WhatsApp, and the shop's card processor behind it.
    #[must_use]
    pub fn whatsapp() -> Self {
        Self { whatsapp: true, ..Self::default() }
    }

    /// The settings by which the server does it.
    pub(crate) async fn settings(self, sandbox: &Api) -> Vec<(&'static str, String)> {
        let mut settings = Vec::new();
        if self.requests_3ds {
            settings.push(("UMCLIQUE_APRIL_REQUEST_3DS", "true".to_owned()));
        }
        if self.pins_script {
            let script = sandbox.get("/_control/april/script").await;
            let integrity = script["integrity"].as_str().expect("the sandbox knows its script").to_owned();
            settings.push(("UMCLIQUE_APRIL_SCRIPT_INTEGRITY", integrity));
        }
        if let Some(edition) = self.wallet {
            settings.extend([
                ("UMCLIQUE_PICPAY_BASE_URL", format!("{}/picpay", sandbox.base())),
                ("UMCLIQUE_PICPAY_CLIENT_ID", "picpay_demo_client".to_owned()),
                ("UMCLIQUE_PICPAY_CLIENT_SECRET", "picpay_demo_secret".to_owned()),
                ("UMCLIQUE_PICPAY_API_KEY", "picpay_demo_api_key".to_owned()),
                ("UMCLIQUE_PICPAY_EDITION", edition.as_str().to_owned()),
                ("UMCLIQUE_VAULT_KEYS", "k1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=".to_owned()),
            ]);
        }
        if self.whatsapp {
            settings.extend([
                ("UMCLIQUE_WHATSAPP_BASE_URL", format!("{}/whatsapp", sandbox.base())),
                ("UMCLIQUE_WHATSAPP_PHONE_NUMBER_ID", "100000000000001".to_owned()),
                ("UMCLIQUE_WHATSAPP_ACCESS_TOKEN", "whatsapp_demo_token".to_owned()),
                ("UMCLIQUE_WHATSAPP_APP_SECRET", "whatsapp_demo_app_secret".to_owned()),
                ("UMCLIQUE_WHATSAPP_VERIFY_TOKEN", "whatsapp_demo_verify_token".to_owned()),
                ("UMCLIQUE_WHATSAPP_DISPLAY_NUMBER", "+551130000000".to_owned()),
                ("UMCLIQUE_PSP_BASE_URL", format!("{}/psp", sandbox.base())),
                ("UMCLIQUE_PSP_TOKEN", "psp_demo_token".to_owned()),
                ("UMCLIQUE_PSP_WEBHOOK_SECRET", "psp_demo_webhook_secret".to_owned()),
            ]);
        }
        settings
    }

    /// Tells the sandbox where the server is, as a shop tells its providers in their panels.
    pub(crate) async fn introduce(self, sandbox: &Api, server_url: &str) {
        if let Some(edition) = self.wallet {
            let callback = format!("{server_url}/providers/picpay/callback");
            let settings = json!({ "redirect_uris": [callback], "edition": edition.as_str() });
            sandbox.post("/_control/picpay/settings", settings).await;
        }
        if self.whatsapp {
            let webhooks = format!("{server_url}/providers/whatsapp");
            let url = json!({ "webhook_url": format!("{webhooks}/webhook") });
            sandbox.post("/_control/whatsapp/settings", url).await;
            sandbox.post("/_control/psp/settings", json!({ "webhook_url": format!("{webhooks}/psp") })).await;
        }
    }
}
