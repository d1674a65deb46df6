//! What each variable is for, and which coordinates place it in space and time (CF chapters 4 and 5).

use std::collections::{HashMap, HashSet};

use crate::model::{DataType, Header, Variable};
use crate::names::lookup;
use crate::time::is_reference;
use crate::units::Unit;

/// Words of an attribute that are looked at.
const MAX_NAMES: usize = 1_000;

/// A direction of space or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// West to east, or the first direction of a projected grid.
    X,
    /// South to north, or the second direction of a projected grid.
    Y,
    /// The vertical.
    Z,
    /// Time.
    T,
}

impl Axis {
    /// Its letter, as in the `axis` attribute.
    pub fn letter(self) -> char {
        match self {
            Self::X => 'X',
            Self::Y => 'Y',
            Self::Z => 'Z',
            Self::T => 'T',
        }
    }
}

/// What a variable is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Measured or modelled values over space or time: what a catalog is about.
    Data,
    /// A coordinate: of its own dimension, listed in a `coordinates` attribute, or plainly a longitude, latitude or time.
    Coordinate,
    /// Cell boundaries, or the climatological periods of a time coordinate.
    Bounds,
    /// A container of grid mapping parameters.
    GridMapping,
    /// Cell areas and volumes, or a term of a vertical formula.
    Auxiliary,
    /// Quality flags, error estimates and other variables that only describe another.
    Ancillary,
    /// Text, identifiers, indices of discrete sampling geometries, mesh topologies.
    Label,
    /// A single number that is none of the above.
    Scalar,
}

/// The coordinate variables of one variable, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Axes {
    /// Coordinate along the X dimension: a longitude, or a projected or rotated coordinate.
    pub x: Option<String>,
    /// Coordinate along the Y dimension.
    pub y: Option<String>,
    /// The vertical coordinate.
    pub z: Option<String>,
    /// The time coordinate.
    pub t: Option<String>,
    /// True longitudes: `x` itself, or an auxiliary coordinate of one or two dimensions, or a scalar.
    pub longitude: Option<String>,
    /// True latitudes, likewise.
    pub latitude: Option<String>,
}

/// Which way vertical coordinates grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Positive {
    /// Greater is higher.
    Up,
    /// Greater is deeper.
    Down,
}

/// What a vertical coordinate measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Vertical {
    /// A length: what turns its values into metres.
    Metres(f64),
    /// A pressure: what turns its values into decibars.
    Decibars(f64),
    /// Anything else: levels, sigma, density.
    Other,
}

/// The role of each variable, in the order of the header.
pub fn roles(header: &Header) -> Vec<Role> {
    let references = References::of(header);
    header.variables.iter().map(|variable| references.role(header, variable)).collect()
}

/// The geophysical variables: those with [`Role::Data`].
pub fn geophysical(header: &Header) -> Vec<&Variable> {
    header
        .variables
        .iter()
        .zip(roles(header))
        .filter(|(_, role)| *role == Role::Data)
        .map(|(variable, _)| variable)
        .collect()
}

/// The name without its group.
pub fn local_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Whether it is a coordinate variable in NetCDF's sense: one dimension, of its own name.
pub fn is_dimension_coordinate(variable: &Variable) -> bool {
    matches!(variable.dimensions.as_slice(), [only] if local_name(only) == local_name(&variable.name))
}

/// The variable that an attribute of `from` refers to by name: in its own group, else in the groups above.
pub fn referred<'a>(header: &'a Header, from: &Variable, name: &str) -> Option<&'a Variable> {
    upward(|name| header.variable(name), from, name)
}

fn upward<'a>(of: impl Fn(&str) -> Option<&'a Variable>, from: &Variable, name: &str) -> Option<&'a Variable> {
    if let Some(absolute) = name.strip_prefix('/') {
        return of(absolute);
    }
    let mut group = from.name.rsplit_once('/').map(|(group, _)| group);
    while let Some(path) = group {
        if let Some(found) = of(&format!("{path}/{name}")) {
            return Some(found);
        }
        group = path.rsplit_once('/').map(|(parent, _)| parent);
    }
    of(name)
}

