//! WhatsApp as a buyer meets it: a stored card in the checkout, and the order in the chat. Used by the journeys that end in a chat.
//!
//! The ids are those of the sandbox's chat, where the buyer stands in for a person with a phone.

use crate::World;
use crate::checkout::Checkout;
use crate::page;
use crate::wait::until;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

/// The last digits of a card that pays.
pub const PAYS: &str = "4242";
/// The last digits of a card that is declined.
pub const DECLINED: &str = "0002";
/// Ana's number, as WhatsApp writes it.
pub const PHONE: &str = "5511999990000";

/// Ana's chat with the shop, in a tab of its own.
pub struct Chat<'a> {
    world: &'a World,
    chat: WindowHandle,
    shop: WindowHandle,
}

impl<'a> Chat<'a> {
    /// Opens the chat; the shop stays the current tab.
    pub async fn open(world: &'a World) -> Self {
        let url = world.sandbox_page(&format!("/_buyer/whatsapp?phone={PHONE}"));
        let shop = world.browser.open_tab(&url).await;
        let chat = world.browser.client.window().await.expect("a tab");
        world.browser.switch_to(shop.clone()).await;
        Self { world, chat, shop }
    }

    /// Does something in the chat, and comes back to the shop.
    pub async fn visit<R>(&self, act: impl AsyncFnOnce() -> R) -> R {
        self.world.browser.switch_to(self.chat.clone()).await;
        let done = act().await;
        self.world.browser.switch_to(self.shop.clone()).await;
        done
    }

    /// What the newest order's bubble says, once it says this.
    pub async fn says(&self, words: &str) -> String {
        self.visit(async || {
            until(&format!("the order in the chat says {words:?}"), async || {
                let look = "return [...document.querySelectorAll('#chat li[data-order]')].at(-1)?.textContent ?? ''";
                let said = self.world.browser.run(look, vec![]).await;
                said.as_str().filter(|said| said.contains(words)).map(str::to_owned)
            })
            .await
        })
        .await
    }

    /// Reviews the newest order and sends the payment.
    pub async fn pay(&self) {
        self.says("Review and pay").await;
        self.visit(async || {
            let browser = &self.world.browser;
            let newest = "return [...document.querySelectorAll('#chat button[data-review]:enabled')].at(-1)?.dataset.review ?? null";
            let order = until("the order can be reviewed", async || {
                browser.run(newest, vec![]).await.as_str().map(str::to_owned)
            });
            browser.click(&format!("button[data-review='{}']", order.await)).await;
            browser.click("#send-payment").await;
        })
        .await;
    }
}

impl Checkout<'_> {
    /// Picks WhatsApp with the card that ends so.
    pub async fn choose_card(&self, last_four: &str) {
        self.wait_for(&["choosing"]).await;
        let pick = "const rows = [...root.querySelectorAll('[part~=method-whatsapp]')];
            const row = rows.find((row) => row.textContent.includes(arguments[1]));
            return row ? { all: rows.length, isChosen: row.querySelector('input').checked, at: rows.indexOf(row) } : null";
        until(&format!("the card {last_four} is chosen"), async || {
            let row = self.eval(pick, json!(last_four)).await;
            if row["isChosen"] == json!(true) {
                return Some(());
            }
            let find = "return [...root.querySelectorAll('[part~=method-whatsapp]')][arguments[1]]";
            self.element(find, row.get("at")?.clone()).await?.click().await.ok()?;
            None
        })
        .await;
    }

    /// Picks WhatsApp with the card that ends so, and presses pay: the order goes to the chat.
    pub async fn send_order(&self, last_four: &str) {
        self.choose_card(last_four).await;
        self.click("pay").await;
        self.wait_for(&["await"]).await;
    }
}

impl World {
    /// Opens the shop in English as Ana, who stores the cards that end so, and checks out for BRL 60.00. Gives the order's reference.
    pub async fn check_out_with_cards(&self, query: &str, last_fours: &[&str]) -> String {
        self.browser.open(&self.page(&format!("/{query}"))).await;
        page::sign_in(&self.browser).await;
        for last_four in last_fours {
            self.browser.click(&format!("[data-card='{last_four}'][data-deed=store]")).await;
            let stored = format!("[data-card='{last_four}'][data-deed=forget]");
            self.browser.text(&stored).await;
        }
        page::put_in_cart(&self.browser, "flask").await;
        self.browser.click("#checkout").await;
        page::reference(&self.browser).await
    }

    /// What the card processor knows of a payment, the newest first.
    pub async fn psp_charges(&self) -> Vec<Value> {
        let list = self.sandbox.get("/_control/psp/charges").await;
        list["data"].as_array().cloned().expect("a list")
    }

    /// The orders that were sent to chats, with what became of them.
    pub async fn chat_orders(&self) -> Vec<Value> {
        let list = self.sandbox.get("/_control/whatsapp/orders").await;
        list["data"].as_array().cloned().expect("a list")
    }
}
