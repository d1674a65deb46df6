//! From what was read of a data set to its items: one per geophysical variable.

use std::collections::BTreeMap;

use okeanos_cf::{
    axes::{Axes, axes, geophysical, is_dimension_coordinate, is_latitude, is_longitude, local_name},
    checks::{AttributeTypes, Coordinate, Finding, Severity, check, check_coordinate, rules},
    model::{Header, Variable},
    names::Evidence,
    time::TimeReference,
};
use okeanos_dataset::Format;
use serde_json::Value;
use time::OffsetDateTime;

use super::{
    collection::{Parameter, UNCATEGORISED},
    dimensions::written,
    item::{self, When},
    period::{Dates, made, stated},
    place::Place,
    report::{ItemRef, Outcome},
    rules::{self as own, finding},
};

/// The decoded values of a coordinate; missing ones are NaN.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Values {
    pub(crate) values: Vec<f64>,
}

impl Values {
    /// The values as the file means them.
    pub(crate) fn written(&self, coordinate: &Variable) -> Vec<f64> {
        self.values.iter().map(|value| written(*value, coordinate.dtype)).collect()
    }

    /// The dates of a time coordinate; `None` when its units are none.
    pub(crate) fn dates(&self, coordinate: &Variable) -> Option<Dates> {
        let attributes = &coordinate.attributes;
        let reference = TimeReference::parse(attributes.text("units")?, attributes.text("calendar")).ok()?;
        Some(Dates::of(&self.values, &reference))
    }
}

/// Coordinates by name.
pub(crate) type Coordinates = BTreeMap<String, Values>;

/// What was read of a data set.
#[derive(Clone, Debug)]
pub(crate) struct Inspection {
    pub(crate) format: Format,
    pub(crate) header: Header,
    pub(crate) coordinates: Coordinates,
    /// What reading found, coordinates that cannot be read above all.
    pub(crate) findings: Vec<Finding>,
}

impl Inspection {
    /// Whether the values of its coordinates are there: all of dimensions, some of others (which may be undefined on land).
    pub(crate) fn has_coordinates(&self) -> bool {
        self.coordinates.iter().all(|(name, Values { values })| {
            let finite = values.iter().filter(|value| value.is_finite()).count();
            if self.is_of_dimension(name) { finite == values.len() } else { finite > 0 || values.is_empty() }
        })
    }

    /// Whether they are there and make sense: those of dimensions go one way.
    pub(crate) fn has_sound_coordinates(&self) -> bool {
        let one_way = |values: &[f64]| {
            values.windows(2).all(|pair| pair[0] < pair[1]) || values.windows(2).all(|pair| pair[0] > pair[1])
        };
        let sound = |(name, of): (&String, &Values)| !self.is_of_dimension(name) || one_way(&of.values);
        self.has_coordinates() && self.coordinates.iter().all(sound)
    }

    fn is_of_dimension(&self, name: &str) -> bool {
        self.header.variable(name).is_some_and(is_dimension_coordinate)
    }
}

/// The object that a data set is stored as.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) bucket: String,
    /// The key, or the prefix of a Zarr store.
    pub(crate) key: String,
    /// Bytes; `None` for a store of more objects than are counted.
    pub(crate) size: Option<u64>,
    pub(crate) modified: OffsetDateTime,
    /// User metadata.
    pub(crate) metadata: BTreeMap<String, String>,
}

/// An item with the collection that it goes to.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) parameter: Parameter,
    pub(crate) id: String,
    pub(crate) item: Value,
}

/// Names of the coordinates whose values describing needs.
pub(crate) fn needed(header: &Header, items_max: usize) -> Vec<String> {
    let mut names = std::collections::BTreeSet::new();
    for variable in geophysical(header).into_iter().take(items_max) {
        let Axes { x, y, z, t, longitude, latitude } = axes(header, variable);
        names.extend([x, y, z, t, longitude, latitude].into_iter().flatten());
        names.extend(
            variable.dimensions.iter().filter(|d| header.variable(d).is_some_and(|v| v.dtype.is_numeric())).cloned(),
        );
    }
    names.into_iter().collect()
}

/// Checks a data set and describes its variables, at most so many.
pub(crate) fn describe(
    inspection: &Inspection,
    source: &Source,
    items_max: usize,
    now: OffsetDateTime,
) -> (Outcome, Vec<Described>) {
    let header = &inspection.header;
    let types = if inspection.format.is_store() { AttributeTypes::Json } else { AttributeTypes::Stored };
    let mut findings = inspection.findings.clone();
    findings.extend(check(header, types));
    findings
        .extend(inspection.coordinates.iter().flat_map(|(name, values)| check_values(header, name, &values.values)));
    let variables = geophysical(header);
    if variables.len() > items_max {
        let message = format!("there are {} variables, of which the first {items_max} are catalogued", variables.len());
        findings.push(finding(own::COUNTED, Severity::Warning, "", message, "Split the data set."));
    }
    let described: Vec<_> = variables
        .iter()
        .take(items_max)
        .map(|variable| one(inspection, variable, source, now, &mut findings))
        .collect();
    let mut applied: Vec<_> = own::ON_DATASETS.to_vec();
    applied.extend(rules());
    if inspection.format.is_store() {
        applied.push(own::COMPLETE);
    }
    let items =
        described.iter().map(|d| ItemRef { collection: d.parameter.collection_id(), id: d.id.clone() }).collect();
    let outcome =
        Outcome { format: Some(inspection.format.name()), failed: described.is_empty(), applied, findings, items };
    (outcome, described)
}