/// The variables of a header by name: attributes may name thousands.
pub(crate) struct Index<'a>(HashMap<&'a str, &'a Variable>);

impl<'a> Index<'a> {
    pub(crate) fn of(header: &'a Header) -> Self {
        // Where a name is there twice, the first is meant, as in `Header::variable`.
        Self(header.variables.iter().rev().map(|variable| (variable.name.as_str(), variable)).collect())
    }

    /// As the function of this name.
    pub(crate) fn referred(&self, from: &Variable, name: &str) -> Option<&'a Variable> {
        upward(|name| self.0.get(name).copied(), from, name)
    }
}

/// Names in an attribute: words separated by spaces, `key: name` pairs without their keys.
pub(crate) fn names_in<'a>(variable: &'a Variable, attribute: &str) -> impl Iterator<Item = &'a str> {
    words_of(variable, attribute).filter(|word| !word.ends_with(':'))
}

fn words_of<'a>(variable: &'a Variable, attribute: &str) -> impl Iterator<Item = &'a str> {
    variable.attributes.text(attribute).unwrap_or_default().split_whitespace().take(MAX_NAMES)
}

/// The grid mappings that a variable names: `crs`, or the keys of `crs: x y wgs84: lat lon`.
pub(crate) fn grid_mappings(variable: &Variable) -> Vec<&str> {
    let words = || words_of(variable, "grid_mapping");
    let keys: Vec<_> = words().filter_map(|word| word.strip_suffix(':')).collect();
    if keys.is_empty() { words().collect() } else { keys }
}

/// All names that attributes refer to, with the role that gives the variable of that name.
struct References(HashMap<String, Role>);

impl References {
    fn of(header: &Header) -> Self {
        const ATTRIBUTES: &[(&str, Role)] = &[
            ("coordinates", Role::Coordinate),
            ("bounds", Role::Bounds),
            ("climatology", Role::Bounds),
            ("cell_measures", Role::Auxiliary),
            ("formula_terms", Role::Auxiliary),
            ("ancillary_variables", Role::Ancillary),
            ("node_coordinates", Role::Coordinate),
            ("face_coordinates", Role::Coordinate),
            ("edge_coordinates", Role::Coordinate),
            ("face_node_connectivity", Role::Label),
            ("edge_node_connectivity", Role::Label),
            ("geometry", Role::Label),
            ("mesh", Role::Label),
        ];
        let index = Index::of(header);
        let mut found = HashMap::new();
        for variable in &header.variables {
            let named =
                ATTRIBUTES.iter().flat_map(|(attribute, role)| names_in(variable, attribute).map(|name| (name, *role)));
            let mappings = grid_mappings(variable).into_iter().map(|name| (name, Role::GridMapping));
            for (name, role) in named.chain(mappings) {
                if let Some(target) = index.referred(variable, name).filter(|target| target.name != variable.name) {
                    found.entry(target.name.clone()).or_insert(role);
                }
            }
        }
        Self(found)
    }

    fn role(&self, header: &Header, variable: &Variable) -> Role {
        let attributes = &variable.attributes;
        if !variable.dtype.is_numeric() {
            return Role::Label;
        }
        if is_dimension_coordinate(variable) {
            return Role::Coordinate;
        }
        match self.0.get(&variable.name) {
            // `coordinates` and `formula_terms` may name real fields (sea surface height in a sigma formula): they stay data.
            Some(Role::Auxiliary) if states_a_field(variable) => {}
            Some(role) => return *role,
            None => {}
        }
        if attributes.get("grid_mapping_name").is_some() {
            return Role::GridMapping;
        }
        if ["cf_role", "sample_dimension", "instance_dimension", "compress"]
            .iter()
            .any(|name| attributes.get(name).is_some())
        {
            return Role::Label;
        }
        if is_bounds_by_name(header, variable) {
            return Role::Bounds;
        }
        if is_flag(variable) {
            return Role::Ancillary;
        }
        if is_identifier(variable) {
            return Role::Label;
        }
        if is_geolocation(variable) || axis_attribute(variable).is_some() {
            return Role::Coordinate;
        }
        if variable.dimensions.is_empty() { Role::Scalar } else { Role::Data }
    }
}

