//! Reads server-sent events out of the bytes of a stream, however they are cut.
//!
//! Called by `status`. Pure; knows only what our server sends: `event`, `data`, comments.

/// A snapshot is a few kilobytes; a stream that never ends an event is not ours.
const MAX_BYTES: usize = 256 * 1024;

/// Bytes that do not end an event yet.
#[derive(Default)]
pub struct Parser {
    bytes: Vec<u8>,
}

impl Parser {
    /// The `data` of every `session` event that these bytes complete, in order.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<String> {
        // A stream may end its lines with CR, LF or both; data is JSON and holds neither.
        self.bytes.extend(chunk.iter().filter(|byte| **byte != b'\r'));
        let mut found = Vec::new();
        while let Some(end) = self.bytes.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = self.bytes.drain(..end + 2).collect();
            found.extend(session_data(&String::from_utf8_lossy(&event)));
        }
        if self.bytes.len() > MAX_BYTES {
            self.bytes.clear();
        }
        found
    }
}

fn session_data(event: &str) -> Option<String> {
    let (mut is_session, mut data) = (false, None::<String>);
    for line in event.split('\n') {
        if let Some(name) = value(line, "event:") {
            is_session = name == "session";
        } else if let Some(more) = value(line, "data:") {
            data = Some(data.map_or_else(|| more.to_owned(), |data| [&data, "\n", more].concat()));
        }
    }
    data.filter(|_| is_session)
}

fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(name)?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_however_the_bytes_are_cut() {
        let text = ": hello\n\nevent: session\nid: 3\ndata: {\"a\":\"ç\"}\n\n:\n\nevent: other\ndata: no\n\nevent:session\r\ndata:1\r\n\r\n";
        for size in 1..text.len() {
            let mut parser = Parser::default();
            let found: Vec<String> = text.as_bytes().chunks(size).flat_map(|chunk| parser.push(chunk)).collect();
            assert_eq!(found, ["{\"a\":\"ç\"}", "1"], "in chunks of {size}");
        }
    }

    #[test]
    fn an_event_without_an_end_does_not_grow_for_ever() {
        let mut parser = Parser::default();
        for _ in 0..100 {
            assert!(parser.push(&[b'x'; 16 * 1024]).is_empty());
        }
        assert!(parser.bytes.len() <= MAX_BYTES);
    }
}
