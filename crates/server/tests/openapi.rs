//! The committed description of the API is the one that the code makes, and says what clients may rely on.

use serde_json::Value;

const COMMITTED: &str = include_str!("../openapi.json");

fn described() -> Value {
    serde_json::from_str(COMMITTED).expect("the description is JSON")
}

/// Every operation as its method and path.
fn operations(api: &Value) -> Vec<(String, &Value)> {
    let paths = api["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &'_ Value)| {
        let path = path.clone();
        item.as_object().expect("operations").keys().map(move |method| format!("{method} {path}")).collect::<Vec<_>>()
    };
    let names = paths.iter().flat_map(of_path);
    names
        .map(|name| {
            let (method, path) = name.split_once(' ').expect("two words");
            let operation = &paths[path][method];
            (name, operation)
        })
        .collect()
}

/// What a browser shows, and no program reads.
fn is_page(name: &str) -> bool {
    name.ends_with("/return")
}

#[tokio::test]
async fn the_committed_description_is_the_codes() {
    assert!(
        umclique_server::openapi() == COMMITTED,
        "the API changed; look at the difference after\n  \
         cargo run -p umclique-server -- openapi > crates/server/openapi.json"
    );
}

#[test]
fn the_committed_description_of_the_card_processors_bridge_is_the_codes() {
    assert!(
        umclique_server::methods::whatsapp::processor::contract::openapi() == include_str!("../processor-openapi.json"),
        "the bridge changed, which shops have built; look at the difference after\n  \
         cargo run -p umclique-server -- openapi --processor > crates/server/processor-openapi.json"
    );
}

#[test]
fn every_error_is_a_problem() {
    let api = described();
    // A page tells people what is wrong.
    for (name, operation) in operations(&api).into_iter().filter(|(name, _)| !is_page(name)) {
        for (status, response) in operation["responses"].as_object().expect("responses") {
            if !status.starts_with(['4', '5']) {
                continue;
            }
            let content = response["content"].as_object().expect("an error has a body");
            let kinds: Vec<_> = content.keys().collect();
            assert_eq!(kinds, ["application/problem+json"], "{name} {status}");
            let schema = &content["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{name} {status}");
        }
    }
}

#[test]
fn every_operation_tells_which_key_opens_it() {
    let api = described();
    let schemes = &api["components"]["securitySchemes"];
    for name in ["secret_key", "client_secret"] {
        assert_eq!((&schemes[name]["type"], &schemes[name]["scheme"]), (&"http".into(), &"bearer".into()), "{name}");
    }
    for (name, operation) in operations(&api) {
        let keys: Vec<&str> = operation["security"]
            .as_array()
            .map(|list| {
                list.iter().flat_map(|it| it.as_object().expect("a scheme").keys().map(String::as_str)).collect()
            })
            .unwrap_or_default();
        // A page is opened by the code in its address.
        let is_open = name.contains(" /providers/") || name == "get /healthz" || is_page(&name);
        assert_eq!(keys.is_empty(), is_open, "{name}");
        let responses = operation["responses"].as_object().expect("responses");
        // A provider opens with no key of ours, and may have to sign.
        let is_signed = name.starts_with("post /providers/");
        assert_eq!(responses.contains_key("401"), !is_open || is_signed, "{name}");
    }
}

#[test]
fn every_change_of_money_needs_an_idempotency_key() {
    let api = described();
    for (name, operation) in operations(&api) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let has_key = parameters.iter().any(|it| it["name"] == "Idempotency-Key" && it["required"] == true);
        // To forget a link or a card twice is to forget it; no money moves. A page's press is named by what it presses.
        let is_harmless = name.starts_with("get ") || name.starts_with("delete ");
        let may_repeat = is_harmless || name.contains("/providers/") || name.ends_with("/resend") || is_page(&name);
        assert_eq!(has_key, !may_repeat, "{name}");
    }
}
