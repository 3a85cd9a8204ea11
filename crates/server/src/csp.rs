//! The strictest Content-Security-Policy under which a shop's page can embed the element: `umclique-server csp`.

/// The header's value for a page whose component and server are at its own origin, or the latter at `server`.
#[must_use]
pub fn policy(server: Option<&str>, sources: &[String]) -> String {
    let with = |own: &str, more: &[String]| {
        more.iter().fold(own.to_owned(), |directive, source| format!("{directive} {source}"))
    };
    let connect =
        server.map_or_else(|| "connect-src 'self'".to_owned(), |server| format!("connect-src 'self' {server}"));
    let mut directives = vec![
        "default-src 'none'".to_owned(),
        with("script-src 'self' 'wasm-unsafe-eval'", sources),
        "style-src 'self'".to_owned(),
        "img-src 'self' blob:".to_owned(),
        connect,
    ];
    if !sources.is_empty() {
        directives.push(with("frame-src", sources));
    }
    directives
        .extend(["base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"].map(str::to_owned));
    if !sources.is_empty() {
        directives.push("trusted-types umclique".to_owned());
    }
    directives.join("; ")
}

#[cfg(test)]
mod tests {
    use super::policy;

    #[test]
    fn without_a_providers_script_nothing_is_let_in() {
        let strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";
        assert_eq!(policy(None, &[]), strict);
    }

    #[test]
    fn a_providers_script_and_frame_are_let_in_and_nothing_else() {
        let grown = policy(Some("https://pay.shop.example"), &["https://*.au.meetapril.io".to_owned()]);
        for directive in [
            "script-src 'self' 'wasm-unsafe-eval' https://*.au.meetapril.io;",
            "frame-src https://*.au.meetapril.io;",
            "connect-src 'self' https://pay.shop.example;",
            "trusted-types umclique",
        ] {
            assert!(grown.contains(directive), "{grown} should contain {directive}");
        }
        assert_eq!(grown.matches("meetapril").count(), 2);
    }
}
