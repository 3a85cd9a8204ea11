//! Patterns that compile and pass every lint but break a promise: a strict Content-Security-Policy, a clean unmount.

use crate::error::{Error, Result};
use crate::files;
use crate::repo::Repo;
use std::path::Path;

struct Rule {
    /// The folders it holds in.
    folders: &'static [&'static str],
    /// What must not stand there, outside of comments.
    pattern: &'static str,
    /// Why not, and what to do instead.
    reason: &'static str,
}

const RULES: [Rule; 6] = [
    Rule { folders: &["src"], pattern: "from_html_unchecked", reason: "Trusted Types block raw HTML; build the nodes" },
    Rule {
        folders: &["src"],
        pattern: " style=",
        reason: "the CSP drops style attributes silently; use a class or set_property",
    },
    Rule { folders: &["src"], pattern: "set_inner_html", reason: "Trusted Types block raw HTML; build the nodes" },
    Rule {
        folders: &["src"],
        pattern: ".forget()",
        reason: "it outlives the element; keep it in a field that is dropped",
    },
    Rule { folders: &["src", "crates", "tests"], pattern: "#[ignore", reason: "a test runs or is removed" },
    Rule { folders: &["www"], pattern: "innerHTML", reason: "Trusted Types block raw HTML; build the nodes" },
];

/// Names every place where a rule is broken.
pub(crate) fn check(repo: &Repo) -> Result<()> {
    let mut broken = Vec::new();
    for rule in &RULES {
        for folder in rule.folders {
            for path in files::below(&repo.path(folder))? {
                // This file names the patterns.
                if is_source(&path) && !path.ends_with("check/patterns.rs") {
                    let text = std::fs::read_to_string(&path).map_err(Error::file("read", &path))?;
                    broken.extend(
                        places(&text, rule)
                            .map(|line| format!("{}:{line}: `{}`: {}", path.display(), rule.pattern, rule.reason)),
                    );
                }
            }
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(Error::Refused(broken.join("\n"))) }
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["rs", "js", "html"].iter().any(|known| extension == *known))
}

/// The numbers of the lines that break the rule; comments may speak of it.
fn places<'a>(text: &'a str, rule: &'a Rule) -> impl Iterator<Item = usize> + 'a {
    let numbered = text.lines().enumerate();
    numbered
        .filter(|(_, line)| !line.trim_start().starts_with("//") && line.contains(rule.pattern))
        .map(|(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_found_and_comments_are_not() {
        let text = "// el.forget() is not used\n    <p style=\"x\">\nclosure.forget();\n";
        let found = |index: usize| places(text, &RULES[index]).collect::<Vec<_>>();
        assert_eq!(found(1), [2]);
        assert_eq!(found(3), [3]);
    }
}
