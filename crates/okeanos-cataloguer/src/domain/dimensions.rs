//! The members of the datacube extension: dimensions with their extents, variables with their types.

use okeanos_cf::{
    axes::{
        Axes, Axis, Positive, Vertical, axis_of, direction, is_dimension_coordinate, is_latitude, is_longitude,
        local_name, vertical,
    },
    model::{DataType, Header, Variable},
};
use serde_json::{Map, Value, json};

use super::{
    describe::{Coordinates, Values},
    period::{Dates, rfc3339},
    place::extent,
};

/// Most values of a dimension that are written out.
const VALUES_MAX: usize = 200;
/// EPSG code of longitudes and latitudes in degrees.
const WGS84: u32 = 4326;

/// `cube:dimensions` of a variable: its dimensions by name, slowest first.
pub(crate) fn dimensions(header: &Header, variable: &Variable, axes: &Axes, coordinates: &Coordinates) -> Value {
    let mut found = Map::new();
    for (dimension, size) in variable.dimensions.iter().zip(&variable.shape) {
        // The time along it (which NEMO and profiles call otherwise), its own coordinate, or the vertical along it.
        let candidates = [axes.t.as_ref(), Some(dimension), axes.z.as_ref()].into_iter().flatten();
        let along = |variable: &&Variable| variable.dimensions == [dimension.as_str()];
        let values = candidates
            .filter_map(|name| header.variable(name).filter(along))
            .find_map(|coordinate| Some((coordinate, coordinates.get(&coordinate.name)?)));
        let described = match values {
            Some((coordinate, values)) => with_coordinate(coordinate, values),
            None => index(*size),
        };
        found.insert(local_name(dimension).to_owned(), described);
    }
    Value::Object(found)
}

fn with_coordinate(coordinate: &Variable, values: &Values) -> Value {
    let described = match axis_of(coordinate) {
        Some(Axis::T) => values.dates(coordinate).map(|dates| temporal(&dates)),
        Some(axis) if axis == Axis::Z || is_geographic(coordinate) => spatial(axis, coordinate, values),
        // Without a reference system a spatial dimension is one of degrees, which projected ones are not.
        Some(_) => other(coordinate, values),
        None => other(coordinate, values),
    };
    described.unwrap_or_else(|| index(values.values.len() as u64))
}

fn is_geographic(coordinate: &Variable) -> bool {
    is_longitude(coordinate) || is_latitude(coordinate)
}

fn spatial(axis: Axis, coordinate: &Variable, values: &Values) -> Option<Value> {
    let numbers = values.written(coordinate);
    let (least, greatest) = extent(numbers.iter().copied())?;
    let mut found = Map::from_iter([
        ("type".to_owned(), json!("spatial")),
        ("axis".to_owned(), json!(axis.letter().to_ascii_lowercase().to_string())),
        ("extent".to_owned(), json!([least, greatest])),
    ]);
    let step = step(&numbers);
    if axis == Axis::Z || (step.is_none() && numbers.len() > 1) {
        add_values(&mut found, &numbers);
    }
    if numbers.len() > 1 {
        found.insert("step".to_owned(), json!(step));
    }
    if let Some(unit) = coordinate.attributes.text("units").map(str::trim).filter(|u| !u.is_empty()) {
        found.insert("unit".to_owned(), json!(unit));
    }
    if axis == Axis::Z {
        found.insert("description".to_owned(), json!(vertical_description(coordinate)));
    } else {
        found.insert("reference_system".to_owned(), json!(WGS84));
    }
    Some(Value::Object(found))
}

fn vertical_description(coordinate: &Variable) -> String {
    let what = match vertical(coordinate) {
        Vertical::Metres(_) => "Metres",
        Vertical::Decibars(_) => "Pressure",
        Vertical::Other => "Levels",
    };
    let way = match direction(coordinate) {
        Positive::Up => "upward",
        Positive::Down => "downward",
    };
    format!("{what}, positive {way}")
}

