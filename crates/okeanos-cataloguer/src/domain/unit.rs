//! What is catalogued as one: an object, or all objects of a Zarr store.

use std::time::Duration;

/// The longest that a unit is left alone between two looks, however often it was looked at, unless the first pause is longer.
const PAUSE_MAX: Duration = Duration::from_secs(300);
/// A unit of which no event came for so long is at rest.
const REST: Duration = Duration::from_secs(600);
/// Deepest folder that is looked at for a store's metadata.
const DEPTH_MAX: usize = 12;
/// Names of the files that make a folder a Zarr group or array.
pub(crate) const MARKERS: [&str; 4] = ["zarr.json", ".zgroup", ".zarray", ".zmetadata"];

/// What a unit consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitKind {
    /// One object.
    Object,
    /// The objects below a prefix.
    Store,
}

impl UnitKind {
    /// The name that is kept in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Store => "store",
        }
    }

    /// The kind of a name.
    pub(crate) fn parse(name: &str) -> Self {
        if name == "store" { Self::Store } else { Self::Object }
    }
}

/// What the key alone says about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// A folder's marker, not a file.
    Folder,
    /// A part of the store at this prefix: a folder above is called `….zarr`.
    PartOf(String),
    /// It may be a part of a store at one of these prefixes, topmost first: it is called as Zarr's metadata or chunks are.
    MaybePartOf(Vec<String>),
    /// An object by itself.
    Alone,
}

/// Guesses from a key.
pub(crate) fn guess(key: &str) -> Guess {
    if key.ends_with('/') {
        return Guess::Folder;
    }
    let ancestors: Vec<&str> = key.match_indices('/').map(|(at, _)| &key[..at]).filter(|a| !a.is_empty()).collect();
    let named = ancestors.iter().find(|ancestor| ancestor.to_ascii_lowercase().ends_with(".zarr"));
    if let Some(root) = named {
        return Guess::PartOf((*root).to_owned());
    }
    let name = key.rsplit('/').next().unwrap_or(key);
    if ancestors.is_empty() || !(is_metadata(name) || is_chunk(name)) {
        return Guess::Alone;
    }
    Guess::MaybePartOf(ancestors.into_iter().take(DEPTH_MAX).map(str::to_owned).collect())
}

/// Whether a file of this name is metadata of a Zarr store.
pub(crate) fn is_metadata(name: &str) -> bool {
    MARKERS.contains(&name) || name == ".zattrs"
}

/// Whether a chunk may be called so: `0`, `0.12.3`, `c.0.1`, or `c` (the chunk of a scalar in version 3).
fn is_chunk(name: &str) -> bool {
    let digits = name.strip_prefix("c.").unwrap_or(name);
    name == "c"
        || (!digits.is_empty()
            && digits.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())))
}

/// Whether the name says that it is data, so that not being able to read it is a failure.
pub(crate) fn is_called_data(key: &str) -> bool {
    let name = key.rsplit('/').next().unwrap_or(key).to_ascii_lowercase();
    [".nc", ".nc3", ".nc4", ".cdf", ".netcdf", ".h5", ".hdf5", ".he5", ".zarr"].iter().any(|end| name.ends_with(end))
}

/// The first pause, doubled as often as this.
pub(crate) fn pause(first: Duration, doubled: u32) -> Duration {
    first.saturating_mul(1 << doubled.min(16)).min(PAUSE_MAX.max(first))
}

/// Whether a unit was at rest before an event that comes so long after the one before.
pub(crate) fn was_at_rest(quiet: Duration, since: Duration) -> bool {
    since >= REST.max(quiet * 2)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Guess, guess, is_called_data, pause, was_at_rest};

    /// How many reports a store has whose chunks come at this pace for a day.
    fn reports(quiet: Duration, pace: Duration) -> u32 {
        let (mut reports, mut time) = (0, Duration::ZERO);
        while time < Duration::from_secs(86_400) {
            if was_at_rest(quiet, pace) {
                reports = 0;
            }
            reports += u32::from(pace > pause(quiet, reports));
            time += pace;
        }
        reports
    }

    #[test]
    fn a_store_that_grows_slowly_has_few_reports() {
        let quiet = Duration::from_secs(2);
        assert_eq!(reports(quiet, Duration::from_secs(1)), 0);
        assert_eq!(reports(quiet, Duration::from_secs(3)), 1);
        assert_eq!(reports(quiet, Duration::from_secs(60)), 5);
        assert_eq!(reports(quiet, Duration::from_secs(900)), 1, "after a rest it begins anew");
        assert_eq!(pause(Duration::from_secs(600), 3), Duration::from_secs(600));
    }

    fn part_of(root: &str) -> Guess {
        Guess::PartOf(root.to_owned())
    }

    #[test]
    fn keys() {
        assert_eq!(guess("sst.nc"), Guess::Alone);
        assert_eq!(guess("a/sst.nc"), Guess::Alone);
        assert_eq!(guess("a/"), Guess::Folder);
        assert_eq!(guess("a/sst.zarr/.zgroup"), part_of("a/sst.zarr"));
        assert_eq!(guess("SST.ZARR/temp/0.0"), part_of("SST.ZARR"));
        assert_eq!(guess("a.zarr/b.zarr/0"), part_of("a.zarr"));
        assert_eq!(guess("sst.zarr"), Guess::Alone);
        assert_eq!(guess("sst.zarr.zip"), Guess::Alone);
        let maybe = |roots: &[&str]| Guess::MaybePartOf(roots.iter().map(|r| (*r).to_owned()).collect());
        assert_eq!(guess("store/zarr.json"), maybe(&["store"]));
        assert_eq!(guess("store/temp/c/0/1"), maybe(&["store", "store/temp", "store/temp/c", "store/temp/c/0"]));
        assert_eq!(guess("store/temp/12.0"), maybe(&["store", "store/temp"]));
        assert_eq!(guess("zarr.json"), Guess::Alone);
        assert_eq!(guess("a/0.0.nc"), Guess::Alone);
        assert_eq!(guess("a/.."), Guess::Alone);
    }

    #[test]
    fn names_of_data() {
        assert!(is_called_data("a/B.NC") && is_called_data("x.zarr"));
        assert!(!is_called_data("a.nc/readme.txt") && !is_called_data("nc"));
    }
}
