//! Reads what a browser brings in an address or in a form. Called by `http/` and by methods whose buyers come back.

/// The value of a name that stands exactly once: one that stands twice is somebody's trick, and means nothing.
#[must_use]
pub fn only(query: &str, name: &str) -> Option<String> {
    let address = parsed(query)?;
    let mut found = address.query_pairs().filter(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    found.next().filter(|_| found.next().is_none())
}

/// Whether a name stands in it at all.
#[must_use]
pub fn has(query: &str, name: &str) -> bool {
    parsed(query).is_some_and(|address| address.query_pairs().any(|(known, _)| known == name))
}

fn parsed(query: &str) -> Option<reqwest::Url> {
    reqwest::Url::parse(&format!("http://query.invalid/?{query}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_once_is_read() {
        for (query, expected) in [
            ("a=x%20y+z&b=1", Some("x y z")),
            ("a", Some("")),
            ("", None),
            ("b=a", None),
            ("a=1&a=1", None),
            ("a=1&%61=2", None),
            ("b=1#&a=2", None),
        ] {
            assert_eq!(only(query, "a").as_deref(), expected, "{query}");
        }
        assert!(has("a=1&error", "error") && !has("a=error", "error"));
    }
}
