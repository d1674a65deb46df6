//! The collection of a variable: that of its CF standard name.

use okeanos_cf::{
    model::Variable,
    names::{self, Evidence, StandardName},
};
use okeanos_stac::STAC_VERSION;
use serde_json::{Value, json};

use super::item::CF_EXTENSION;

/// Where variables go that have no known name.
pub(crate) const UNCATEGORISED: &str = "uncategorised";

/// What a variable is a variable of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Parameter {
    /// What its standard name says.
    Stated(&'static StandardName),
    /// What its own name or long name lets one guess.
    Inferred(&'static StandardName, Evidence),
    /// Nothing known.
    Unknown,
}

impl Parameter {
    /// Of a variable. A stated name that is not in the table is not replaced by a guess.
    pub(crate) fn of(variable: &Variable) -> Self {
        match variable.standard_name() {
            Some(name) => names::lookup(name).map_or(Self::Unknown, Self::Stated),
            None => names::infer(variable).map_or(Self::Unknown, |(name, evidence)| Self::Inferred(name, evidence)),
        }
    }

    /// Its standard name, stated or inferred.
    pub(crate) fn name(self) -> Option<&'static StandardName> {
        match self {
            Self::Stated(name) | Self::Inferred(name, _) => Some(name),
            Self::Unknown => None,
        }
    }

    /// Id of its collection.
    pub(crate) fn collection_id(self) -> String {
        self.name().map_or_else(|| UNCATEGORISED.to_owned(), |name| format!("climate_forecast-{}", name.name))
    }

    /// Its collection as it is created on first use; the catalog keeps extent and links.
    pub(crate) fn collection(self) -> Value {
        let (title, description, mut summaries, extensions) = match self.name() {
            Some(name) => (
                format!("{} (Climate Forecast convention)", name.title()),
                format!(
                    "Data sets of {}, as the CF standard name `{}` defines it.",
                    name.title().to_lowercase(),
                    name.name
                ),
                json!({"cf:parameter": [{"name": name.name, "unit": name.canonical_units}]}),
                vec![CF_EXTENSION],
            ),
            None => (
                "Uncategorised".to_owned(),
                "Variables without a known CF standard name.".to_owned(),
                json!({}),
                vec![],
            ),
        };
        json!({
            "type": "Collection",
            "stac_version": STAC_VERSION,
            "stac_extensions": extensions,
            "id": self.collection_id(),
            "title": title,
            "description": description,
            "license": "other",
            "extent": {"spatial": {"bbox": [[-180.0, -90.0, 180.0, 90.0]]}, "temporal": {"interval": [[null, null]]}},
            "summaries": summaries.take(),
            "links": [],
        })
    }
}

#[cfg(test)]
mod tests {
    use okeanos_cf::names::{Evidence, lookup};

    use super::Parameter;

    #[test]
    fn collections_are_valid() {
        let name = lookup("sea_water_temperature").expect("a name");
        for (parameter, id) in [
            (Parameter::Stated(name), "climate_forecast-sea_water_temperature"),
            (Parameter::Inferred(name, Evidence::ShortName), "climate_forecast-sea_water_temperature"),
            (Parameter::Unknown, "uncategorised"),
        ] {
            let collection = okeanos_stac::Collection::new(parameter.collection()).expect("a valid collection");
            assert_eq!(collection.id(), id);
        }
        assert_eq!(
            Parameter::Stated(name).collection()["title"],
            "Sea water temperature (Climate Forecast convention)"
        );
    }
}
