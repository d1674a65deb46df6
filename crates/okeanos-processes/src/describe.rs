//! OGC API Processes descriptions. The schemas keep to what OpenAPI 3.0 knows, which validators of part 1 ask for.

use serde_json::{Map, Value, json};

use crate::Function;

pub(crate) fn description(function: Function) -> Value {
    let (title, text, keywords) = match function {
        Function::Subset => (
            "Cut out a part of a data set",
            "Copies some variables of a data set within a box, a time interval and a depth range to a new file. \
             Attributes, packing and time units are kept. A box may go over the antimeridian, whichever way the \
             longitudes of the data set run; where coordinates have two dimensions (curvilinear grids, profiles with \
             depths of their own) the result is the smallest rectangle of cells around, in CSV the cells inside.",
            json!(["subset", "extract", "NetCDF", "Zarr", "CSV"]),
        ),
        Function::Statistics => (
            "Describe variables in numbers",
            "Counts values and missing values of each variable and gives the smallest, the largest, the mean and the \
             standard deviation, within a box, a time interval and a depth range. Where latitudes span a grid, mean and \
             standard deviation are weighted by their cosine, that is by area on a regular grid. With more than one time \
             step the spatial mean of each step is given as a series. Cells outside are left out, also on curvilinear \
             grids and of profiles.",
            json!(["statistics", "mean", "time series", "JSON", "CSV"]),
        ),
        Function::ToZarr => (
            "Convert to Zarr for analysis in place",
            "Copies a data set, or a part of it, to a consolidated Zarr store (version 2) with chunks of about 1.5 MB \
             before compression and each coordinate in one chunk, so that it can be read in place by byte ranges.",
            json!(["Zarr", "ARCO", "rechunk", "convert"]),
        ),
    };
    json!({
        "id": function.id(),
        "version": function.version(),
        "title": title,
        "description": text,
        "keywords": keywords,
        "jobControlOptions": ["sync-execute", "async-execute", "dismiss"],
        "outputTransmission": ["value", "reference"],
        "inputs": inputs(function),
        "outputs": { "result": result(function) },
    })
}

fn inputs(function: Function) -> Value {
    let mut inputs = Map::new();
    let mut add = |name: &str, title: &str, text: &str, least: u32, schema: Value| {
        let input =
            json!({ "title": title, "description": text, "minOccurs": least, "maxOccurs": 1, "schema": schema });
        inputs.insert(name.to_owned(), input);
    };
    add(
        "source",
        "Source",
        "The data set: the URL of a STAC item, or s3://bucket/key of a NetCDF file or Zarr store; as a text or as a link.",
        1,
        json!({ "oneOf": [
            { "type": "string" },
            { "type": "object", "required": ["href"], "properties": { "href": { "type": "string" } } },
        ] }),
    );
    let names = "Names of the variables as in the data set; without it, all that are measured or modelled.";
    add("variables", "Variables", names, 0, json!({ "type": "array", "items": { "type": "string" } }));
    let corners = json!({ "type": "array", "items": { "type": "number" }, "minItems": 4, "maxItems": 6 });
    add(
        "bbox",
        "Box",
        "West, south, east, north in degrees (CRS84), longitudes from -180 or from 0; west may be greater than east. With six numbers, also the lowest \
         and highest height in metres.",
        0,
        json!({ "allOf": [
            { "format": "ogc-bbox" },
            { "oneOf": [
                corners,
                { "type": "object", "required": ["bbox"], "properties": { "bbox": corners, "crs": { "type": "string" } } },
            ] },
        ] }),
    );
    add(
        "datetime",
        "Time",
        "An RFC 3339 date, date-time or interval; .. is an open end. A date means its whole day (UTC).",
        0,
        json!({ "type": "string" }),
    );
    add(
        "depth",
        "Depth",
        "The shallowest and the deepest level, in metres downward, both included.",
        0,
        json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 }),
    );
    if let [first, _, ..] = function.formats() {
        let names: Vec<_> = function.formats().iter().map(|format| format.name()).collect();
        let schema = json!({ "type": "string", "enum": names, "default": first.name() });
        add("format", "Format", "The format of the result.", 0, schema);
    }
    Value::Object(inputs)
}

fn result(function: Function) -> Value {
    let mut schemas = function.formats().iter().map(|format| match format.media_type() {
        json @ "application/json" => json!({ "type": "object", "contentMediaType": json }),
        other => json!({ "type": "string", "contentMediaType": other }),
    });
    let schema = match (schemas.next(), schemas.len()) {
        (Some(only), 0) => only,
        (first, _) => json!({ "oneOf": first.into_iter().chain(schemas).collect::<Vec<_>>() }),
    };
    let text = match function {
        Function::Subset => {
            "The part that was cut out. As CSV: a line per cell, with its time, depth, latitude and longitude."
        }
        Function::Statistics => {
            "Per variable: count, missing, min, max, mean, std (population), weights (cos(latitude) or none), and series \
             (time, mean, count) where there is more than one time step."
        }
        Function::ToZarr => "The Zarr store.",
    };
    json!({ "title": "Result", "description": text, "schema": schema })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_tell_what_the_validation_takes() {
        for function in Function::ALL {
            let description = function.description();
            assert_eq!(description["id"], function.id());
            let inputs = description["inputs"].as_object().unwrap();
            assert_eq!(inputs["source"]["minOccurs"], 1);
            assert_eq!(inputs.contains_key("format"), function.formats().len() > 1);
            assert!(description["outputs"]["result"]["schema"].is_object());
            for name in inputs.keys() {
                // An input that is described is never unknown to the validation.
                let errors = function.validate(&json!({ "source": "s3://b/k", name: {} })).err().unwrap_or_default();
                assert!(errors.iter().all(|error| !error.message.contains("no such input")), "{name}");
            }
        }
    }
}