fn check_values(header: &Header, name: &str, values: &[f64]) -> Vec<Finding> {
    let Some(variable) = header.variable(name) else { return Vec::new() };
    let kind = if is_longitude(variable) {
        Coordinate::Longitude
    } else if is_latitude(variable) {
        Coordinate::Latitude
    } else {
        Coordinate::Other
    };
    check_coordinate(name, kind, is_dimension_coordinate(variable), values)
}

fn one(
    inspection: &Inspection,
    variable: &Variable,
    source: &Source,
    now: OffsetDateTime,
    findings: &mut Vec<Finding>,
) -> Described {
    let header = &inspection.header;
    let axes = axes(header, variable);
    let parameter = Parameter::of(variable);
    findings.extend(named(parameter, variable));
    let place = place(inspection, &axes);
    if place.is_none() {
        let message = "it has no usable longitudes and latitudes, so no search by place finds it";
        findings.push(finding(
            own::PLACED,
            Severity::Warning,
            &variable.name,
            message,
            "Give it coordinates in degrees_east and degrees_north.",
        ));
    }
    let (when, problem) = when(inspection, &axes, source);
    findings.extend(problem.map(|(severity, message)| {
        finding(
            own::DATED,
            severity,
            &variable.name,
            message,
            "Add a time coordinate, or the attributes time_coverage_start and time_coverage_end.",
        )
    }));
    let id = item::id(&source.bucket, &source.key, &variable.name);
    let item = item::document(&item::Facts {
        id: &id,
        header,
        variable,
        axes: &axes,
        coordinates: &inspection.coordinates,
        format: inspection.format,
        parameter,
        place,
        when,
        source,
        now,
    });
    Described { parameter, id, item }
}

fn named(parameter: Parameter, variable: &Variable) -> Option<Finding> {
    match parameter {
        Parameter::Stated(_) => None,
        Parameter::Inferred(name, evidence) => {
            let by = match evidence {
                Evidence::LongName => "long name",
                Evidence::ShortName => "name and units",
            };
            let message = format!("by its {by} it was taken to be {}", name.name);
            let fix = format!("If that is right, write standard_name = \"{}\"; else write the right one.", name.name);
            Some(finding(own::NAMED, Severity::Warning, &variable.name, message, &fix))
        }
        Parameter::Unknown => {
            let message = format!("it has no known standard name, so it is in the collection `{UNCATEGORISED}`");
            Some(finding(
                own::NAMED,
                Severity::Warning,
                &variable.name,
                message,
                "Choose a name from the CF standard-name table.",
            ))
        }
    }
}

fn place(inspection: &Inspection, axes: &Axes) -> Option<Place> {
    let values = |name: &Option<String>| {
        let name = name.as_ref()?;
        Some(inspection.coordinates.get(name)?.written(inspection.header.variable(name)?))
    };
    Place::of(&values(&axes.longitude)?, &values(&axes.latitude)?)
}

/// When a variable's data are, and what is to be said about how that was found out.
fn when(inspection: &Inspection, axes: &Axes, source: &Source) -> (When, Option<(Severity, &'static str)>) {
    let header = &inspection.header;
    let dates = axes.t.as_ref().and_then(|name| inspection.coordinates.get(name)?.dates(header.variable(name)?));
    let climatological = dates.as_ref().is_some_and(|dates| dates.climatological);
    if let Some(period) = dates.and_then(|dates| dates.period) {
        return (When::Measured(period), None);
    }
    if let Some(period) = stated(&header.attributes) {
        return (When::Stated(period), None);
    }
    let problem = match (axes.t.is_some(), climatological) {
        (_, true) => {
            (Severity::Info, "its dates are of no particular year, so it is found by the date of the data set itself")
        }
        (true, false) => {
            (Severity::Warning, "its times cannot be dated, so it is found by the date of the data set itself")
        }
        (false, false) => (Severity::Info, "it has no time, so it is found by the date of the data set itself"),
    };
    // A store tells the moment of writing to the nanosecond; as the date of a data set, whole seconds are precise enough.
    let written = source.modified.replace_nanosecond(0).unwrap_or(source.modified);
    (When::Made(made(&header.attributes).unwrap_or(written)), Some(problem))
}

/// The name of a file or store without its folders.
pub(crate) fn file_name(key: &str) -> &str {
    local_name(key)
}

#[cfg(test)]
mod tests;