/// Whether it has a standard name of the table that is not one of grid bookkeeping.
fn states_a_field(variable: &Variable) -> bool {
    const BOOKKEEPING: [&str; 5] = ["cell_area", "cell_thickness", "ocean_volume", "altitude", "depth"];
    variable.standard_name().is_some_and(|name| lookup(name).is_some() && !BOOKKEEPING.contains(&name))
}

fn is_bounds_by_name(header: &Header, variable: &Variable) -> bool {
    ["_bnds", "_bounds", "_bnd"].iter().any(|suffix| {
        variable
            .name
            .strip_suffix(suffix)
            .is_some_and(|of| variable.dimensions.len() > 1 && header.variable(of).is_some())
    })
}

fn is_flag(variable: &Variable) -> bool {
    let attributes = &variable.attributes;
    let modifier = attributes.text("standard_name").and_then(|name| name.split_whitespace().nth(1));
    let about_another = matches!(
        modifier,
        Some("status_flag" | "number_of_observations" | "standard_error" | "detection_minimum" | "data_quality")
    );
    let standard_name = variable.standard_name();
    let quality = standard_name.is_some_and(|name| name.ends_with("_flag"));
    let flags = ["flag_values", "flag_masks", "flag_meanings"].iter().any(|name| attributes.get(name).is_some());
    // Classes with a standard name of their own (sea-ice classification) are data; unnamed flags are quality control.
    about_another || quality || (flags && standard_name.is_none_or(|name| lookup(name).is_none()))
}

/// Whole numbers without units and standard name whose name says that they number something: `profile_id`.
fn is_identifier(variable: &Variable) -> bool {
    let attributes = &variable.attributes;
    let name = local_name(&variable.name).to_ascii_lowercase();
    !matches!(variable.dtype, DataType::F32 | DataType::F64)
        && (name == "id" || name.ends_with("_id"))
        && ["units", "standard_name"].iter().all(|name| attributes.text(name).is_none_or(|text| text.trim().is_empty()))
}

/// Whether attributes alone say that it is a longitude, a latitude or a time.
fn is_geolocation(variable: &Variable) -> bool {
    is_longitude(variable) || is_latitude(variable) || variable.attributes.text("units").is_some_and(is_reference)
}

fn has_units(variable: &Variable, kind: &str) -> bool {
    // degrees_north, degree_N, degreesN…
    variable.attributes.text("units").is_some_and(|units| {
        let units = units.trim().to_ascii_lowercase().replace('_', "");
        let rest = units.strip_prefix("degrees").or_else(|| units.strip_prefix("degree"));
        rest.is_some_and(|rest| !rest.is_empty() && kind.starts_with(rest) && (rest.len() == 1 || rest == kind))
    })
}

/// Whether it holds true longitudes: by standard name, by units, else (with units of degrees or none) by its name.
pub fn is_longitude(variable: &Variable) -> bool {
    is_geographic(
        variable,
        "longitude",
        "east",
        &["lon", "longitude", "nav_lon", "lon_rho", "lons", "glamt", "tlong", "ulong", "longitude_t"],
    )
}

/// Whether it holds true latitudes.
pub fn is_latitude(variable: &Variable) -> bool {
    is_geographic(
        variable,
        "latitude",
        "north",
        &["lat", "latitude", "nav_lat", "lat_rho", "lats", "gphit", "tlat", "ulat", "latitude_t"],
    )
}

fn is_geographic(variable: &Variable, standard_name: &str, direction: &str, names: &[&str]) -> bool {
    // A name that is not in the table (`Longitude`) says nothing.
    match variable.standard_name().filter(|name| lookup(name).is_some()) {
        Some(name) => name == standard_name,
        None if has_units(variable, direction) => true,
        None => {
            let units = variable.attributes.text("units").map_or("degrees", str::trim).to_ascii_lowercase();
            let plain = matches!(units.as_str(), "" | "degrees" | "degree" | "deg" | "°");
            plain && names.contains(&local_name(&variable.name).to_ascii_lowercase().as_str())
        }
    }
}

