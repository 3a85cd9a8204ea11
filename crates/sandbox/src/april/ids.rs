//! April's ids: a prefix and sixteen characters, which may be `_` and `-` themselves. Drawn from the sandbox's seed.

use crate::ids::Ids;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A new id, such as `draw(ids, "ordr_")`. Source: April's API reference, samples of each object.
pub(super) fn draw(ids: &Ids, prefix: &str) -> String {
    let body = [ids.number(), ids.number()].into_iter().flat_map(|number| number.to_be_bytes());
    let characters = body.map(|byte| char::from(ALPHABET[usize::from(byte % 64)]));
    prefix.chars().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::draw;
    use crate::ids::Ids;

    #[test]
    fn ids_have_sixteen_characters_behind_their_prefix() {
        let ids = Ids::new(1);
        let drawn: Vec<_> = (0..200).map(|_| draw(&ids, "tran_")).collect();
        for id in &drawn {
            let body = id.strip_prefix("tran_").expect("the prefix");
            assert!(body.len() == 16 && body.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{id}");
        }
        assert!(drawn.iter().any(|id| id[5..].contains('_')), "a client that splits at `_` must be found out");
    }
}