fn temporal(dates: &Dates) -> Value {
    let shown = |date: Option<time::OffsetDateTime>| date.map(rfc3339);
    let ends = dates.period.map_or([None, None], |p| [Some(rfc3339(p.start)), Some(rfc3339(p.end))]);
    let mut found = Map::from_iter([("type".to_owned(), json!("temporal")), ("extent".to_owned(), json!(ends))]);
    if dates.climatological {
        found.insert("description".to_owned(), json!("A climatology: dates of no particular year"));
        return Value::Object(found);
    }
    let complete = dates.dates.iter().all(Option::is_some);
    match dates.step {
        Some(step) => {
            found.insert("step".to_owned(), json!(super::period::duration(step)));
        }
        None if complete && dates.dates.len() <= VALUES_MAX => {
            found.insert("values".to_owned(), json!(dates.dates.iter().map(|d| shown(*d)).collect::<Vec<_>>()));
        }
        None => {
            found.insert("step".to_owned(), Value::Null);
        }
    }
    Value::Object(found)
}

/// A dimension with numbers that are neither degrees nor time: metres of a projection, ensemble members, wavelengths.
fn other(coordinate: &Variable, values: &Values) -> Option<Value> {
    let numbers = values.written(coordinate);
    let (least, greatest) = extent(numbers.iter().copied())?;
    let kind = coordinate.standard_name().unwrap_or("other");
    let mut found = Map::from_iter([("type".to_owned(), json!(kind)), ("extent".to_owned(), json!([least, greatest]))]);
    add_values(&mut found, &numbers);
    if let Some(unit) = coordinate.attributes.text("units") {
        found.insert("unit".to_owned(), json!(unit));
    }
    Some(Value::Object(found))
}

/// A dimension without a coordinate: it counts.
fn index(size: u64) -> Value {
    json!({"type": "index", "extent": [0, size.saturating_sub(1)], "step": 1})
}

fn add_values(found: &mut Map<String, Value>, numbers: &[f64]) {
    if numbers.len() <= VALUES_MAX && numbers.iter().all(|n| n.is_finite()) {
        found.insert("values".to_owned(), json!(numbers));
    }
}

/// The step between neighbours, when it is the same to a thousandth.
fn step(values: &[f64]) -> Option<f64> {
    let (first, last) = (values.first()?, values.last()?);
    #[expect(clippy::cast_precision_loss, reason = "far fewer values than 2^52")]
    let count = values.len().checked_sub(1).filter(|n| *n > 0)? as f64;
    let step = (last - first) / count;
    let regular = values.windows(2).all(|pair| ((pair[1] - pair[0]) - step).abs() <= step.abs() * 1e-3);
    (regular && step != 0.0 && step.is_finite()).then(|| (step * 1e9).round() / 1e9)
}

/// `cube:variables` of an item: the variable, and its coordinates that are not dimensions.
pub(crate) fn variables(header: &Header, variable: &Variable, axes: &Axes) -> Value {
    let mut found = Map::from_iter([(variable.name.clone(), described(variable, "data"))]);
    let coordinates = [&axes.x, &axes.y, &axes.z, &axes.t, &axes.longitude, &axes.latitude];
    for coordinate in coordinates.into_iter().flatten().filter_map(|name| header.variable(name)) {
        if !is_dimension_coordinate(coordinate) && !found.contains_key(&coordinate.name) {
            found.insert(coordinate.name.clone(), described(coordinate, "auxiliary"));
        }
    }
    Value::Object(found)
}

fn described(variable: &Variable, kind: &str) -> Value {
    let dimensions: Vec<_> = variable.dimensions.iter().map(|d| local_name(d)).collect();
    let mut found = Map::from_iter([
        ("dimensions".to_owned(), json!(dimensions)),
        ("type".to_owned(), json!(kind)),
        ("data_type".to_owned(), json!(variable.dtype.name())),
    ]);
    for (member, attribute) in [("unit", "units"), ("description", "long_name")] {
        if let Some(text) = variable.attributes.text(attribute).map(str::trim).filter(|t| !t.is_empty()) {
            found.insert(member.to_owned(), json!(text.chars().take(500).collect::<String>()));
        }
    }
    Value::Object(found)
}

/// A number of a 32-bit coordinate as the file means it: 0.1, not 0.10000000149011612.
pub(crate) fn written(value: f64, dtype: DataType) -> f64 {
    if dtype != DataType::F32 {
        return value;
    }
    #[expect(clippy::cast_possible_truncation, reason = "it was a 32-bit number")]
    let stored = value as f32;
    stored.to_string().parse().unwrap_or(value)
}
