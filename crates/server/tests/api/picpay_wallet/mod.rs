//! PicPay 1-Click, from the consent to the refund.

mod consent;
mod elsewhere;
mod journey;
mod logins;
mod lost;
mod reservations;
mod saved;
mod table;
mod upkeep;
