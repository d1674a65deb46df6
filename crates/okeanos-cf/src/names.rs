//! CF's standard-name table (version 93): names, canonical units and aliases, and a guess for variables that state no name.

use std::sync::LazyLock;

use crate::model::Variable;
use crate::units::Unit;

/// Version of the table.
pub const TABLE_VERSION: u32 = 93;

/// An entry of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardName {
    /// The name: `sea_water_temperature`.
    pub name: &'static str,
    /// Its canonical units (`K`); empty for names of text, such as `region`.
    pub canonical_units: &'static str,
}

impl StandardName {
    /// The name for people: `Sea water temperature`.
    pub fn title(&self) -> String {
        title(self.name)
    }
}

/// Why a standard name was inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The long name is a standard name with spaces.
    LongName,
    /// The variable's name is one in general use, and its units fit.
    ShortName,
}

static NAMES: LazyLock<Vec<StandardName>> = LazyLock::new(|| {
    rows(include_str!("../data/standard-names.tsv"))
        .map(|(name, canonical_units)| StandardName { name, canonical_units })
        .collect()
});
static ALIASES: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| rows(include_str!("../data/aliases.tsv")).collect());

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter_map(|line| line.split_once('\t'))
}

/// All names, sorted.
pub fn all() -> &'static [StandardName] {
    &NAMES
}

/// The entry of a name or of one of its former names (aliases). Case counts, as in CF.
pub fn lookup(name: &str) -> Option<&'static StandardName> {
    entry(name).or_else(|| {
        let at = ALIASES.binary_search_by_key(&name, |(alias, _)| alias).ok()?;
        ALIASES.get(at).and_then(|(_, present)| entry(present))
    })
}

fn entry(name: &str) -> Option<&'static StandardName> {
    NAMES.binary_search_by_key(&name, |entry| entry.name).ok().and_then(|at| NAMES.get(at))
}

/// Whether a name is a former one; the present one is what [`lookup`] gives.
pub fn is_alias(name: &str) -> bool {
    entry(name).is_none() && ALIASES.binary_search_by_key(&name, |(alias, _)| alias).is_ok()
}

/// A name for people: underscores become spaces, the first letter a capital.
pub fn title(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Names that models and climatologies use for a variable (lower case), and the standard name that they mean.
/// The units must fit as well, so a `temp` in metres is nothing.
#[rustfmt::skip]
const USUAL: &[(&[&str], &str)] = &[
    (&["sst", "analysed_sst", "tos", "sea_surface_temp"], "sea_surface_temperature"),
    (&["sss", "sos"], "sea_surface_salinity"),
    (&["temp", "temperature", "votemper", "water_temp", "t_an", "ts"], "sea_water_temperature"),
    (&["thetao", "pottmp", "ptemp", "theta"], "sea_water_potential_temperature"),
    (&["salt", "salinity", "so", "vosaline", "psal", "s_an"], "sea_water_salinity"),
    (&["uo", "vozocrtx", "water_u", "ucur", "ucurr"], "eastward_sea_water_velocity"),
    (&["vo", "vomecrty", "water_v", "vcur", "vcurr"], "northward_sea_water_velocity"),
    (&["wo", "vovecrtz"], "upward_sea_water_velocity"),
    (&["zos", "ssh", "sossheig"], "sea_surface_height_above_geoid"),
    (&["sla"], "sea_surface_height_above_mean_sea_level"),
    (&["adt"], "sea_surface_height_above_geoid"),
    (&["mlotst", "mld", "somxl010"], "ocean_mixed_layer_thickness_defined_by_sigma_theta"),
    (&["siconc", "aice", "ice_conc", "ileadfra"], "sea_ice_area_fraction"),
    (&["sithick", "hice", "hi"], "sea_ice_thickness"),
    (&["chl", "chlor_a", "chla"], "mass_concentration_of_chlorophyll_a_in_sea_water"),
    (&["o2", "doxy"], "mole_concentration_of_dissolved_molecular_oxygen_in_sea_water"),
    (&["no3"], "mole_concentration_of_nitrate_in_sea_water"),
    (&["po4"], "mole_concentration_of_phosphate_in_sea_water"),
    (&["deptho", "bathymetry", "bathy"], "sea_floor_depth_below_geoid"),
    (&["vhm0", "swh", "hs"], "sea_surface_wave_significant_height"),
    (&["vmdr"], "sea_surface_wave_from_direction"),
    (&["uwnd", "u10", "uas", "uwind"], "eastward_wind"),
    (&["vwnd", "v10", "vas", "vwind"], "northward_wind"),
    (&["wspd", "wind_speed"], "wind_speed"),
    (&["airt", "tas", "t2m", "air_temp"], "air_temperature"),
    (&["slp", "psl", "msl"], "air_pressure_at_mean_sea_level"),
    (&["speh", "huss", "shum"], "specific_humidity"),
    (&["taux", "tauuo"], "surface_downward_eastward_stress"),
    (&["tauy", "tauvo"], "surface_downward_northward_stress"),
];

/// The best guess of a variable's standard name when it states none: from its long name, else from its own name in general use.
///
/// A guess needs units that convert to the canonical ones. It is to be shown as a guess, never as a fact of the file.
pub fn infer(variable: &Variable) -> Option<(&'static StandardName, Evidence)> {
    let units = Unit::parse(variable.attributes.text("units")?).ok()?;
    let fits = |name: &&'static StandardName| {
        Unit::parse(name.canonical_units).is_ok_and(|canonical| units.convertible(&canonical))
    };
    let long_name = variable.attributes.text("long_name").unwrap_or_default();
    let as_name = long_name.split_whitespace().collect::<Vec<_>>().join("_").to_ascii_lowercase();
    if let Some(name) = lookup(&as_name).filter(fits) {
        return Some((name, Evidence::LongName));
    }
    let short = variable.name.rsplit('/').next()?.to_ascii_lowercase();
    let (_, name) = USUAL.iter().find(|(shorts, _)| shorts.contains(&short.as_str()))?;
    lookup(name).filter(fits).map(|name| (name, Evidence::ShortName))
}

