//! Values at a position as CoverageJSON (OGC 21-069r2) and as CSV.

use std::fmt::Write;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::params::time_text;

/// A vertical axis, or the levels taken of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// Values, positive downward.
    pub values: Vec<f64>,
    /// Their unit; empty when it is not said.
    pub unit: String,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The variable's name.
    pub name: String,
    /// For people.
    pub title: String,
    /// Empty when it is not said.
    pub unit: String,
    /// CF standard name.
    pub standard_name: Option<String>,
}

/// Values of some parameters at one place, over times and levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// Degrees east of the cell's centre.
    pub longitude: f64,
    /// Degrees north of the cell's centre.
    pub latitude: f64,
    /// Times; `None` without a time axis.
    pub times: Option<Vec<OffsetDateTime>>,
    /// Levels; `None` without a vertical axis.
    pub levels: Option<Levels>,
    /// Parameters with their values, levels fastest; missing ones are NaN.
    pub parameters: Vec<(Parameter, Vec<f64>)>,
}

impl Position {
    fn counts(&self) -> (usize, usize) {
        (self.times.as_ref().map_or(1, Vec::len), self.levels.as_ref().map_or(1, |l| l.values.len()))
    }

    fn domain_type(&self) -> &'static str {
        match self.counts() {
            (1, 1) => "Point",
            (_, 1) => "PointSeries",
            (1, _) => "VerticalProfile",
            _ => "Grid",
        }
    }

    /// The CoverageJSON document.
    pub fn to_json(&self) -> Value {
        let one = |value: f64| json!({ "values": [value] });
        let mut axes = Map::new();
        let mut referencing = vec![json!({
            "coordinates": ["x", "y"],
            "system": { "type": "GeographicCRS", "id": "http://www.opengis.net/def/crs/OGC/1.3/CRS84" },
        })];
        let (mut axis_names, mut shape) = (Vec::new(), Vec::new());
        if let Some(times) = &self.times {
            let values: Vec<_> = times.iter().map(|t| time_text(*t)).collect();
            axis_names.push("t");
            shape.push(values.len());
            axes.insert("t".to_owned(), json!({ "values": values }));
            let system = json!({ "type": "TemporalRS", "calendar": "Gregorian" });
            referencing.push(json!({ "coordinates": ["t"], "system": system }));
        }
        if let Some(levels) = &self.levels {
            axis_names.push("z");
            shape.push(levels.values.len());
            axes.insert("z".to_owned(), json!({ "values": levels.values }));
            referencing.push(vertical_reference(levels));
        }
        axes.insert("y".to_owned(), one(self.latitude));
        axes.insert("x".to_owned(), one(self.longitude));
        axis_names.extend(["y", "x"]);
        shape.extend([1, 1]);
        let (mut parameters, mut ranges) = (Map::new(), Map::new());
        for (parameter, values) in &self.parameters {
            parameters.insert(parameter.name.clone(), described(parameter));
            let values: Vec<Option<f64>> = values.iter().map(|v| v.is_finite().then_some(*v)).collect();
            let range = json!({
                "type": "NdArray", "dataType": "float", "axisNames": axis_names, "shape": shape, "values": values,
            });
            ranges.insert(parameter.name.clone(), range);
        }
        json!({
            "type": "Coverage",
            "domain": { "type": "Domain", "domainType": self.domain_type(), "axes": axes, "referencing": referencing },
            "parameters": parameters,
            "ranges": ranges,
        })
    }

    /// A row per time and level, with a head line.
    pub fn to_csv(&self) -> String {
        let mut out = String::new();
        let head = [self.times.as_ref().map(|_| "time".to_owned()), self.levels.as_ref().map(|l| titled("z", &l.unit))];
        let mut columns: Vec<String> = head.into_iter().flatten().collect();
        columns.extend(["longitude".to_owned(), "latitude".to_owned()]);
        columns.extend(self.parameters.iter().map(|(p, _)| titled(&p.name, &p.unit)));
        out.push_str(&columns.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
        let (times, levels) = self.counts();
        for t in 0..times {
            for z in 0..levels {
                if let Some(time) = self.times.as_ref().and_then(|times| times.get(t)) {
                    let _ = write!(out, "{},", time_text(*time));
                }
                if let Some(level) = self.levels.as_ref().and_then(|l| l.values.get(z)) {
                    let _ = write!(out, "{level},");
                }
                let _ = write!(out, "{},{}", self.longitude, self.latitude);
                for (_, values) in &self.parameters {
                    match values.get(t * levels + z) {
                        Some(value) if value.is_finite() => _ = write!(out, ",{value}"),
                        _ => out.push(','),
                    }
                }
                out.push_str("\r\n");
            }
        }
        out
    }
}

