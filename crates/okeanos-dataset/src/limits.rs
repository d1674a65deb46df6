//! Bounds on what a file from a stranger may make us do.

/// Bounds on a data set; the defaults suit a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Variables in a data set.
    pub variables: usize,
    /// Attributes of a variable or of the data set.
    pub attributes: usize,
    /// Dimensions of a variable.
    pub rank: usize,
    /// Nesting of groups.
    pub depth: usize,
    /// Bytes that describing the data set may read.
    pub header_bytes: u64,
    /// Bytes of one chunk once it is decompressed.
    pub chunk_bytes: u64,
    /// Bytes of values that one read may return, as 64-bit floats or in the stored type.
    pub read_bytes: u64,
    /// Chunks that one read of a Zarr array may touch: each is a request.
    pub chunks_per_read: u64,
    /// Values of a coordinate.
    pub coordinate_values: u64,
    /// Values of all coordinates that are read of a data set; each coordinate counts once.
    pub all_coordinate_values: u64,
    /// Bytes of the metadata documents of a Zarr store, all together: JSON is many times larger in memory.
    pub document_bytes: u64,
    /// Bytes of an attribute's text.
    pub attribute_bytes: u64,
    /// Numbers, or texts, of an attribute.
    pub attribute_values: u64,
    /// Bytes of each cache of an open data set: of the file's blocks, and of decompressed chunks.
    pub cache_bytes: u64,
    /// Keys that are listed to find the arrays of a Zarr store without consolidated metadata.
    pub keys: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            variables: 2_000,
            attributes: 1_000,
            rank: 16,
            depth: 16,
            header_bytes: 64 << 20,
            chunk_bytes: 256 << 20,
            read_bytes: 256 << 20,
            chunks_per_read: 1 << 16,
            coordinate_values: 16 << 20,
            all_coordinate_values: 32 << 20,
            document_bytes: 16 << 20,
            attribute_bytes: 1 << 20,
            attribute_values: 64 << 10,
            cache_bytes: 32 << 20,
            keys: 10_000,
        }
    }
}

impl Limits {
    /// An error when a count is above a limit.
    pub(crate) fn check(what: &str, found: u64, limit: u64) -> Result<(), crate::Error> {
        if found > limit {
            return Err(crate::Error::TooLarge { what: what.to_owned(), found, limit });
        }
        Ok(())
    }
}
