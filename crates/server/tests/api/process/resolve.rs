//! `umclique-server resolve`: a person's verdict on what nobody else could find out.

use super::{output, program, sentence};
use crate::on_both;
use crate::world::{World, ok, text, wait_for};
use reqwest::Method;
use serde_json::json;
use std::process::Output;

on_both! {
    a_person_resolves_an_unknown_payment_beside_the_server;
    a_person_resolves_an_unknown_refund_beside_the_server;
}

pub(super) async fn resolve(world: &World, args: &[&str]) -> Output {
    let mut command = program(world);
    command.arg("resolve").args(args);
    output(command).await
}

async fn a_person_resolves_an_unknown_payment_beside_the_server(world: World) {
    let session = world.open(json!({})).await;
    world.fault("create", "lost_reply", 1).await;
    world.fault("query_reference", "error_500", 10_000).await;
    let confirming = world.confirm(&session).await;
    assert_eq!((&confirming["status"], &confirming["reason"]), (&json!("processing"), &json!("confirming")));
    let payment = text(&confirming["attempt"]["id"]);
    world.advance(3_700).await;
    let flagged =
        world.until_payment(&payment, "a person's attention", |it| it["flags"] == json!(["needs_attention"])).await;
    assert_eq!(flagged["status"], "sending", "nobody is told that it failed");
    world.until_received("payment.flagged").await;
    let listed = ok(world.shop(Method::GET, "/v1/payments?flag=needs_attention").send().await).await;
    assert_eq!(listed["data"][0]["id"], json!(payment));

    // What the person sees in the provider's panel: it is there, and it is paid.
    let token = text(&world.at_epag(&payment).await[0]["payment_token"]);
    world.pay(&token).await;
    for (args, why) in [
        (vec![payment.as_str(), "--as", "captured", "--note", "visto no painel"], "--provider-reference"),
        (vec!["pa_0193f0c47d5b7c3e", "--as", "captured", "--note", "x", "--provider-reference", "y"], "no payment"),
        (vec![session.id.as_str(), "--as", "captured", "--note", "x"], "pa_"),
    ] {
        let refused = sentence(&resolve(&world, &args).await);
        assert!(refused.contains(why), "{refused}");
    }
    let args = [&payment, "--as", "captured", "--provider-reference", &token, "--note", "visto no painel da ePag"];
    let resolved = resolve(&world, &args).await;
    assert!(resolved.status.success(), "{}", String::from_utf8_lossy(&resolved.stderr));
    assert_eq!(String::from_utf8_lossy(&resolved.stdout), format!("{payment} is resolved\n"));

    world.until(&session, "succeeded").await;
    world.until_received("payment.succeeded").await;
    let paid = world.payment(&payment).await;
    assert_eq!((&paid["captured_minor"], &paid["flags"]), (&json!(12_345), &json!([])));
    assert_eq!(paid["provider_reference"], json!(token));
    assert!(paid["timeline"].to_string().contains("visto no painel da ePag"));
    assert_eq!(world.ledger_sum("charge", &payment).await, 12_345);
    // Evidence is not overruled.
    let contradiction = ["--as", "not_captured", "--note", "engano"];
    let refused = sentence(&resolve(&world, &[&[payment.as_str()], &contradiction[..]].concat()).await);
    assert!(refused.contains("refund it instead"), "{refused}");
    let refused = sentence(&resolve(&world, &args).await);
    assert!(refused.contains("nothing to resolve"), "{refused}");
    world.finish().await;
}

async fn a_person_resolves_an_unknown_refund_beside_the_server(world: World) {
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    // The look before the send works; the send's answer is lost, and every look after it.
    let fine = json!({"call": "refund_query", "fault": "delay", "delay_ms": 0});
    for verdict in ["not_captured", "captured"] {
        world.control("epag/faults", fine.clone()).await;
        let lost = if verdict == "captured" { "error_500_executed" } else { "reset" };
        world.fault("refund", lost, 1).await;
        world.fault("refund_query", "error_500", 10_000).await;
        let asked = ok(Ok(world.ask(&payment, "refunds", json!({"amount_minor": 1_000})).await)).await;
        let refund = text(&asked["id"]);
        wait_for("the send", || async {
            let left = world.http.get(format!("{}/_control/epag/faults", world.sandbox.url())).send().await;
            let left = ok(left).await.to_string();
            if left.contains("\"refund\"") { Err(left) } else { Ok(()) }
        })
        .await;
        world.advance(3_700).await;
        wait_for("a person's attention", || async {
            let seen = ok(world.shop(Method::GET, &format!("/v1/refunds/{refund}")).send().await).await;
            if seen["needs_attention"] == true { Ok(()) } else { Err(seen) }
        })
        .await;
        let resolved = resolve(&world, &[&refund, "--as", verdict, "--note", "visto no extrato"]).await;
        assert!(resolved.status.success(), "{}", String::from_utf8_lossy(&resolved.stderr));
        let again = sentence(&resolve(&world, &[&refund, "--as", "captured", "--note", "x"]).await);
        assert!(again.contains("nothing to resolve"), "{again}");
        let seen = ok(world.shop(Method::GET, &format!("/v1/refunds/{refund}")).send().await).await;
        let (status, event) = match verdict {
            "captured" => ("succeeded", "refund.succeeded"),
            _ => ("failed", "refund.failed"),
        };
        assert_eq!((&seen["status"], &seen["needs_attention"]), (&json!(status), &json!(false)));
        world.until_received(event).await;
        world.clear_faults().await;
    }
    let after = world.payment(&payment).await;
    assert_eq!(after["refunded_minor"], 1_000);
    assert!(after["timeline"].to_string().contains("visto no extrato"));
    let unknown = sentence(&resolve(&world, &["re_0193f0c47d5b7c3e", "--as", "captured", "--note", "x"]).await);
    assert!(unknown.contains("no refund"), "{unknown}");
    assert_eq!(world.ledger_sum("refund", &payment).await, 1_000);
    world.finish().await;
}
