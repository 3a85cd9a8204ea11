//! PicPay 1-Click: the buyer consents at PicPay once, and pays with one click from then on.

pub mod form;
