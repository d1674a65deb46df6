//! What can be wrong with a request to look at data.

use okeanos_fault::{Fault, Kind};

/// A fact about a request that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A parameter cannot be understood.
    #[error("{why}")]
    BadParameter {
        /// The parameter's name.
        field: &'static str,
        /// What is wrong, in words.
        why: String,
    },
    /// There is no such variable in the data set.
    #[error("the data set has no variable {name}")]
    NoSuchVariable {
        /// The parameter's name.
        field: &'static str,
        /// The name that was asked for.
        name: String,
    },
    /// The tile is outside the tile matrix set.
    #[error("there is no tile {z}/{y}/{x} in WebMercatorQuad, whose zooms are 0 to {z_max}", z_max = super::mercator::ZOOM_MAX)]
    NoSuchTile {
        /// Tile matrix.
        z: u8,
        /// Tile row.
        y: u32,
        /// Tile column.
        x: u32,
    },
    /// The item has no asset that can be read here.
    #[error("the item has no NetCDF or Zarr asset in a bucket of this platform")]
    NoReadableAsset,
    /// The item points to an object that neither its owner nor the caller may share.
    #[error("the item points to an object that its owner may not show to you")]
    AssetNotAllowed,
    /// The variable is on no grid that a map can show.
    #[error("{variable} cannot be put on a map: {why}")]
    NotMappable {
        /// The variable.
        variable: String,
        /// In words.
        why: String,
    },
    /// The place is outside the grid.
    #[error("the data has no grid cell at longitude {longitude}, latitude {latitude}")]
    NoCellHere {
        /// Degrees east.
        longitude: f64,
        /// Degrees north.
        latitude: f64,
    },
    /// No time step lies in the interval.
    #[error("no time step of the data lies in the interval")]
    NoTimeStep,
    /// The answer would be too long.
    #[error("the answer would have {count} values, the limit is {limit}: narrow datetime or z")]
    TooManyValues {
        /// How many values.
        count: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// Too much of the data would have to be read for the answer.
    #[error("{chunks} chunks, {megabytes} MB in memory, would have to be read: narrow datetime or z")]
    TooMuchToRead {
        /// Chunks.
        chunks: u64,
        /// Decompressed.
        megabytes: u64,
    },
    /// Reading did not end in time.
    #[error("reading took longer than {0} seconds: narrow datetime or z")]
    TooSlow(i64),
    /// The data set itself cannot be read.
    #[error("the data set cannot be read: {0}")]
    Unreadable(String),
    /// The object store failed while the data set was read.
    #[error("the object store failed")]
    Store(#[source] okeanos_dataset::Error),
    /// Too many pictures are being drawn.
    #[error("too many requests are being drawn right now")]
    Overloaded,
    /// There is no such page.
    #[error("there is no page {0}")]
    NoSuchPage(String),
}

impl Error {
    /// A parameter that cannot be understood.
    pub fn parameter(field: &'static str, why: impl Into<String>) -> Self {
        Self::BadParameter { field, why: why.into() }
    }

    /// A variable that is on no grid that a map can show.
    pub fn not_mappable(variable: &str, why: impl Into<String>) -> Self {
        Self::NotMappable { variable: variable.to_owned(), why: why.into() }
    }
}

impl From<okeanos_dataset::Error> for Error {
    fn from(error: okeanos_dataset::Error) -> Self {
        if error.is_permanent() { Self::Unreadable(error.to_string()) } else { Self::Store(error) }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::BadParameter { field, .. } => Self::invalid("explorer/bad-parameter", field, message),
            Error::NoSuchVariable { field, .. } => Self::invalid("explorer/no-such-variable", field, message),
            Error::NoSuchTile { .. } => Self::not_found("explorer/no-such-tile", message),
            Error::NoReadableAsset => Self::not_found("explorer/no-readable-asset", message),
            Error::AssetNotAllowed => Self::forbidden("explorer/asset-not-allowed", message),
            Error::NotMappable { .. } => Self::not_found("explorer/not-mappable", message),
            Error::NoCellHere { .. } => Self::not_found("explorer/no-cell-here", message).field("coords"),
            Error::NoTimeStep => Self::not_found("explorer/no-time-step", message).field("datetime"),
            Error::TooManyValues { .. } => Self::new(Kind::TooLarge, "explorer/too-many-values", message),
            Error::TooMuchToRead { .. } => Self::new(Kind::TooLarge, "explorer/too-much-to-read", message),
            Error::TooSlow(_) => Self::new(Kind::Timeout, "explorer/too-slow", message),
            Error::Unreadable(_) => Self::not_found("explorer/unreadable-data", message),
            Error::Store(_) => Self::unavailable(error),
            Error::Overloaded => Self::new(Kind::Unavailable, "explorer/overloaded", message),
            Error::NoSuchPage(_) => Self::not_found("explorer/no-such-page", message),
        }
    }
}
