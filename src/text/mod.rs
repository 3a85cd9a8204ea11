//! Every text that the buyer reads, by key and language. A missing text does not compile.
//!
//! Called by `machine::view` only. Money and dates are not made here; they come formatted by the browser's `Intl`.

mod en;
mod failure;
mod keys;
mod pt_br;

pub use keys::Key;

/// A language that the component speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Brazilian Portuguese, also for every tag that begins with `pt`.
    PtBr,
    /// English, for everything else.
    En,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::PtBr, Self::En];

    /// The language nearest to a BCP 47 tag.
    #[must_use]
    pub fn nearest(tag: &str) -> Self {
        let is_pt = tag.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("pt"));
        if is_pt && !tag[2..].starts_with(|next: char| next.is_ascii_alphabetic()) { Self::PtBr } else { Self::En }
    }

    /// The tag for `lang` attributes.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::PtBr => "pt-BR",
            Self::En => "en",
        }
    }

    /// The text of a key.
    #[must_use]
    pub fn text(self, key: Key) -> &'static str {
        match self {
            Self::PtBr => pt_br::text(key),
            Self::En => en::text(key),
        }
    }

    /// The text of a key with `{}` replaced.
    #[must_use]
    pub fn fill(self, key: Key, value: &str) -> String {
        let (before, after) = split(self.text(key));
        [before, value, after].concat()
    }
}

/// A text before and after its `{}`.
#[must_use]
pub fn split(text: &'static str) -> (&'static str, &'static str) {
    match text.split_once('{') {
        Some((before, rest)) => (before, rest.get(1..).unwrap_or_default()),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_exists_and_takes_the_same_value_in_both_languages() {
        for key in Key::ALL {
            let (pt_br, en) = (Lang::PtBr.text(*key), Lang::En.text(*key));
            assert!(!pt_br.is_empty() && !en.is_empty(), "{key:?}");
            assert_eq!(pt_br.matches("{}").count(), en.matches("{}").count(), "{key:?}");
            assert!(pt_br.matches("{}").count() <= 1, "{key:?}");
        }
    }

    #[test]
    fn a_tag_chooses_the_nearest_language() {
        for (tag, lang) in [
            ("pt-BR", Lang::PtBr),
            ("pt", Lang::PtBr),
            ("PT-pt", Lang::PtBr),
            ("en-AU", Lang::En),
            ("ptx", Lang::En),
            ("es", Lang::En),
            ("", Lang::En),
            ("ç", Lang::En),
        ] {
            assert_eq!(Lang::nearest(tag), lang, "{tag:?}");
        }
    }
}