#[cfg(test)]
mod tests {
    use super::{Evidence, USUAL, all, infer, is_alias, lookup, title};
    use crate::model::{AttrValue, Attributes, DataType, Variable};

    fn variable(name: &str, attributes: &[(&str, &str)]) -> Variable {
        let attributes = attributes.iter().map(|(n, v)| ((*n).to_owned(), AttrValue::Text((*v).to_owned()))).collect();
        Variable {
            name: name.to_owned(),
            dtype: DataType::F32,
            dimensions: vec![],
            shape: vec![],
            chunks: None,
            attributes: Attributes(attributes),
        }
    }

    #[test]
    fn the_table_is_whole_and_sorted() {
        assert_eq!(all().len(), 5023);
        assert!(all().is_sorted_by(|a, b| a.name < b.name));
        assert!(super::ALIASES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(super::ALIASES.iter().all(|(alias, name)| lookup(name).is_some() && is_alias(alias)));
        assert_eq!(lookup("sea_water_temperature").map(|n| n.canonical_units), Some("K"));
        assert_eq!(lookup("air_pressure_at_sea_level").map(|n| n.name), Some("air_pressure_at_mean_sea_level"));
        assert_eq!(lookup("Sea_Water_Temperature"), None);
        assert_eq!(lookup(""), None);
        assert_eq!(title("sea_water_temperature"), "Sea water temperature");
        assert_eq!(title(""), "");
    }

    #[test]
    fn every_usual_name_means_a_name_of_the_table() {
        for (shorts, name) in USUAL {
            assert!(lookup(name).is_some_and(|found| found.name == *name), "{name}");
            assert!(shorts.iter().all(|s| s.to_ascii_lowercase() == *s));
        }
    }

    #[test]
    fn infers_only_with_fitting_units() {
        let found = |v: Variable| infer(&v).map(|(n, why)| (n.name, why));
        assert_eq!(
            found(variable("TEMP", &[("units", "DEG C")])),
            Some(("sea_water_temperature", Evidence::ShortName))
        );
        assert_eq!(found(variable("SALT", &[("units", "PPT")])), Some(("sea_water_salinity", Evidence::ShortName)));
        assert_eq!(
            found(variable("X1", &[("units", "m/s"), ("long_name", "EASTWARD WIND")])),
            Some(("eastward_wind", Evidence::LongName))
        );
        assert_eq!(found(variable("TEMP", &[("units", "m")])), None);
        assert_eq!(found(variable("TEMP", &[])), None);
        assert_eq!(found(variable("q17", &[("units", "m")])), None);
    }
}
