//! Buyers by their numbers: whom a message reaches, whom the shop may write to, and how they are called.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::chats::Bubble;
use super::errors::{CANNOT_RECEIVE, UNDELIVERABLE, UNSUPPORTED};
use super::message::Content;
use super::settings::{Settings, WindowDefault};

/// What one chat keeps; older bubbles scroll away.
const KEPT_BUBBLES: usize = 500;
const HOUR_MS: i64 = 3_600_000;

/// Whether messages come through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reach {
    Ok,
    /// 131026, whatever is sent.
    NotOnWhatsapp,
    /// 131051 for orders and their statuses.
    Unsupported,
    /// 2040 for orders and their statuses.
    CannotReceive,
}

impl Reach {
    /// What a number says of itself, without the ninth digit.
    fn of(key: &str) -> Self {
        match key {
            "551100000026" => Self::NotOnWhatsapp,
            "551100000051" => Self::Unsupported,
            "551100002040" => Self::CannotReceive,
            _ => Self::Ok,
        }
    }

    /// The refusal's code, if any.
    pub(super) fn refusal(self, content: &Content) -> Option<u32> {
        match self {
            Self::NotOnWhatsapp => Some(UNDELIVERABLE),
            Self::Unsupported if content.is_about_orders() => Some(UNSUPPORTED),
            Self::CannotReceive if content.is_about_orders() => Some(CANNOT_RECEIVE),
            _ => None,
        }
    }
}

/// A person with a phone.
#[derive(Clone, Debug)]
pub(super) struct Buyer {
    /// As WhatsApp last gave the number back.
    pub(super) wa_id: String,
    pub(super) name: String,
    pub(super) reach: Reach,
    pub(super) last_inbound_ms: Option<i64>,
    /// How many messages may still go at once, and since when that was counted.
    pub(super) allowance: Option<(u16, i64)>,
    bubbles: VecDeque<Bubble>,
}

impl Buyer {
    /// Somebody who was never heard of.
    pub(super) fn new(key: &str, wa_id: String) -> Self {
        // Names with letters that JSON may escape.
        const NAMES: [&str; 4] = ["Ana", "João Conceição", "Zoë Müller", "André Assunção"];
        let sum: usize = key.bytes().map(usize::from).sum();
        let name = if key == "551199990000" { NAMES[0] } else { NAMES[sum % NAMES.len()] };
        Self {
            wa_id,
            name: name.to_owned(),
            reach: Reach::of(key),
            last_inbound_ms: None,
            allowance: None,
            bubbles: VecDeque::new(),
        }
    }

    /// The id that stands for the person where the number is kept back.
    pub(super) fn user_id(&self) -> String {
        let sum =
            self.wa_id.bytes().fold(0x00c0_ffee_u64, |sum, byte| sum.wrapping_mul(1_099_511_628_211) ^ u64::from(byte));
        format!("BR.{}", 10_000_000_000_000_000 + sum % 10_000_000_000_000_000)
    }

    /// Whether the shop may send more than templates.
    pub(super) fn is_window_open(&self, settings: &Settings, now_ms: i64) -> bool {
        let Some(last_ms) = self.last_inbound_ms else { return settings.window_default == WindowDefault::Open };
        now_ms - last_ms < i64::from(settings.window_hours) * HOUR_MS
    }

    /// Puts a bubble under the others.
    pub(super) fn add(&mut self, bubble: Bubble) {
        if self.bubbles.len() == KEPT_BUBBLES {
            self.bubbles.pop_front();
        }
        self.bubbles.push_back(bubble);
    }

    /// The chat, oldest first.
    pub(super) fn bubbles(&self) -> impl Iterator<Item = &Bubble> {
        self.bubbles.iter()
    }

    /// One bubble.
    pub(super) fn bubble_mut(&mut self, wamid: &str) -> Option<&mut Bubble> {
        self.bubbles.iter_mut().rev().find(|bubble| bubble.wamid == wamid)
    }
}
