//! The payment methods, behind one trait. A method speaks to its provider and tells what it saw; it decides no status,
//! writes no row and keeps nothing about a payment in memory.

pub mod april;
mod http_client;
mod notice;
mod outcome;
pub mod picpay_qr;
pub mod picpay_wallet;
mod registry;
pub mod whatsapp;

pub use notice::{Heard, NewMessage, Notice, OrderStatus, Reaction, Taken};
pub use outcome::{Asked, NotSent, Observation, Outcome, RefundSeen, RefundState, Rejection, Unanswered};
pub use registry::Methods;

use crate::error::Error;
use crate::store::grants::Returned;
use crate::store::messages::Message;
use crate::store::{Attempt, Operation, Session};
use async_trait::async_trait;
use std::net::IpAddr;
use umclique_wire::{
    AttemptId, ConfirmRequest, FieldProblem, MethodKind, MethodOffer, Money, ResumeRequest, Suggested,
};

/// The buyer pressed pay.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// The session, with what the shop and we know of the buyer.
    pub session: &'a Session,
    /// The method and what the buyer typed.
    pub request: &'a ConfirmRequest,
    /// Where the buyer's request came from.
    pub address: IpAddr,
    /// Business time.
    pub now_ms: i64,
}

/// The buyer brought back what the attempt's `next_action` asked for.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The attempt; it names `next_action` still.
    pub attempt: &'a Attempt,
    /// What the browser sent. Its attempt and round are known to fit.
    pub request: &'a ResumeRequest,
    /// What a browser that came back from the provider in this round left behind.
    pub returned: Option<&'a Returned>,
}

/// A browser that comes back from the provider's page.
#[derive(Clone, PartialEq, Eq)]
pub struct Visit {
    /// The attempt that it went for.
    pub attempt: AttemptId,
    /// In which round.
    pub round: u32,
    /// What it brings; `None`: the buyer refused, or the provider did.
    pub code: Option<String>,
}

/// Never shows a code.
impl std::fmt::Debug for Visit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visit").field("attempt", &self.attempt).field("round", &self.round).finish_non_exhaustive()
    }
}

/// A payment at the provider: the attempt's own, or another one that the provider made under its reference.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The attempt that it belongs to.
    pub attempt: &'a Attempt,
    /// The provider's own id of it.
    pub reference: &'a str,
}

/// Money to give back.
#[derive(Clone, Copy, Debug)]
pub struct RefundOrder<'a> {
    /// Our id of the refund, the same on every try.
    pub id: &'a str,
    /// How much.
    pub amount: Money,
}

/// Something that was heard, and how the attempt that it is about stands.
#[derive(Clone, Copy, Debug)]
pub struct Ear<'a> {
    /// What a kept post said.
    pub word: &'a serde_json::Value,
    /// The attempt that it is about.
    pub attempt: &'a Attempt,
    /// Its session, with what the shop and we know of the buyer.
    pub session: &'a Session,
    /// The attempt waits for its buyer, nobody wants it closed, and the session's time is not over.
    pub is_open: bool,
    /// Business time.
    pub now_ms: i64,
}

/// Something that happened to a payment, of which its buyer may be told where they pay.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The shop's event, as in `payment.succeeded`.
    pub event: &'a str,
    /// The attempt as it stands now.
    pub attempt: &'a Attempt,
    /// Its session.
    pub session: &'a Session,
    /// The refund that the event is about.
    pub refund: Option<&'a Operation>,
}

/// What a shop wants its buyer to be told of an order.
#[derive(Clone, Copy, Debug)]
pub struct OrderNews<'a> {
    /// The attempt that paid it.
    pub attempt: &'a Attempt,
    /// What was told, or will be, oldest first.
    pub told: &'a [Message],
    /// Where the order stands.
    pub status: OrderStatus,
    /// In the shop's words.
    pub description: Option<&'a str>,
    /// Names this wish, the same on every retry.
    pub name: &'a str,
}

/// What a confirm turns into before anything is sent.
#[derive(Clone, PartialEq)]
pub struct Prepared {
    /// Everything that `send` needs beside the attempt itself; stored with it.
    pub details: serde_json::Value,
    /// Until when a payment made by this attempt could still surprise us.
    pub watch_until_ms: i64,
    /// The buyer takes back the link that this method has to them.
    pub forgets_link: bool,
}

/// Never shows who pays.
impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("watch_until_ms", &self.watch_until_ms).finish_non_exhaustive()
    }
}

/// What a method can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Reserve now, capture later.
    pub manual_capture: bool,
    /// Capture less than was reserved.
    pub partial_capture: bool,
    /// Give up what was reserved, before it lapses by itself.
    pub void: bool,
    /// Give back less than was captured.
    pub partial_refund: bool,
}

