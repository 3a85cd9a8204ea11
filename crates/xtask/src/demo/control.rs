//! Tells the sandbox what only the demo knows. A provider knows the shop's addresses from its panel; here they follow from the ports.
//!
//! One small POST over loopback, written out: an HTTP client would delay every first `cargo xtask`.

use crate::error::{Error, Result};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// The sandbox answers at once, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(10);

/// Registers where PicPay sends buyers back to. It compares letter by letter.
pub(super) fn register_return(sandbox_port: u16, callback: &str) -> Result<()> {
    let body = serde_json::json!({ "redirect_uris": [callback] }).to_string();
    let answer =
        post(sandbox_port, "/_control/picpay/settings", &body).map_err(Error::start("the sandbox's settings"))?;
    match answer.split_ascii_whitespace().nth(1) {
        Some("200") => Ok(()),
        _ => Err(Error::Refused(format!("the sandbox does not take {callback} as PicPay's way back: {answer}"))),
    }
}

fn post(port: u16, path: &str, body: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {length}");
    write!(stream, "{head}\r\nContent-Type: application/json\r\n\r\n{body}")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread::spawn;

    /// A sandbox that answers so; gives its port, and what it heard.
    fn sandbox(answer: &'static str) -> (u16, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
        let port = listener.local_addr().expect("it is bound").port();
        let heard = spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody calls");
            let mut heard = Vec::new();
            while !heard.ends_with(b"]}") {
                let mut piece = [0; 64];
                let length = stream.read(&mut piece).expect("it can be read");
                heard.extend_from_slice(&piece[..length]);
            }
            stream.write_all(answer.as_bytes()).expect("it can be answered");
            String::from_utf8(heard).expect("text")
        });
        (port, heard)
    }

    #[test]
    fn the_way_back_is_registered_as_the_server_will_name_it() {
        let (port, heard) = sandbox("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        let callback = "http://127.0.0.1:8080/providers/picpay/callback";
        register_return(port, callback).expect("it is taken");
        let heard = heard.join().expect("it was heard");
        assert!(heard.starts_with("POST /_control/picpay/settings HTTP/1.1\r\n"), "{heard}");
        assert!(heard.ends_with(&format!("\r\n\r\n{{\"redirect_uris\":[\"{callback}\"]}}")), "{heard}");
    }

    #[test]
    fn a_sandbox_that_refuses_is_named() {
        let (port, _heard) = sandbox("HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}");
        let error = register_return(port, "http://127.0.0.1:1/cb").expect_err("it is refused");
        assert!(error.to_string().contains("http://127.0.0.1:1/cb"), "{error}");
    }
}
