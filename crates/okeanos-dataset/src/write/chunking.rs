//! Chunk shapes.

/// Bytes of a chunk before compression: maps and sections stay cheap, and a request is worth its latency.
const TARGET: u64 = 3 << 19;

/// A chunk shape of at most about 1.5 MB: the leading dimensions (time, depth) are cut first, so that a chunk is a map
/// or a part of one; then the longer of the last two.
pub fn plan(shape: &[u64], value_bytes: u64) -> Vec<u64> {
    let mut chunk: Vec<u64> = shape.iter().map(|size| (*size).max(1)).collect();
    let bytes = |chunk: &[u64]| chunk.iter().fold(value_bytes.max(1), |all, n| all.saturating_mul(*n));
    let leading = chunk.len().saturating_sub(2);
    while bytes(&chunk) > TARGET {
        let longest_last = (leading..chunk.len()).max_by_key(|d| (chunk[*d], usize::MAX - d));
        match (0..leading).find(|d| chunk[*d] > 1).or(longest_last) {
            Some(d) if chunk[d] > 1 => chunk[d] = chunk[d].div_ceil(2),
            _ => break,
        }
    }
    chunk
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chunks_are_maps() {
        assert_eq!(plan(&[1279, 50, 2041, 4320], 4), [1, 1, 511, 540]);
        assert_eq!(plan(&[32, 12, 361, 720], 2), [1, 3, 361, 720]);
        assert_eq!(plan(&[5, 6], 8), [5, 6]);
        assert_eq!(plan(&[], 8), [] as [u64; 0]);
    }

    proptest! {
        #[test]
        fn chunks_fit_and_are_not_tiny(shape in prop::collection::vec(1..5_000_u64, 1..5)) {
            let chunk = plan(&shape, 8);
            let bytes = chunk.iter().product::<u64>() * 8;
            prop_assert!(bytes <= TARGET);
            prop_assert!(bytes * 4 > TARGET.min(shape.iter().product::<u64>() * 8));
            prop_assert!(chunk.iter().zip(&shape).all(|(c, s)| c <= s && *c > 0));
        }
    }
}