/// A payment method: what it offers, and how its provider is spoken to. No call repeats itself once it may have arrived.
#[async_trait]
pub trait Method: Send + Sync + 'static {
    /// Which method this is.
    fn kind(&self) -> MethodKind;

    /// The provider's name in the path of its notices.
    fn provider(&self) -> &'static str;

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// Whose script and frames a shop's page must let in for it: sources of a Content-Security-Policy.
    fn page_sources(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether it fits the session, and what its form must ask for.
    fn offer(&self, session: &Session) -> Option<MethodOffer>;

    /// What a form may begin with, of what the session lacks: what an account that the buyer linked says of its owner.
    fn suggest(&self, session: &Session) -> Option<Suggested> {
        let _ = session;
        None
    }

    /// Checks the buyer's details together with the session's.
    fn prepare(&self, press: &Press<'_>) -> Result<Prepared, Vec<FieldProblem>>;

    /// Checks what the buyer brought back, and turns it into what the next `send` needs: the attempt's new details.
    fn resume(&self, answer: &Answer<'_>) -> Result<serde_json::Value, Error> {
        let _ = answer;
        Err(Error::NotAsked)
    }

    /// The same where the buyer came back in another browser than the one that began, and pressed pay on the server's own
    /// page there. What comes of it must link nobody: who began may have passed the provider's address on.
    fn pay_elsewhere(&self, attempt: &Attempt, returned: &Returned) -> Result<serde_json::Value, Error> {
        let (_, _) = (attempt, returned);
        Err(Error::NotAsked)
    }

    /// Sends what the attempt's round needs: in round 0 it creates the payment, later it goes on with what the buyer
    /// brought back. The attempt's id is the reference, and is on disk already, as are its details.
    async fn send(&self, attempt: &Attempt) -> Outcome<Observation>;

    /// Whether what the attempt sends now moves no money and leaves nothing behind that could: then it is sent again after
    /// a crash, and nobody has to be asked first.
    fn is_harmless(&self, attempt: &Attempt) -> bool {
        let _ = attempt;
        false
    }

    /// Sends the very same again, after its answer was lost, under a name by which the provider tells a repetition: what it
    /// refuses now, it refused then. `None`: there is no such name, or what was answered proves nothing about the first one.
    async fn repeat(&self, attempt: &Attempt) -> Option<Outcome<Observation>> {
        let _ = attempt;
        None
    }

    /// Asks what became of the attempt: by the provider's id where it is known, else by our reference.
    /// An empty list: the provider knows nothing of it. There may be several.
    async fn find(&self, attempt: &Attempt) -> Result<Vec<Observation>, Unanswered>;

    /// Asks the provider to close a payment that is not captured. Safe to repeat. Only a query tells whether it did.
    async fn cancel(&self, target: Target<'_>) -> Outcome<()>;

    /// Captures what was reserved. Only a query tells when it is done.
    async fn capture(&self, target: Target<'_>, amount: Money) -> Outcome<()>;

    /// Gives money back.
    async fn refund(&self, target: Target<'_>, order: RefundOrder<'_>) -> Outcome<RefundSeen>;

    /// All refunds of a payment: the snapshot before a send, and the evidence after a lost answer.
    async fn list_refunds(&self, target: Target<'_>) -> Result<Vec<RefundSeen>, Unanswered>;

    /// One refund; `None` where the provider does not know it.
    async fn find_refund(&self, target: Target<'_>, refund: &str) -> Result<Option<RefundSeen>, Unanswered>;

    /// The most bytes that its provider posts at once.
    fn notice_bytes(&self) -> usize {
        16 * 1024
    }

    /// What a provider's post is to us.
    fn take(&self, notice: Notice<'_>) -> Taken;

    /// The bare answer to a provider that asks by this query whether the address of its posts is ours.
    fn subscribed(&self, query: &str) -> Option<String> {
        let _ = query;
        None
    }

    /// All that a kept post says about attempts of ours, in its order. An error: it cannot be read, and never will be.
    fn heard(&self, body: &str) -> Result<Vec<Heard>, String> {
        let _ = body;
        Ok(Vec::new())
    }

    /// What is to be done about something that was heard. Pure.
    fn react(&self, ear: Ear<'_>) -> Reaction {
        let _ = ear;
        Reaction::Nothing
    }

    /// What the buyer is told where they pay, if anything. Pure: it is kept together with what happened.
    fn told_of(&self, occasion: Occasion<'_>) -> Option<NewMessage> {
        let _ = occasion;
        None
    }

    /// What the buyer is told because the shop says so, if the order can go that way.
    fn order_news(&self, news: OrderNews<'_>) -> Result<NewMessage, Error> {
        let _ = news;
        Err(Error::NotPossible("the buyer of this payment has no order to look at".to_owned()))
    }

    /// Sends a message that was kept. It may arrive twice, and asks for no money.
    async fn tell(&self, attempt: &Attempt, message: &Message) -> Outcome<()> {
        let (_, _) = (attempt, message);
        Outcome::Accepted(())
    }

    /// What a browser that comes back with this query went for, if it says so in a way that only we can have made.
    fn came_back(&self, query: &str) -> Option<Visit> {
        let _ = query;
        None
    }

    /// Turns what a browser brought back into a login of its buyer's, and answers the id under which it is kept. Charges
    /// nothing and links nobody.
    async fn redeem(&self, code: &str) -> Result<String, Unanswered> {
        let _ = code;
        Err(Unanswered { detail: "this method has no login of buyers".to_owned(), is_credentials: false })
    }

    /// Keeps the logins of buyers alive that are needed and would end soon.
    async fn keep_logins(&self) {}
}