fn axis_attribute(variable: &Variable) -> Option<Axis> {
    let stated = variable.attributes.text("axis").or_else(|| variable.attributes.text("cartesian_axis"))?;
    Some(match stated.trim() {
        "X" | "x" => Axis::X,
        "Y" | "y" => Axis::Y,
        "Z" | "z" => Axis::Z,
        "T" | "t" => Axis::T,
        _ => return None,
    })
}

/// The axis that a coordinate lies along: by `axis`, `standard_name`, `units`, `positive`, and usual names, in this order.
pub fn axis_of(variable: &Variable) -> Option<Axis> {
    axis_attribute(variable)
        .or_else(|| variable.standard_name().and_then(axis_of_standard_name))
        .or_else(|| axis_of_units(variable))
        .or_else(|| axis_of_name(variable))
}

fn axis_of_standard_name(name: &str) -> Option<Axis> {
    Some(match name {
        "longitude" | "grid_longitude" | "projection_x_coordinate" | "projection_x_angular_coordinate" => Axis::X,
        "latitude" | "grid_latitude" | "projection_y_coordinate" | "projection_y_angular_coordinate" => Axis::Y,
        "time" => Axis::T,
        "depth"
        | "height"
        | "altitude"
        | "air_pressure"
        | "sea_water_pressure"
        | "sea_water_pressure_due_to_sea_water"
        | "model_level_number"
        | "geopotential_height"
        | "depth_below_geoid"
        | "height_above_geoid" => Axis::Z,
        _ if name.starts_with("ocean_") && name.ends_with("_coordinate") => Axis::Z,
        _ if name.starts_with("atmosphere_") && name.ends_with("_coordinate") => Axis::Z,
        _ if name.starts_with("depth_below_")
            || name.starts_with("height_above_")
            || name.starts_with("altitude_above_") =>
        {
            Axis::Z
        }
        _ => return None,
    })
}

fn axis_of_units(variable: &Variable) -> Option<Axis> {
    let units = variable.attributes.text("units").unwrap_or_default();
    if has_units(variable, "east") {
        Some(Axis::X)
    } else if has_units(variable, "north") {
        Some(Axis::Y)
    } else if is_reference(units) {
        Some(Axis::T)
    } else if positive(variable).is_some()
        || (!units.is_empty() && Unit::parse(units).is_ok_and(|unit| unit.is_pressure()))
    {
        Some(Axis::Z)
    } else {
        None
    }
}

fn axis_of_name(variable: &Variable) -> Option<Axis> {
    if is_longitude(variable) {
        return Some(Axis::X);
    }
    if is_latitude(variable) {
        return Some(Axis::Y);
    }
    Some(match local_name(&variable.name).to_ascii_lowercase().as_str() {
        "x" | "xc" | "x_c" | "easting" | "ni" | "rlon" | "xt_ocean" => Axis::X,
        "y" | "yc" | "y_c" | "northing" | "nj" | "rlat" | "yt_ocean" => Axis::Y,
        "depth" | "deptht" | "depthu" | "depthv" | "depthw" | "lev" | "level" | "levels" | "elevation" | "z" | "zc"
        | "z_t" | "s_rho" | "altitude" | "height" | "pressure" | "pres" | "plev" | "sigma" | "st_ocean" => Axis::Z,
        "time" | "time_counter" | "t" | "ocean_time" | "juld" | "date" | "month" => Axis::T,
        _ => return None,
    })
}

