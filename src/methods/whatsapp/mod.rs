//! WhatsApp: the order goes to the buyer's chat, and a stored card is charged once it was confirmed there.

pub mod form;
