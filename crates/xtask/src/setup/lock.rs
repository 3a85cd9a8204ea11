//! Reads versions out of Cargo.lock and out of what tools answer to `--version`. Pure.

/// The version of `package` in the text of a Cargo.lock.
pub(crate) fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != wanted);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// The first word that looks like a version: `1.2.3` in `trunk 1.2.3 (abc)`, `132` in `wasm-opt version 132`.
pub(crate) fn spoken_version(answer: &str) -> Option<&str> {
    answer
        .split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

/// The number before the first dot.
pub(crate) fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.129\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";

    #[test]
    fn the_lock_is_read_by_the_whole_name() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }

    #[test]
    fn versions_are_found_in_what_tools_say() {
        for (answer, version) in [
            ("trunk 0.21.14", Some("0.21.14")),
            ("wasm-bindgen 0.2.130 (abc)", Some("0.2.130")),
            ("wasm-opt version 132 (version_132)", Some("132")),
            ("v20.20.2", Some("20.20.2")),
            ("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", Some("15.14")),
            ("unknown", None),
        ] {
            assert_eq!(spoken_version(answer), version, "{answer}");
        }
        assert_eq!(major("15.14"), Some(15));
    }
}
