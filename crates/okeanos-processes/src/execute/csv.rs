//! Comma-separated values (RFC 4180).

use std::io::Write;

use okeanos_cf::model::{DataType, Variable};
use okeanos_dataset::{
    Dataset, Error as DatasetError, Window,
    decode::Decoding,
    grid::{Axis, Grid},
    write::tiles,
};
use serde_json::Value;
use time::OffsetDateTime;

use super::{
    Progress,
    blocks::grown,
    places::{Lookup, Places, each_index},
};
use crate::{
    Error, Request,
    region::{Region, rfc3339},
};

/// Lines of a file.
const LINES: u64 = 20_000_000;

/// What a column holds.
enum Column<'a> {
    /// Dates by their positions in the time's values.
    Dates(Lookup, &'a [Option<OffsetDateTime>]),
    Coordinate(Lookup),
    /// Indices of a dimension without a coordinate.
    Index(usize, Vec<u64>),
}

/// Writes a line per cell inside what is asked for in which any variable has a value: its time, depth, latitude, longitude, then the variables.
pub(super) fn cells(
    dataset: &Dataset,
    request: &Request,
    region: &Region,
    file: &mut impl Write,
    progress: Progress<'_>,
) -> Result<(), Error> {
    let variables: Vec<&Variable> =
        region.targets.iter().map(|target| dataset.variable(&target.variable)).collect::<Result<_, _>>()?;
    let (Some(first), Some(target)) = (variables.first(), region.targets.first()) else { return Ok(()) };
    let grid = &target.grid;
    if let Some(other) = variables.iter().find(|other| other.dimensions != first.dimensions) {
        let message =
            format!("{} and {} have different dimensions: as CSV, ask for them one by one", first.name, other.name);
        return Err(Error::input("variables", message));
    }
    let shape = region.selection.shape(first);
    let total = Window::all(&shape).len();
    if total > LINES {
        return Err(
            DatasetError::TooLarge { what: "the CSV file in lines".to_owned(), found: total, limit: LINES }.into()
        );
    }
    let unwritten = |error| Error::io("the result cannot be written")(error);
    let columns = columns(grid, first, region);
    let places = Places::of(grid, first, &region.selection, request);
    let names = columns.iter().map(|(name, _)| quoted(name)).chain(variables.iter().map(|v| quoted(&v.name)));
    writeln!(file, "{}\r", names.collect::<Vec<_>>().join(",")).map_err(unwritten)?;
    let mut done = 0;
    // Whole rows, so that lines come in order.
    for (_, window) in tiles(&shape, &grown(&shape, None)) {
        let mut blocks = Vec::new();
        for variable in &variables {
            let raw = region.selection.read(dataset, variable, &window)?;
            let decoding = Decoding::of(variable, !dataset.format().is_store());
            blocks.push((decoding.decode(&raw).unwrap_or_default(), is_exact(variable)));
        }
        let mut text = String::new();
        each_index(&window.start, &window.count, |number, index| {
            let value = |block: &(Vec<f64>, bool)| (block.0.get(number).copied().unwrap_or(f64::NAN), block.1);
            if places.has(index) && blocks.iter().any(|block| !value(block).0.is_nan()) {
                let cells = columns.iter().map(|(_, column)| column.text(index));
                let cells = cells.chain(blocks.iter().map(|block| number_text(value(block))));
                text.push_str(&cells.collect::<Vec<_>>().join(","));
                text.push_str("\r\n");
            }
        });
        file.write_all(text.as_bytes()).map_err(unwritten)?;
        done += window.len();
        progress(done as f64 / total.max(1) as f64);
    }
    Ok(())
}

fn columns<'a>(grid: &'a Grid, variable: &Variable, region: &Region) -> Vec<(String, Column<'a>)> {
    let selection = &region.selection;
    let lookup =
        |axis: &Axis| Column::Coordinate(Lookup::of(axis, variable, selection, |at| axis.values.get(at).copied()));
    let mut columns = Vec::new();
    if let Some(time) = &grid.time {
        let positions = Lookup::of(&time.axis, variable, selection, |at| Some(at as f64));
        columns.push(("time".to_owned(), Column::Dates(positions, &time.dates)));
    }
    columns.extend(grid.depth.as_ref().map(|depth| ("depth".to_owned(), lookup(&depth.axis))));
    columns.extend(grid.lat.as_ref().map(|lat| ("latitude".to_owned(), lookup(lat))));
    columns.extend(grid.lon.as_ref().map(|lon| ("longitude".to_owned(), lookup(lon))));
    let axes = [
        grid.time.as_ref().map(|t| &t.axis),
        grid.depth.as_ref().map(|d| &d.axis),
        grid.lat.as_ref(),
        grid.lon.as_ref(),
    ];
    let covered: Vec<usize> = axes.into_iter().flatten().flat_map(|axis| axis.dimensions.clone()).collect();
    for (d, (name, size)) in variable.dimensions.iter().zip(&variable.shape).enumerate() {
        if !covered.contains(&d) {
            columns.push((name.clone(), Column::Index(d, selection.indices(name, *size))));
        }
    }
    columns
}

impl Column<'_> {
    fn text(&self, index: &[u64]) -> String {
        let of = |d: usize| index.get(d).and_then(|i| usize::try_from(*i).ok()).unwrap_or(0);
        match self {
            Self::Dates(positions, dates) => {
                let position = positions.at(index);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was a position")]
                let date = (!position.is_nan()).then(|| dates.get(position as usize).copied().flatten()).flatten();
                date.map(rfc3339).unwrap_or_default()
            }
            Self::Coordinate(lookup) => number_text((lookup.at(index), false)),
            Self::Index(d, indices) => indices.get(of(*d)).map(ToString::to_string).unwrap_or_default(),
        }
    }
}

/// Whether all digits of a 64-bit float mean something.
fn is_exact(variable: &Variable) -> bool {
    variable.dtype == DataType::F64 && variable.attributes.get("scale_factor").is_none()
}

/// A number, missing ones as nothing. Unpacked and 32-bit numbers have nine digits at most that mean something.
fn number_text((value, exact): (f64, bool)) -> String {
    if value.is_nan() {
        return String::new();
    }
    let rounded = if exact { value } else { format!("{value:.8e}").parse().unwrap_or(value) };
    rounded.to_string()
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// The document of the statistics as a line per variable, without the series.
pub(super) fn statistics(document: &Value) -> String {
    const NAMES: [&str; 9] = ["standard_name", "units", "count", "missing", "min", "max", "mean", "std", "weights"];
    let mut text = format!("variable,{}\r\n", NAMES.join(","));
    for (name, of) in document["variables"].as_object().into_iter().flatten() {
        let cell = |column: &&str| match &of[*column] {
            Value::Null => String::new(),
            Value::String(text) => quoted(text),
            other => other.to_string(),
        };
        let cells: Vec<String> = std::iter::once(quoted(name)).chain(NAMES.iter().map(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}
