//! What an answer that is no snapshot means: unknown, gone, or a refusal that the buyer can understand.
//!
//! Called by `api`. Pure. Only a well-formed refusal is one; everything else leaves the outcome unknown.

use super::read::Json;
use crate::machine::{Fault, Notice, Refusal};
use umclique_wire::BuyerField;

/// What a status that is not 2xx means, with its `problem+json` if there is one.
pub fn fault(status: u16, problem: Option<&impl Json>) -> Fault {
    let Some(problem) = problem.filter(|_| (400..500).contains(&status)) else {
        return if matches!(status, 401 | 403 | 404) { Fault::Gone } else { Fault::Unknown };
    };
    let code = problem.get("code").and_then(|code| code.text()).unwrap_or_default();
    let notice = match (status, code.as_str()) {
        (401 | 403 | 404, _) => return Fault::Gone,
        // The first request under this key still runs, or nobody can say what became of it.
        (409, "idempotency_key_in_use" | "") | (408, _) => return Fault::Unknown,
        (429, _) => Notice::TooMany,
        (400 | 422, _) => match fields(problem) {
            fields if fields.is_empty() => Notice::TryAgain,
            fields => Notice::Details(fields),
        },
        _ => Notice::TryAgain,
    };
    Fault::Refused(Refusal { notice })
}

fn fields(problem: &impl Json) -> Vec<BuyerField> {
    let errors = problem.get("errors").map(|errors| errors.list()).unwrap_or_default();
    let known = errors.iter().filter_map(|error| {
        let path = error.get("field")?.text()?;
        let known = [("name", BuyerField::Name), ("email", BuyerField::Email), ("tax_id", BuyerField::TaxId)];
        known.into_iter().find(|(name, _)| path.ends_with(name)).map(|(_, field)| field)
    });
    known.collect()
}
