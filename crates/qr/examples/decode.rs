//! Reads a provider's base64 text from stdin and prints the payload of the QR code in it.
//!
//! For people and scripts. A PNG without a readable code prints nothing and succeeds, with a note on stderr;
//! a refusal goes to stderr, with exit code 1.

use std::io::{Read, Write};
use std::process::ExitCode;
use umclique_qr::{read, unwrap};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = Vec::new();
    // One byte beyond the limit is enough to be refused.
    std::io::stdin().lock().take(unwrap::TEXT_BYTES_MAX as u64 + 1).read_to_end(&mut input)?;
    match read::read(&unwrap::unwrap(&String::from_utf8_lossy(&input))?)? {
        Some(payload) => writeln!(std::io::stdout().lock(), "{payload}")?,
        None => eprintln!("a png without a readable QR code; show it as it is"),
    }
    Ok(())
}
