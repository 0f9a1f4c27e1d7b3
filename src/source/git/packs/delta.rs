//! Deltas: an object told by what it takes from another one, and what it adds. As git's page `gitformat-pack` has it.

/// What a delta makes of its base; none where it is not for this base, or makes more than `limit` bytes of it.
pub(super) fn applied(base: &[u8], delta: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut rest = delta;
    let (of, size) = (size(&mut rest)?, size(&mut rest)?);
    if of != base.len() || size > limit {
        return None;
    }
    let mut made = Vec::with_capacity(size);
    while let Some((&step, behind)) = rest.split_first() {
        rest = behind;
        let piece = match step {
            0 => return None,
            1..=0x7f => rest.split_off(..usize::from(step))?,
            _ => {
                let (from, count) = copied(step, &mut rest)?;
                base.get(from..from.checked_add(count)?)?
            }
        };
        if made.len() + piece.len() > size {
            return None;
        }
        made.extend_from_slice(piece);
    }
    (made.len() == size).then_some(made)
}

/// Where in the base a copy starts and how many bytes it has: bits of the step say which bytes of both are written.
fn copied(step: u8, rest: &mut &[u8]) -> Option<(usize, usize)> {
    let mut read = |bits: std::ops::Range<u32>| {
        let mut value = 0;
        for (place, bit) in bits.enumerate() {
            if step >> bit & 1 == 1 {
                value |= usize::from(*rest.split_off_first()?) << (8 * place);
            }
        }
        Some(value)
    };
    let (from, count) = (read(0..4)?, read(4..7)?);
    Some((from, if count == 0 { 0x1_0000 } else { count }))
}

/// A size, seven bits a byte, the lowest first.
fn size(rest: &mut &[u8]) -> Option<usize> {
    let mut value = 0;
    for place in 0..5 {
        let byte = *rest.split_off_first()?;
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_additions() {
        let base = b"0123456789";
        // Bytes 2 to 5, then "ab", then all from the start.
        let delta = [10, 16, 0x91, 2, 4, 2, b'a', b'b', 0x90, 10];
        assert_eq!(applied(base, &delta, 99).unwrap(), b"2345ab0123456789");
        assert_eq!(applied(base, &delta, 15), None, "larger than wanted");
        assert_eq!(applied(b"012345678", &delta, 99), None, "another base");
        // A copy without a count has 64 KiB.
        let large = vec![7; 0x1_0001];
        let delta = [0x81, 0x80, 4, 0x80, 0x80, 4, 0x81, 1];
        assert_eq!(applied(&large, &delta, 1 << 20).unwrap(), large[1..]);
    }

    #[test]
    fn nonsense_is_refused() {
        for delta in [
            &[][..],
            &[3],
            &[3, 1],
            // Nothing stands for a step of zero.
            &[3, 1, 0],
            // More than there is, to add or to copy.
            &[3, 5, 5, b'a'],
            &[3, 4, 0x90, 4],
            &[3, 1, 0x91, 3, 1],
            &[3, 1, 0x8f],
            // More and less than was told.
            &[3, 1, 0x90, 2],
            &[3, 3, 0x90, 2],
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
        ] {
            assert_eq!(applied(b"abc", delta, 99), None, "{delta:?}");
        }
    }
}
