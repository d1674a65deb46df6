//! A function over an open data set.

mod blocks;
mod csv;
mod moments;
mod places;
mod statistics;

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use okeanos_dataset::{Dataset, Selection, write};
use time::OffsetDateTime;

use crate::{Error, FileFormat, Function, Request, region::Region, region::rfc3339};

/// Told how much is done, from 0 to 1.
pub type Progress<'a> = &'a mut dyn FnMut(f64);

/// Runs a function and writes its result into a folder, in memory bounded by a few blocks of the data (a NetCDF-4 result
/// is held whole, up to 1 GiB). Gives the path of the result's file or folder.
///
/// # Errors
/// [`Error::Input`] when an input does not fit the data set, [`Error::Dataset`], [`Error::Io`].
pub fn execute(
    function: Function,
    dataset: &Dataset,
    request: &Request,
    folder: &Path,
    now: OffsetDateTime,
    progress: Progress<'_>,
) -> Result<PathBuf, Error> {
    let target = folder.join(request.format.result_name());
    let history = format!("{}: okeanos {}:{} of {}", rfc3339(now), function.id(), function.version(), request.source);
    if function == Function::Statistics {
        let region = Region::of(dataset, request)?;
        let described = statistics::describe(dataset, request, &region, progress)?;
        let text = match request.format {
            FileFormat::Csv => csv::statistics(&described),
            _ => described.to_string(),
        };
        std::fs::write(&target, text).map_err(Error::io("the result cannot be written"))?;
        return Ok(target);
    }
    let whole = function == Function::ToZarr && is_whole(request);
    let region = if whole { None } else { Some(Region::of(dataset, request)?) };
    let all = Selection::all(dataset);
    let selection = region.as_ref().map_or(&all, |region| &region.selection);
    let mut copied = |done: u64, total: u64| progress(done as f64 / total.max(1) as f64);
    match (request.format, &region) {
        (FileFormat::Csv, Some(region)) => {
            let mut file = create(&target)?;
            csv::cells(dataset, request, region, &mut file, progress)?;
            file.flush().map_err(Error::io("the result cannot be written"))?;
        }
        (FileFormat::Zarr, _) => {
            write::zarr::write(dataset, selection, Some(&history), &target, write::zarr::Version::V2, &mut copied)?;
        }
        _ => {
            let mut file = create(&target)?;
            write::netcdf::write(dataset, selection, Some(&history), &mut file, &mut copied)?;
            file.flush().map_err(Error::io("the result cannot be written"))?;
        }
    }
    Ok(target)
}

fn is_whole(request: &Request) -> bool {
    request.variables.is_empty() && request.bbox.is_none() && request.datetime.is_none() && request.depth.is_none()
}

fn create(path: &Path) -> Result<BufWriter<File>, Error> {
    File::create(path).map(BufWriter::new).map_err(Error::io("the result cannot be created"))
}