fn vertical_reference(levels: &Levels) -> Value {
    let axis = json!({ "name": { "en": "depth" }, "direction": "down", "unit": { "symbol": levels.unit } });
    json!({ "coordinates": ["z"], "system": { "type": "VerticalCRS", "cs": { "csAxes": [axis] } } })
}

fn described(parameter: &Parameter) -> Value {
    let mut observed = json!({ "label": { "en": parameter.title } });
    if let Some(name) = &parameter.standard_name {
        observed["id"] = json!(format!("http://vocab.nerc.ac.uk/standard_name/{name}/"));
    }
    let mut described =
        json!({ "type": "Parameter", "description": { "en": parameter.title }, "observedProperty": observed });
    if !parameter.unit.is_empty() {
        described["unit"] = json!({ "label": { "en": parameter.unit }, "symbol": parameter.unit });
    }
    described
}

fn titled(name: &str, unit: &str) -> String {
    if unit.is_empty() { name.to_owned() } else { format!("{name} ({unit})") }
}

/// A CSV field; one that a spreadsheet could take for a formula is quoted and begun with an apostrophe.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position() -> Position {
        let times = [0, 3600].map(|s| OffsetDateTime::from_unix_timestamp(s).unwrap());
        let uo = Parameter {
            name: "uo".into(),
            title: "Eastward".into(),
            unit: "m s-1".into(),
            standard_name: Some("u".into()),
        };
        Position {
            longitude: 2.0,
            latitude: 48.0,
            times: Some(times.to_vec()),
            levels: Some(Levels { values: vec![0.5, 10.0], unit: "m".into() }),
            parameters: vec![(uo, vec![1.0, 2.0, f64::NAN, 4.0])],
        }
    }

    #[test]
    fn a_coverage_says_what_where_and_when() {
        let json = position().to_json();
        assert_eq!(json["domain"]["domainType"], "Grid");
        assert_eq!(json["domain"]["axes"]["t"]["values"], json!(["1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z"]));
        assert_eq!(json["ranges"]["uo"]["axisNames"], json!(["t", "z", "y", "x"]));
        assert_eq!(json["ranges"]["uo"]["shape"], json!([2, 2, 1, 1]));
        assert_eq!(json["ranges"]["uo"]["values"], json!([1.0, 2.0, null, 4.0]));
        assert_eq!(json["parameters"]["uo"]["unit"]["symbol"], "m s-1");
        let point = Position { times: None, levels: None, parameters: vec![], ..position() };
        assert_eq!(point.to_json()["domain"]["domainType"], "Point");
    }

    #[test]
    fn a_table_has_a_row_per_time_and_level() {
        let csv = position().to_csv();
        let rows: Vec<_> = csv.lines().collect();
        assert_eq!(rows[0], "time,z (m),longitude,latitude,uo (m s-1)");
        assert_eq!(rows[2], "1970-01-01T00:00:00Z,10,2,48,2");
        assert_eq!(rows[3], "1970-01-01T01:00:00Z,0.5,2,48,");
        assert_eq!(quoted("=1+1,\""), "\"'=1+1,\"\"\"");
    }
}
