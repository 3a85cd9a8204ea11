//! Finds the summaries in what test runners print, so that the last lines of a run say how it went. Pure.

/// How one part went.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// The runners' own summaries.
    pub(crate) lines: Vec<String>,
    /// Whether a test failed.
    pub(crate) has_failed: bool,
}

impl Report {
    /// A part that is no test run and went well.
    pub(crate) fn of(line: &str) -> Self {
        Self { lines: vec![line.to_owned()], has_failed: false }
    }

    /// Keeps nextest's summary, and adds up the many of `cargo test` into one of the same shape.
    pub(crate) fn read(output: &[String], has_failed: bool) -> Self {
        let mut lines: Vec<String> = Vec::new();
        let mut sum = None;
        for line in output.iter().map(|line| line.trim()) {
            if line.starts_with("Summary [") {
                lines.push(line.to_owned());
            } else if let Some(counts) = counts(line) {
                let so_far = sum.unwrap_or([0; 3]);
                sum = Some([so_far[0] + counts[0], so_far[1] + counts[1], so_far[2] + counts[2]]);
            }
        }
        // What nextest repeats of a failed test has a `test result` of its own, which is in nextest's summary already.
        if let Some([passed, failed, ignored]) = sum.filter(|_| lines.is_empty()) {
            let verdict = if failed == 0 && !has_failed { "ok" } else { "FAILED" };
            lines.push(format!("test result: {verdict}. {passed} passed; {failed} failed; {ignored} ignored"));
        }
        if lines.is_empty() {
            lines.push("no summary: the run ended before the tests did".to_owned());
        }
        Self { lines, has_failed }
    }

    /// Both together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.lines.extend(other.lines);
        Self { has_failed: self.has_failed || other.has_failed, ..self }
    }
}

/// Passed, failed and ignored in `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
fn counts(line: &str) -> Option<[u32; 3]> {
    let (_, figures) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| {
        let part = figures.split("; ").find(|part| part.ends_with(word))?;
        part.split(' ').next()?.parse().ok()
    };
    Some([count(" passed")?, count(" failed")?, count(" ignored")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_many_summaries_of_cargo_test_become_one() {
        let output = lines(
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             noise\n\
             test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        );
        assert_eq!(Report::read(&output, true).lines, ["test result: FAILED. 4 passed; 2 failed; 0 ignored"]);
    }

    #[test]
    fn the_summary_of_nextest_is_kept_as_it_is() {
        let summary = "Summary [   0.005s] 3 tests run: 2 passed, 1 failed, 0 skipped";
        let output = lines(&format!("test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured\n     {summary}"));
        assert_eq!(Report::read(&output, true).lines, [summary]);
    }

    #[test]
    fn a_run_without_summary_says_so() {
        let report = Report::read(&lines("error: could not compile"), true);
        assert!(report.has_failed && report.lines[0].starts_with("no summary"));
    }
}
