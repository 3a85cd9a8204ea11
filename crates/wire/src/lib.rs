//! Types that the component and the server both speak: money, ids, the session as the buyer sees it, problems.
//!
//! Used by the component in WebAssembly and by the server. Does no I/O, reads no clock and knows no provider.

pub mod action;
pub mod attempt;
pub mod confirm;
pub mod failure;
pub mod ids;
pub mod money;
pub mod problem;
pub mod resume;
pub mod session;
pub mod tax_id;

pub use action::{AwaitBuyer, Challenge, Delivery, NextAction, Redirect, ShowQr, Widget, WidgetBuyer};
pub use attempt::{AttemptStatus, AttemptView};
pub use confirm::{
    AprilDetails, CancelRequest, ConfirmRequest, MethodKind, PicpayQrDetails, PicpayWalletDetails, WhatsappDetails,
};
pub use failure::{Failure, FailureCode};
pub use ids::{AttemptId, CredentialId, EventId, IdError, RefundId, SessionId};
pub use money::{Currency, Money, MoneyError};
pub use problem::{FieldProblem, Problem};
pub use resume::{ChallengeEnd, ResumeRequest};
pub use session::{BuyerField, MethodOffer, ProcessingReason, Saved, SessionStatus, SessionView, Suggested};
pub use tax_id::{TaxId, TaxIdError};
