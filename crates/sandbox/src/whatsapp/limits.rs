//! How fast a business may write: so many messages a second in all, and one per six seconds to one buyer after a burst.
//! Source: WhatsApp Cloud API "Throughput" and "Pair rate limits". Both are counted in virtual time, both are off by default.

use super::book::Book;
use super::buyers::Buyer;
use super::errors::{GraphError, PAIR_LIMIT, SOMETHING_WRONG, THROUGHPUT, UNAVAILABLE};
use super::settings::Settings;
use crate::ids::Ids;

/// Counts one message of the business; 130429 when there were too many in this second.
pub(super) fn count_message(book: &mut Book, settings: &Settings, now_ms: i64) -> Result<(), GraphError> {
    let second = now_ms.div_euclid(1_000);
    let (last, count) = book.this_second;
    let count = if last == second { count + 1 } else { 1 };
    book.this_second = (second, count);
    let most = u32::from(settings.messages_per_second);
    if most > 0 && count > most {
        return Err(GraphError::new(THROUGHPUT, "Message failed to send because there were too many messages."));
    }
    Ok(())
}

/// Takes one message from what a buyer may be sent; 131056 when there is none left.
pub(super) fn take_allowance(buyer: &mut Buyer, settings: &Settings, now_ms: i64) -> Result<(), GraphError> {
    if !settings.pair_limit {
        return Ok(());
    }
    let interval_ms = i64::from(settings.pair_interval_ms);
    let (left, since_ms) = buyer.allowance.unwrap_or((settings.pair_burst, now_ms));
    let grown = (now_ms - since_ms).max(0) / interval_ms;
    let left = u16::try_from(grown).unwrap_or(u16::MAX).saturating_add(left).min(settings.pair_burst);
    let since_ms = since_ms + grown * interval_ms;
    buyer.allowance = Some((left.saturating_sub(1), since_ms));
    if left == 0 {
        return Err(GraphError::new(PAIR_LIMIT, "Too many messages were sent to this recipient in a short time."));
    }
    Ok(())
}

/// Now and then nothing works: as many of a thousand sends as the settings say, 131000 and 131016 by turns of the dice.
pub(super) fn stumble(ids: &Ids, settings: &Settings) -> Result<(), GraphError> {
    if settings.random_errors_permille == 0 || ids.number() % 1_000 >= u64::from(settings.random_errors_permille) {
        return Ok(());
    }
    let code = if ids.number().is_multiple_of(2) { SOMETHING_WRONG } else { UNAVAILABLE };
    Err(GraphError::new(code, "Message failed to send; try again."))
}
