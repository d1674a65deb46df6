//! Reading a selection block by block.

/// Values of a block: 8 MB as 64-bit floats.
const VALUES: u64 = 1 << 20;

/// A block shape of about a million values, grown from the chunks that the variable is stored in (so that each is
/// decompressed once), the fastest dimension first.
pub(super) fn grown(shape: &[u64], chunks: Option<&[u64]>) -> Vec<u64> {
    let mut block: Vec<u64> = match chunks {
        Some(chunks) if chunks.len() == shape.len() => chunks.iter().zip(shape).map(|(c, s)| *c.min(s)).collect(),
        _ => vec![1; shape.len()],
    };
    block.iter_mut().for_each(|length| *length = (*length).max(1));
    let values = |block: &[u64]| block.iter().fold(1, |all: u64, n| all.saturating_mul(*n));
    while values(&block) > VALUES {
        // Chunks larger than a block are read in parts, the slowest dimension first.
        let Some(slowest) = block.iter().position(|length| *length > 1) else { break };
        block[slowest] = block[slowest].div_ceil(2);
    }
    for d in (0..shape.len()).rev() {
        while block[d] < shape[d] && values(&block).saturating_mul(2) <= VALUES {
            block[d] = (block[d] * 2).min(shape[d]);
        }
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_whole_rows_and_whole_chunks() {
        assert_eq!(grown(&[1000, 50, 200, 300], None), [1, 16, 200, 300]);
        assert_eq!(grown(&[4, 3, 10, 36], Some(&[1, 2, 5, 18])), [4, 3, 10, 36]);
        assert_eq!(grown(&[5000, 5000], Some(&[5000, 5000])), [157, 5000]);
        assert_eq!(grown(&[], None), [] as [u64; 0]);
    }
}
