//! Missing values, packing and valid ranges.

use super::{AttributeTypes, Findings, Scope};
use crate::model::{AttrValue, DataType, Variable};

/// The numbers of an attribute with their type; `None` when it is absent or text.
fn numbers<'a>(variable: &'a Variable, name: &str) -> Option<(DataType, &'a [f64])> {
    match variable.attributes.get(name)? {
        AttrValue::Numbers(dtype, values) => Some((*dtype, values)),
        AttrValue::Text(_) | AttrValue::Texts(_) => None,
    }
}

fn numeric<'a>(scope: &Scope<'a>) -> impl Iterator<Item = &'a Variable> {
    scope.header.variables.iter().filter(|variable| variable.dtype.is_numeric())
}

/// Least and greatest value of an integer type; what a float can hold is not limited here.
fn limits(dtype: DataType) -> (f64, f64) {
    match dtype {
        DataType::I8 => (-128.0, 127.0),
        DataType::U8 => (0.0, 255.0),
        DataType::I16 => (-32_768.0, 32_767.0),
        DataType::U16 => (0.0, 65_535.0),
        DataType::I32 => (-2_147_483_648.0, 2_147_483_647.0),
        DataType::U32 => (0.0, 4_294_967_295.0),
        DataType::I64 => (-9_223_372_036_854_775_808.0, 9_223_372_036_854_775_808.0),
        DataType::U64 => (0.0, 18_446_744_073_709_551_615.0),
        DataType::F32 | DataType::F64 | DataType::Char | DataType::String | DataType::Other => {
            (f64::NEG_INFINITY, f64::INFINITY)
        }
    }
}

fn holds(dtype: DataType, value: f64) -> bool {
    let (least, greatest) = limits(dtype);
    least.is_infinite() || (value.fract() == 0.0 && (least..=greatest).contains(&value))
}

fn is_integer(dtype: DataType) -> bool {
    limits(dtype).0.is_finite()
}

/// NetCDF-3 has no unsigned types: a signed attribute of the same width is how `_Unsigned` data are written.
fn same_type(stored: DataType, variable: &Variable) -> bool {
    let unsigned = variable.attributes.text("_Unsigned") == Some("true");
    stored == variable.dtype || unsigned && is_integer(stored) && is_integer(variable.dtype)
}

pub(super) fn fill_value(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in numeric(scope) {
        for name in ["_FillValue", "missing_value"] {
            let Some(value) = variable.attributes.get(name) else { continue };
            let fix = format!("Store {name} as {}.", variable.dtype.name());
            match value {
                AttrValue::Numbers(dtype, _)
                    if scope.types == AttributeTypes::Stored && !same_type(*dtype, variable) =>
                {
                    let message = format!("{name} is {}, the variable {}", dtype.name(), variable.dtype.name());
                    found.error(&variable.name, message, fix);
                }
                AttrValue::Numbers(_, values) if values.iter().any(|value| !holds(variable.dtype, *value)) => {
                    found.error(&variable.name, format!("{name} does not fit into {}", variable.dtype.name()), fix);
                }
                AttrValue::Numbers(..) => {}
                // Zarr writes `NaN` and `Infinity` as text.
                AttrValue::Text(text) if scope.types == AttributeTypes::Json && text.trim().parse::<f64>().is_ok() => {}
                AttrValue::Text(_) | AttrValue::Texts(_) => found.error(&variable.name, format!("{name} is text"), fix),
            }
        }
        if let (Some((_, [fill, ..])), Some((_, missing))) =
            (numbers(variable, "_FillValue"), numbers(variable, "missing_value"))
            && !missing.iter().any(|value| value == fill || (value.is_nan() && fill.is_nan()))
        {
            let message = "_FillValue and missing_value differ, so readers disagree on what is missing";
            found.warning(&variable.name, message, "Make them the same, or leave missing_value out.");
        }
    }
}

pub(super) fn scale_and_offset(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in numeric(scope) {
        let mut types = Vec::new();
        for name in ["scale_factor", "add_offset"].into_iter().filter(|name| variable.attributes.get(name).is_some()) {
            let fix = format!("Store {name} as one number, float or double.");
            match numbers(variable, name) {
                Some((dtype, [value])) if value.is_finite() && !(name == "scale_factor" && *value == 0.0) => {
                    types.push(dtype);
                }
                Some((_, [value])) => found.error(&variable.name, format!("{name} is {value}"), fix),
                _ => found.error(&variable.name, format!("{name} is not one number"), fix),
            }
        }
        if scope.types == AttributeTypes::Json || types.is_empty() {
            continue;
        }
        let first = types.first().copied().unwrap_or(variable.dtype);
        if types.iter().any(|dtype| *dtype != first) {
            found.error(
                &variable.name,
                "scale_factor and add_offset are of different types",
                "Store both as double, or both as float.",
            );
        } else if first != variable.dtype && !matches!(first, DataType::F32 | DataType::F64) {
            let message = format!("scale_factor and add_offset are {}", first.name());
            found.error(&variable.name, message, "Store them as float or double, or as the variable's own type.");
        }
    }
}

pub(super) fn valid_range(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in numeric(scope) {
        let has = |name: &str| variable.attributes.get(name).is_some();
        if has("valid_range") && (has("valid_min") || has("valid_max")) {
            found.error(&variable.name, "it has valid_range and valid_min or valid_max", "Keep valid_range only.");
        }
        if has("valid_range")
            && !matches!(numbers(variable, "valid_range"), Some((_, [least, greatest])) if least <= greatest)
        {
            found.error(
                &variable.name,
                "valid_range is not two numbers in order",
                "Write valid_range = least, greatest.",
            );
        }
        for name in ["valid_range", "valid_min", "valid_max"] {
            let Some((dtype, values)) = numbers(variable, name) else { continue };
            let typed = scope.types == AttributeTypes::Json || same_type(dtype, variable);
            if !typed || values.iter().any(|value| !holds(variable.dtype, *value)) {
                let message =
                    format!("{name} is not {}, so it may not be about the stored values", variable.dtype.name());
                found.warning(&variable.name, message, "Give the range of the packed values, in their type.");
            }
        }
    }
}
