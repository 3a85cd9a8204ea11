//! From a snapshot to the stage it means, and from a change of stage to what follows of itself.
//!
//! Called by `update`. Decides nothing about money: it only reads what the server decided.

use super::effect::{Effect, PageEvent};
use super::frame::{Ask, Breakage, Hand};
use super::sent::Doubt;
use super::state::{Look, Notice, Snapshot, State, Trouble};
use super::visit::{Trip, safe_url};
use umclique_wire::{AttemptStatus, FailureCode, MethodKind, NextAction, ProcessingReason, SessionStatus, SessionView};

/// The only provider whose frame this version can put up.
const WIDGET_PROVIDER: &str = "april";

/// The only messenger in which this version can ask a buyer to confirm.
const CHANNEL: &str = "whatsapp";

/// The stage that a snapshot means by itself.
#[must_use]
pub(super) fn place(view: Snapshot) -> State {
    match view.status {
        SessionStatus::RequiresPaymentMethod => place_choice(view),
        SessionStatus::RequiresAction => place_action(view),
        SessionStatus::Processing if view.reason == Some(ProcessingReason::Closing) => {
            State::Closing { view, cancel: None, renew: None }
        }
        SessionStatus::Processing => State::Waiting { view, look: Look::Idle },
        SessionStatus::RequiresCapture => State::Authorized { view },
        SessionStatus::Succeeded => State::Paid { view },
        SessionStatus::Canceled => State::Canceled { view },
        SessionStatus::Expired => State::Expired { view },
    }
}

fn place_choice(view: Snapshot) -> State {
    let knows_one = view.methods.iter().any(crate::methods::has_form);
    match (knows_one, view.methods.is_empty()) {
        (true, _) => {
            let notice = last_failure(&view);
            State::Choosing { view, notice }
        }
        (false, false) => State::Outdated { view },
        (false, true) => State::Failed { view },
    }
}

fn last_failure(view: &SessionView) -> Option<Notice> {
    let code = view.last_error.as_ref()?.code;
    // The buyer's own "pay another way" needs no explanation. Who comes back from a page where they refused reads that nothing was charged.
    let is_visit = view.attempt.as_ref().is_some_and(|attempt| attempt.method == MethodKind::PicpayWallet);
    (code != FailureCode::Canceled || is_visit).then_some(Notice::Failed(code))
}

fn place_action(view: Snapshot) -> State {
    let (Some(action), Some(attempt)) = (&view.next_action, &view.attempt) else {
        // The action is not made yet, or was just done: the next snapshot tells.
        return State::Waiting { view, look: Look::Idle };
    };
    let (widget, is_challenge) = match action {
        action if is_awaited(action) => {
            let attempt = attempt.id.clone();
            return State::Acting { view, attempt, look: Look::Idle };
        }
        NextAction::CollectToken(widget) => (widget, false),
        NextAction::Challenge(challenge) => (&challenge.widget, true),
        NextAction::Redirect(_) if safe_url(Some(action)).is_some() => {
            let ask = Ask::of(attempt, false);
            return State::Visiting { view, ask, trip: Trip::Looking };
        }
        NextAction::ShowQr(_) | NextAction::Redirect(_) | NextAction::AwaitBuyer(_) | NextAction::Unknown => {
            return State::Outdated { view };
        }
    };
    if widget.provider != WIDGET_PROVIDER {
        return State::Outdated { view };
    }
    let ask = Ask::of(attempt, is_challenge);
    let notice = last_failure(&view).filter(|_| !is_challenge);
    State::Framed { view, ask, hand: Hand::Loading, notice }
}

/// A code that can be shown, or an order in a messenger that this version knows.
fn is_awaited(action: &NextAction) -> bool {
    match action {
        NextAction::ShowQr(qr) => qr.payload.is_some() || qr.image.is_some(),
        NextAction::AwaitBuyer(order) => order.channel == CHANNEL,
        _ => false,
    }
}

/// What a change of stage brings with it, whatever caused it.
#[must_use]
pub(super) fn consequences(old: &State, new: &State) -> Vec<Effect> {
    let mut effects = Vec::new();
    match (old.is_watching(), new.is_watching()) {
        (false, true) => effects.push(Effect::OpenStatus),
        (true, false) => effects.push(Effect::CloseStatus),
        (true, true) | (false, false) => {}
    }
    effects.extend(clock(old, new));
    effects.extend(frame(old, new));
    effects.extend(look_back(old, new));
    if let (State::Loading { .. } | State::Idle | State::Stuck { .. }, Some(view)) = (old, new.snapshot()) {
        effects.push(Effect::Emit(PageEvent::Ready { session: view.id.clone() }));
    }
    effects.extend(news(old, new).into_iter().map(Effect::Emit));
    effects
}

