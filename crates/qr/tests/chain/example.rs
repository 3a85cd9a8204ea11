//! The example program, run as its user would.

use super::fixtures;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Cargo builds the examples of a package beside its tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().expect("this test is a file");
    let folder = tests.parent().and_then(|deps| deps.parent()).expect("tests lie in target/<profile>/deps");
    folder.join("examples").join(format!("decode{}", std::env::consts::EXE_SUFFIX))
}

fn run(input: &[u8]) -> Output {
    let mut command = Command::new(program());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the example is built together with the tests");
    // The program may stop reading at its limit, which closes the pipe.
    let _ = child.stdin.take().expect("stdin is a pipe").write_all(input);
    child.wait_with_output().expect("the example ends")
}

#[test]
fn the_example_prints_payloads_and_fails_on_refusals() {
    for (name, text, outcome) in fixtures::cases() {
        let output = run(text.as_bytes());
        let said = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        match (outcome["text"].as_str(), outcome["refuse"].as_str()) {
            (Some(text), None) => assert_eq!((printed.trim_end(), output.status.code()), (text, Some(0)), "{name}"),
            (None, Some(words)) => {
                assert_eq!((printed.as_ref(), output.status.code()), ("", Some(1)), "{name}");
                assert!(said.contains(words), "{name}: {said}");
            }
            _ => {
                assert_eq!((printed.as_ref(), output.status.code()), ("", Some(0)), "{name}");
                assert!(said.contains("without a readable QR code"), "{name}: {said}");
            }
        }
    }
}

#[test]
fn the_example_refuses_bytes_that_are_no_text() {
    let output = run(b"\xff\xfe\x00");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("base64"));
}
