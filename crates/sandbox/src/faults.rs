//! Scripted faults: control queues them, a provider takes the next one of its call. Provider-neutral; which calls a
//! provider has, and what each can suffer, is the provider's table of [`CallRule`]s.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::world::lock;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Executed, then the connection is closed without an answer.
    LostReply,
    /// Not executed; the connection is closed.
    Reset,
    /// Not executed; 500.
    Error500,
    /// Executed; 500.
    Error500Executed,
    /// Not executed; 502.
    Error502,
    /// Executed; 502.
    Error502Executed,
    /// Not executed; 503.
    Error503,
    /// Executed; 503.
    Error503Executed,
    /// Waits `delay_ms` of real time, then does what it should. For a callback: sent that much later.
    Delay,
    /// Executes, then waits `delay_ms` of real time before it answers.
    DelayExecuted,
    /// Executed; 200 with something that is not JSON.
    Garbage,
    /// Not executed; 429.
    RateLimited,
    /// Not executed; too many messages to one person.
    PairLimited,
    /// Not executed; 401.
    Unauthorized,
    /// Executed; the answer speaks of another amount.
    WrongAmount,
    /// Executed; the answer has a status nobody documented.
    UnknownStatus,
    /// Not executed; told that another request with its idempotency key is being processed.
    StillProcessing,
    /// Executed; told the same.
    StillProcessingExecuted,
    /// Not executed; the provider's own time is over.
    Timeout,
    /// Executed, and it stays so; the provider's own time is over.
    TimeoutExecuted,
    /// The provider's own time is over; executed afterwards, and then undone by the provider.
    LateSuccess,
    /// A callback that is never sent, and not tried again.
    Lose,
    /// A callback that is sent twice.
    Duplicate,
    /// A callback that is sent after the next one, or after `delay_ms` of real time (2 s unless told).
    Reorder,
    /// A callback that is accompanied by one about a payment that does not exist.
    Forge,
}

impl Fault {
    /// The faults an ordinary call can suffer, whatever it answers.
    pub(crate) const OF_ANY_CALL: [Self; 11] = [
        Self::LostReply,
        Self::Reset,
        Self::Error500,
        Self::Error500Executed,
        Self::Error502,
        Self::Error502Executed,
        Self::Delay,
        Self::DelayExecuted,
        Self::Garbage,
        Self::RateLimited,
        Self::Unauthorized,
    ];

    /// What else a call with an idempotency key can suffer.
    pub(crate) const OF_KEYED_CALLS: [Self; 2] = [Self::StillProcessing, Self::StillProcessingExecuted];

    /// How a call can outlast the provider's own patience.
    pub(crate) const OF_TIMEOUTS: [Self; 3] = [Self::Timeout, Self::TimeoutExecuted, Self::LateSuccess];

    /// The faults of a message from the provider to the merchant.
    pub(crate) const OF_CALLBACKS: [Self; 5] = [Self::Lose, Self::Duplicate, Self::Reorder, Self::Delay, Self::Forge];

    /// The name in control's JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LostReply => "lost_reply",
            Self::Reset => "reset",
            Self::Error500 => "error_500",
            Self::Error500Executed => "error_500_executed",
            Self::Error502 => "error_502",
            Self::Error502Executed => "error_502_executed",
            Self::Error503 => "error_503",
            Self::Error503Executed => "error_503_executed",
            Self::Delay => "delay",
            Self::DelayExecuted => "delay_executed",
            Self::Garbage => "garbage",
            Self::RateLimited => "rate_limited",
            Self::PairLimited => "pair_limited",
            Self::Unauthorized => "unauthorized",
            Self::WrongAmount => "wrong_amount",
            Self::UnknownStatus => "unknown_status",
            Self::StillProcessing => "still_processing",
            Self::StillProcessingExecuted => "still_processing_executed",
            Self::Timeout => "timeout",
            Self::TimeoutExecuted => "timeout_executed",
            Self::LateSuccess => "late_success",
            Self::Lose => "lose",
            Self::Duplicate => "duplicate",
            Self::Reorder => "reorder",
            Self::Forge => "forge",
        }
    }
}

/// One call of a provider and the faults it can play.
#[derive(Clone, Debug)]
pub(crate) struct CallRule {
    pub(crate) call: &'static str,
    pub(crate) faults: Vec<Fault>,
}

/// What control asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Script {
    call: String,
    fault: String,
    times: Option<u32>,
    delay_ms: Option<u64>,
}

/// A fault as it is played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scripted {
    pub(crate) fault: Fault,
    pub(crate) delay_ms: Option<u64>,
}

#[derive(Clone, Debug)]
struct Pending {
    provider: &'static str,
    call: &'static str,
    scripted: Scripted,
    times: u32,
}

/// A queued fault as control shows it.
#[derive(Debug, Serialize)]
pub(crate) struct PendingView {
    call: &'static str,
    fault: &'static str,
    times: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
}

/// The queue of all providers.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pending: Mutex<VecDeque<Pending>>,
}

impl Faults {
    /// Queues a fault, or says which names there are.
    pub(crate) fn add(&self, provider: &'static str, rules: &[CallRule], script: &Script) -> Result<(), String> {
        let Some(rule) = rules.iter().find(|rule| rule.call == script.call) else {
            let calls: Vec<_> = rules.iter().map(|rule| rule.call).collect();
            return Err(format!("unknown call `{}`; the calls are {}", script.call, calls.join(", ")));
        };
        let Some(fault) = rule.faults.iter().find(|fault| fault.name() == script.fault) else {
            let faults: Vec<_> = rule.faults.iter().map(|fault| fault.name()).collect();
            let (fault, call) = (&script.fault, rule.call);
            return Err(format!("unknown fault `{fault}` for `{call}`; its faults are {}", faults.join(", ")));
        };
        let times = script.times.unwrap_or(1);
        if times == 0 {
            return Err("times must be at least 1".to_owned());
        }
        if matches!(fault, Fault::Delay | Fault::DelayExecuted) && script.delay_ms.is_none() {
            return Err(format!("`{}` needs delay_ms", fault.name()));
        }
        let scripted = Scripted { fault: *fault, delay_ms: script.delay_ms };
        lock(&self.pending).push_back(Pending { provider, call: rule.call, scripted, times });
        Ok(())
    }

    /// The next fault of a call, used up by asking.
    pub(crate) fn take(&self, provider: &str, call: &str) -> Option<Scripted> {
        let mut pending = lock(&self.pending);
        let index = pending.iter().position(|next| next.provider == provider && next.call == call)?;
        let next = pending.get_mut(index)?;
        next.times -= 1;
        let scripted = next.scripted;
        if next.times == 0 {
            pending.remove(index);
        }
        Some(scripted)
    }

    /// What is still queued, in order.
    pub(crate) fn list(&self, provider: &str) -> Vec<PendingView> {
        let pending = lock(&self.pending);
        let of_provider = pending.iter().filter(|next| next.provider == provider);
        of_provider
            .map(|next| PendingView {
                call: next.call,
                fault: next.scripted.fault.name(),
                times: next.times,
                delay_ms: next.scripted.delay_ms,
            })
            .collect()
    }

    /// Forgets what is queued for one provider, or for all.
    pub(crate) fn clear(&self, provider: Option<&str>) {
        lock(&self.pending).retain(|next| provider.is_some_and(|provider| next.provider != provider));
    }
}
