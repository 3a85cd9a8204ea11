//! Form data and query strings, which look the same.

use std::collections::BTreeMap;

use reqwest::Url;

/// The fields of a form by name; of several with one name, the last.
pub(super) fn fields(text: &str) -> BTreeMap<String, String> {
    let mut url = Url::parse("http://form.invalid/").expect("a fixed URL");
    url.set_query(Some(text));
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn fields_are_decoded() {
        let fields = fields("value=3&text=a+b%26c%C3%A7&empty=&value=4#x");
        let of = |name: &str| fields.get(name).map(String::as_str);
        assert_eq!((of("value"), of("text"), of("empty"), of("none")), (Some("4#x"), Some("a b&cç"), Some(""), None));
    }
}
