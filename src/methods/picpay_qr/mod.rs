//! PicPay by QR code: what the buyer fills in before the code is made.

pub mod form;
