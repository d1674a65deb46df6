//! Whether a file is as long as its header says: an upload that broke off is told before its values are read.

use netcdf_reader::NcGroup;

use super::storage::FileBytes;
use crate::Error;

const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";

/// The end-of-file address in an HDF5 superblock (versions 0 to 3) must lie inside the file.
pub(super) fn check_hdf5(bytes: &FileBytes) -> Result<(), Error> {
    let mut start = 0_u64;
    while start.saturating_add(64) <= bytes.size() {
        let block = bytes.bytes(start, 64)?;
        if block.starts_with(HDF5) {
            let Some(end) = end_of_file(&block) else { return Ok(()) };
            // The address counts from the superblock, or from the file's start, depending on the writer.
            if end != u64::MAX && end > bytes.size() {
                return Err(Error::Truncated(format!("it has {} bytes of {end}", bytes.size())));
            }
            return Ok(());
        }
        start = if start == 0 { 512 } else { start.saturating_mul(2) };
    }
    Ok(())
}

/// HDF5 File Format Specification, II.A: the address follows the base address and one other.
fn end_of_file(block: &[u8]) -> Option<u64> {
    let (width, base) = match block.get(8)? {
        0 => (*block.get(13)?, 24),
        1 => (*block.get(13)?, 28),
        2 | 3 => (*block.get(9)?, 12),
        _ => return None,
    };
    let width = usize::from(width);
    let at = base + 2 * width;
    let field = block.get(at..at + width)?;
    (width <= 8).then(|| field.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

/// The fixed variables of a classic file must lie inside it; its records are checked by the reader.
pub(super) fn check_classic(root: &NcGroup, size: u64) -> Result<(), Error> {
    for variable in root.variables.iter().filter(|variable| !variable.is_record_var) {
        let length = variable.dtype.size().ok().and_then(|width| {
            let values = variable.num_elements().ok()?;
            values.checked_mul(width as u64)
        });
        let end = length.and_then(|length| variable.data_offset.checked_add(length));
        if end.is_none_or(|end| end > size) {
            let why = format!("variable {} does not fit in its {size} bytes", variable.name);
            return Err(Error::Truncated(why));
        }
    }
    Ok(())
}