fn clock(old: &State, new: &State) -> Option<Effect> {
    let running = |state: &State| match state {
        State::Acting { attempt, view, .. } => {
            let expires_at = match view.next_action.as_ref()? {
                NextAction::ShowQr(qr) => &qr.expires_at,
                NextAction::AwaitBuyer(order) => &order.expires_at,
                _ => return None,
            };
            Some((attempt.clone(), expires_at.clone()))
        }
        _ => None,
    };
    match (running(old), running(new)) {
        (before, Some((attempt, expires_at))) if before.as_ref() != Some(&(attempt.clone(), expires_at.clone())) => {
            let server_time = new.snapshot().map(|view| view.server_time.clone()).unwrap_or_default();
            Some(Effect::StartClock { attempt, expires_at, server_time })
        }
        (Some(_), None) => Some(Effect::StopClock),
        _ => None,
    }
}

/// A frame leaves the page with its attempt, and a question that has no frame yet gets one.
fn frame(old: &State, new: &State) -> Vec<Effect> {
    let mut effects = Vec::new();
    if old.frame_of().is_some() && old.frame_of() != new.frame_of() {
        effects.push(Effect::DropWidget);
    }
    if let State::Framed { view, ask, hand: Hand::Loading, .. } = new
        && !matches!(old, State::Framed { ask: before, hand: Hand::Loading, .. } if before == ask)
    {
        effects.push(Effect::ShowWidget { ask: ask.clone(), view: view.clone() });
    }
    effects
}

/// A question that a visit answers may have its answer in this page's address.
fn look_back(old: &State, new: &State) -> Option<Effect> {
    let looks = |state: &State| match state {
        State::Visiting { ask, trip: Trip::Looking, .. } => Some(ask.clone()),
        _ => None,
    };
    let ask = looks(new).filter(|ask| looks(old).as_ref() != Some(ask))?;
    Some(Effect::Visit { ask, url: None })
}

fn news(old: &State, new: &State) -> Vec<PageEvent> {
    let mut news = Vec::new();
    if let State::Stuck { trouble, .. } = new
        && !matches!(old, State::Stuck { trouble: before, .. } if before == trouble)
    {
        let code = match trouble {
            Trouble::Unreachable => "network",
            Trouble::NotFound => "session-not-found",
        };
        news.push(PageEvent::Error { code });
    }
    if matches!(new, State::Outdated { .. }) && !matches!(old, State::Outdated { .. }) {
        news.push(PageEvent::Error { code: "update-needed" });
    }
    if let Some(why) = broken_frame(new)
        && broken_frame(old).is_none()
    {
        let code = match why {
            Breakage::Script => "script-failed",
            Breakage::Blocked => "script-blocked",
            Breakage::Widget => "widget-failed",
            Breakage::Place => "widget-misplaced",
        };
        news.push(PageEvent::Error { code });
    }
    let Some(view) = new.snapshot() else { return news };
    let session = view.id.clone();
    if old.snapshot().map(|view| facts(view)) != Some(facts(view)) || old.screen() != new.screen() {
        let attempt = view.attempt.as_ref().map(|attempt| (attempt.id.clone(), attempt.method, attempt.status));
        let (status, screen) = (view.status, new.screen());
        news.push(PageEvent::Change { session: session.clone(), status, screen, attempt });
    }
    let attempt = view.attempt.as_ref().map(|attempt| attempt.id.clone());
    if matches!(new, State::Paid { .. }) && !matches!(old, State::Paid { .. }) {
        news.push(PageEvent::Paid { session: session.clone(), attempt: attempt.clone() });
    }
    if let Some(code) = failed_just_now(old, new) {
        news.push(PageEvent::Failed { session, attempt, code });
    }
    news
}

/// What a page can see of a snapshot; it hears of a change of these.
fn facts(view: &SessionView) -> (SessionStatus, Option<(&str, AttemptStatus)>) {
    (view.status, view.attempt.as_ref().map(|attempt| (attempt.id.as_str(), attempt.status)))
}

fn broken_frame(state: &State) -> Option<Breakage> {
    match state {
        State::Framed { notice: Some(Notice::FrameBroken(why)), .. } => Some(*why),
        _ => None,
    }
}

/// An attempt was under way on this page and has ended without a payment, or its last step has.
fn failed_just_now(old: &State, new: &State) -> Option<FailureCode> {
    let was_under_way =
        old.is_watching() || matches!(old, State::Confirming { doubt: Doubt::None | Doubt::Lost { .. }, .. });
    match new {
        State::Framed { ask, notice: Some(Notice::Failed(code)), .. } => {
            let is_news = match old {
                State::Framed { ask: before, .. } => !before.is_same_question(ask),
                State::Resuming { resume, .. } => !resume.ask.is_same_question(ask),
                State::Waiting { .. } => true,
                _ => false,
            };
            is_news.then_some(*code)
        }
        State::Choosing { view, notice: Some(Notice::Failed(code)) } if was_under_way && view.last_error.is_some() => {
            Some(*code)
        }
        State::Failed { view } | State::Canceled { view } | State::Expired { view } if was_under_way => {
            view.last_error.as_ref().map(|failure| failure.code)
        }
        _ => None,
    }
}
