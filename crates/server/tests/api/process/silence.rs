//! What the program says of others: nothing secret or personal in its logs, no ids in its metrics.

use super::{Server, open, program};
use crate::on_both;
use crate::world::{SECRET_KEY, TAX_ID, World, key, ok, text, wait_for};
use reqwest::Method;
use serde_json::json;

on_both! {
    logs_tell_nothing_that_is_secret_or_personal;
    the_operators_listener_tells_no_ids;
}

async fn logs_tell_nothing_that_is_secret_or_personal(mut world: World) {
    world.pause_server().await;
    let mut command = program(&world);
    command.env("RUST_LOG", "umclique_server=trace,umclique_qr=trace,umclique_wire=trace,tower_http=trace,sqlx=debug");
    let server = Server::start(command).await;
    let base = format!("http://{}", server.address);
    let session = open(&world, &base).await;
    let of_session = format!("{base}/v1/checkout_sessions/{}", session.id);
    let confirm = |tax_id: &str| {
        let body = json!({"method": "picpay_qr", "details": {"tax_id": tax_id, "birth_date": "1985-07-19"}});
        let request = world.http.post(format!("{of_session}/confirm")).bearer_auth(&session.secret);
        request.header("idempotency-key", key()).json(&body)
    };
    // Refusals and lost answers are where programs begin to talk.
    confirm("529.982.247-26").send().await.expect("an answer");
    confirm(TAX_ID).bearer_auth("sk_guess").send().await.expect("an answer");
    confirm(TAX_ID).body(format!("{{\"tax_id\":{TAX_ID}")).send().await.expect("an answer");
    world.fault("create", "lost_reply", 1).await;
    world.fault("query_reference", "error_500", 1).await;
    world.fault("callback", "forge", 1).await;
    let payment = text(&ok(confirm(TAX_ID).send().await).await["attempt"]["id"]);
    let shown = wait_for("the provider's payment", || async {
        let found = world.at_epag(&payment).await;
        found.first().cloned().ok_or(())
    })
    .await;
    let token = text(&shown["payment_token"]);
    let paying = world.http.post(format!("{}/_control/epag/payments/{token}/pay", world.sandbox.url()));
    paying.json(&json!({})).send().await.expect("an answer");
    wait_for("the end", || async {
        let request = world.http.get(format!("{of_session}/status?check=true")).bearer_auth(&session.secret);
        let seen = ok(request.send().await).await;
        let is_over = seen["status"] == "succeeded" || seen["status"] == "requires_payment_method";
        if is_over { Ok(()) } else { Err(seen) }
    })
    .await;
    let refund = world.http.post(format!("{base}/v1/payments/{payment}/refunds")).bearer_auth(SECRET_KEY);
    let refund = refund.header("idempotency-key", key()).json(&json!({"reason": "Motivo-Secreto"}));
    refund.send().await.expect("an answer");
    server.terminate();
    let (ended, logs) = server.ended().await;
    assert!(ended.success());
    for spoken in ["a payment moved on", &payment, "sqlx::query"] {
        assert!(logs.contains(spoken), "the logs were on, so they hold {spoken}");
    }
    let (_, secret_end) = session.secret.split_once("_secret_").expect("a client secret");
    let callback = umclique_wire::AttemptId::parse(&payment).expect("an id");
    let callback = world.server.payments.keys.callback_mac(&callback);
    let settings = world.settings();
    for secret in [
        secret_end,
        &callback,
        SECRET_KEY,
        &umclique_server::keys::sha256_hex(SECRET_KEY),
        &settings["UMCLIQUE_SERVER_KEY"],
        &settings["UMCLIQUE_WEBHOOK_SECRETS"],
        &settings["UMCLIQUE_EPAG_API_SECRET"],
        &settings["UMCLIQUE_EPAG_API_KEY"],
        "sk_guess",
        TAX_ID,
        "52998224725",
        "529.982.247",
        "Quitéria",
        "Sobrenome",
        "quiteria",
        "987654321",
        "1985-07-19",
        "Margem-Trinta",
        "Motivo-Secreto",
        "v1,",
    ] {
        let line = logs.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} stands in the logs");
    }
    world.resume_server().await;
    world.finish().await;
}

async fn the_operators_listener_tells_no_ids(world: World) {
    let session = world.open(json!({"buyer": {"name": "PAID Souza", "tax_id": TAX_ID}})).await;
    let payment = text(&world.confirm(&session).await["attempt"]["id"]);
    world.until(&session, "succeeded").await;
    world.until_received("payment.succeeded").await;
    world.shop(Method::GET, "/v1/payments/pa_0193f0c47d5b7c3e").send().await.expect("an answer");
    world.shop(Method::GET, "/nothing/of/ours").send().await.expect("an answer");
    let admin = async |path: &str| {
        let answer = world.http.get(format!("http://{}{path}", world.server.admin_address)).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.expect("a body")
    };
    assert_eq!(admin("/readyz").await, "ready");
    let metrics = admin("/metrics").await;
    for name in ["umclique_requests_total", "umclique_sends_total", "umclique_deliveries_total", "umclique_events_due"]
    {
        assert!(metrics.contains(name), "{name} is not among\n{metrics}");
    }
    assert!(metrics.contains("route=\"/v1/payments/{id}\""), "routes are templates\n{metrics}");
    let parts = ["cs_", "pa_", "re_", "evt_", "sk_", "whsec_"];
    for line in metrics.lines() {
        let is_id =
            |prefix: &&str| line.split(prefix).skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        assert!(!parts.iter().any(is_id), "an id stands in {line}");
    }
    for secret in [&payment, &session.id, SECRET_KEY, "52998224725", "Souza", "/nothing", "127.0.0.1"] {
        assert!(!metrics.contains(secret), "{secret} stands in\n{metrics}");
    }
    // The public listener has neither.
    for path in ["/readyz", "/metrics"] {
        assert_eq!(world.http.get(world.url(path)).send().await.expect("an answer").status(), 404);
    }
    world.finish().await;
}
