//! What the buyer brings back: each answer to what was asked, and everything else refused.

use super::*;
use crate::error::Error;
use crate::methods::Answer;
use umclique_wire::{Challenge, ChallengeEnd, ResumeRequest};

fn asking(next_action: NextAction, step: Value) -> Attempt {
    Attempt { status: AttemptStatus::RequiresAction, next_action: Some(next_action), ..attempt_at(false, step) }
}

fn collecting() -> Attempt {
    asking(NextAction::CollectToken(widget(false)), json!({"step": "create", "order": {"description": "S-1001"}}))
}

fn challenged() -> Attempt {
    let challenge = Challenge { widget: widget(false), action: "{\"forged\":true}".to_owned() };
    asking(NextAction::Challenge(challenge), json!({"step": "challenged", "token": TOKEN, "action": ACTION}))
}

fn given(token: Option<&str>, kind: Option<&str>, challenge: Option<ChallengeEnd>) -> ResumeRequest {
    let (token, kind) = (token.map(str::to_owned), kind.map(str::to_owned));
    ResumeRequest { token, kind, challenge, ..ResumeRequest::of(keys::new_attempt_id(), 0) }
}

fn resume(attempt: &Attempt, request: &ResumeRequest) -> Result<Value, Error> {
    new_method("http://127.0.0.1:9", 1_000).resume(&Answer { attempt, request, returned: None })
}

#[tokio::test]
async fn a_token_becomes_a_payment_and_the_orders_data_is_forgotten() {
    for (kind, expected) in [
        (Some("Card"), json!({"step": "pay", "token": TOKEN, "kind": "Card"})),
        (Some(" PayPlan "), json!({"step": "pay", "token": TOKEN, "kind": "PayPlan"})),
        (Some("Apple Pay"), json!({"step": "pay", "token": TOKEN, "kind": "Apple Pay"})),
        (Some(""), json!({"step": "pay", "token": TOKEN})),
        (None, json!({"step": "pay", "token": TOKEN})),
    ] {
        let details = resume(&collecting(), &given(Some(TOKEN), kind, None)).expect("it was asked for");
        assert_eq!(details, kept(false, expected), "{kind:?}");
    }
    let manual = Attempt { details: kept(true, json!({"step": "pay", "token": "ptkn_old_token"})), ..collecting() };
    let details = resume(&manual, &given(Some(TOKEN), None, None)).expect("a new token after a decline");
    assert_eq!(details, kept(true, json!({"step": "pay", "token": TOKEN})), "what it is for stays");
}

#[tokio::test]
async fn the_end_of_a_challenge_goes_on_with_what_april_gave() {
    let done = resume(&challenged(), &given(None, None, Some(ChallengeEnd::Done))).expect("it was asked for");
    assert_eq!(done, kept(false, json!({"step": "confirm", "token": TOKEN, "action": ACTION})));
    let failed = resume(&challenged(), &given(None, None, Some(ChallengeEnd::Failed))).expect("it was asked for");
    assert_eq!(failed, kept(false, json!({"step": "look_after_challenge"})), "the token is forgotten");
}

#[tokio::test]
async fn what_was_not_asked_for_is_refused() {
    let done = Some(ChallengeEnd::Done);
    for (name, attempt, request) in [
        ("a challenge instead of a token", collecting(), given(None, None, done)),
        ("both", collecting(), given(Some(TOKEN), None, done)),
        ("neither", collecting(), given(None, None, None)),
        ("only a kind", collecting(), given(None, Some("Card"), None)),
        ("a token instead of a challenge", challenged(), given(Some(TOKEN), None, None)),
        ("a token beside a challenge", challenged(), given(Some(TOKEN), None, done)),
        ("a kind beside a challenge", challenged(), given(None, Some("Card"), done)),
        ("an empty answer", challenged(), given(None, None, None)),
        ("nothing was asked", Attempt { next_action: None, ..collecting() }, given(Some(TOKEN), None, None)),
        (
            "another action",
            Attempt { next_action: Some(NextAction::Unknown), ..collecting() },
            given(Some(TOKEN), None, None),
        ),
        ("no challenge is kept", Attempt { details: collecting().details, ..challenged() }, given(None, None, done)),
        ("unreadable details", Attempt { details: json!({}), ..challenged() }, given(None, None, done)),
    ] {
        assert!(matches!(resume(&attempt, &request), Err(Error::NotAsked)), "{name}");
    }
}

#[tokio::test]
async fn a_token_or_kind_of_wrong_shape_is_named_and_not_repeated() {
    let long_token = format!("ptkn_{}", "x".repeat(60));
    let long_kind = "x".repeat(41);
    for (token, kind, fields) in [
        ("", None, vec!["token"]),
        ("ptkn_", None, vec!["token"]),
        ("ptkn_short", None, vec!["token"]),
        ("tokn_Abc123Abc123Abc1", None, vec!["token"]),
        ("4242424242424242", None, vec!["token"]),
        ("ptkn_Abc123/../123Abc", None, vec!["token"]),
        ("ptkn_Abc123 Abc123Abc", None, vec!["token"]),
        ("ptkn_Abc123\u{e9}bc123Abc", None, vec!["token"]),
        (long_token.as_str(), None, vec!["token"]),
        (TOKEN, Some("<script>"), vec!["kind"]),
        (TOKEN, Some(long_kind.as_str()), vec!["kind"]),
        ("x", Some("\u{7}"), vec!["token", "kind"]),
    ] {
        let Err(Error::Invalid(problems)) = resume(&collecting(), &given(Some(token), kind, None)) else {
            panic!("{token:?} {kind:?} was taken")
        };
        let named: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(named, fields, "{token:?} {kind:?}");
        assert!(token.len() < 6 || problems.iter().all(|problem| !problem.detail.contains(token)), "{problems:?}");
    }
}