/// The coordinates of a variable.
///
/// Candidates are, in this order (but a time with units before one without, and `forecast_reference_time` and the like after it): the coordinate variables of its dimensions, what its `coordinates` attribute names, and longitudes,
/// latitudes and times that lie over some of its dimensions without being named.
pub fn axes(header: &Header, variable: &Variable) -> Axes {
    let index = Index::of(header);
    let own: HashSet<&str> = variable.dimensions.iter().map(String::as_str).collect();
    let dimensions =
        variable.dimensions.iter().filter_map(|dimension| coordinate_of_dimension(&index, variable, dimension));
    let named = names_in(variable, "coordinates").filter_map(|name| index.referred(variable, name));
    let unnamed = header.variables.iter().filter(|other| {
        let over =
            !other.dimensions.is_empty() && other.dimensions.iter().all(|dimension| own.contains(dimension.as_str()));
        over && other.name != variable.name && other.dtype.is_numeric() && is_geolocation(other)
    });
    let candidates = dimensions.map(|c| (c, true)).chain(named.map(|c| (c, false))).chain(unnamed.map(|c| (c, false)));
    let (mut found, mut dated, mut undated) = (Axes::default(), None, None);
    let set = |slot: &mut Option<String>, name: &str| {
        slot.get_or_insert_with(|| name.to_owned());
    };
    for (candidate, along) in candidates {
        if is_longitude(candidate) {
            set(&mut found.longitude, &candidate.name);
        } else if is_latitude(candidate) {
            set(&mut found.latitude, &candidate.name);
        }
        // A two-dimensional longitude is no axis: the X direction of its grid has no coordinate of its own, or another.
        let one = along || candidate.dimensions.len() <= 1;
        match axis_of(candidate) {
            Some(Axis::X) if one => set(&mut found.x, &candidate.name),
            Some(Axis::Y) if one => set(&mut found.y, &candidate.name),
            Some(Axis::Z) => set(&mut found.z, &candidate.name),
            // A time that can be dated is preferred to one that only says that it is a time; and the time of the values to
            // others, such as that of a forecast's beginning.
            Some(Axis::T) if candidate.attributes.text("units").is_some_and(is_reference) => {
                let other = candidate.standard_name().is_some_and(|name| name != "time" && lookup(name).is_some());
                set(if other { &mut dated } else { &mut found.t }, &candidate.name);
            }
            Some(Axis::T) => set(&mut undated, &candidate.name),
            _ => {}
        }
    }
    found.t = found.t.or(dated).or(undated);
    found
}

/// The coordinate variable of a dimension: of its name, in the variable's group or above.
fn coordinate_of_dimension<'a>(index: &Index<'a>, variable: &Variable, dimension: &str) -> Option<&'a Variable> {
    let of_name = index.0.get(dimension).copied();
    let named = of_name.or_else(|| index.referred(variable, local_name(dimension)))?;
    (is_dimension_coordinate(named) && named.dtype.is_numeric()).then_some(named)
}

/// What the `positive` attribute says.
pub fn positive(variable: &Variable) -> Option<Positive> {
    match variable.attributes.text("positive")?.trim().to_ascii_lowercase().as_str() {
        "up" => Some(Positive::Up),
        "down" => Some(Positive::Down),
        _ => None,
    }
}

/// Which way a vertical coordinate grows: as it states; else pressures and depths downwards, the rest upwards.
pub fn direction(variable: &Variable) -> Positive {
    positive(variable).unwrap_or_else(|| {
        let name =
            variable.standard_name().map_or_else(|| local_name(&variable.name).to_ascii_lowercase(), str::to_owned);
        let down =
            name.contains("depth") || name.contains("pres") || matches!(vertical(variable), Vertical::Decibars(_));
        if down || matches!(name.as_str(), "lev" | "level" | "levels") { Positive::Down } else { Positive::Up }
    })
}

/// What a vertical coordinate measures, by its units.
pub fn vertical(variable: &Variable) -> Vertical {
    let Some(unit) =
        variable.attributes.text("units").filter(|u| !u.trim().is_empty()).and_then(|units| Unit::parse(units).ok())
    else {
        return Vertical::Other;
    };
    let factor = |to: &str| Unit::parse(to).ok().and_then(|to| unit.converter_to(&to)).map(|linear| linear.scale);
    factor("m").map(Vertical::Metres).or_else(|| factor("dbar").map(Vertical::Decibars)).unwrap_or(Vertical::Other)
}

#[cfg(test)]
pub(crate) mod tests;
