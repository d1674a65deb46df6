//! Conventions, names, standard names and units.

use super::{Findings, Scope, shorten};
use crate::axes::{Role, is_latitude, is_longitude, local_name};
use crate::model::Variable;
use crate::names::{infer, is_alias, lookup};
use crate::units::{Unit, UnitError};

pub(super) fn conventions(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let fix = "Add the global attribute Conventions = \"CF-1.11\".";
    match scope.header.attributes.text("Conventions") {
        None => found.warning("", "there is no Conventions attribute", fix),
        Some(text) if !text.contains("CF-") => {
            found.warning("", format!("Conventions is `{}`, not CF", shorten(text)), fix);
        }
        Some(_) => {}
    }
}

pub(super) fn names(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in &scope.header.variables {
        let name = local_name(&variable.name);
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !starts || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let fix = "Rename it: a letter first, then letters, digits and underscores.";
            found.info(&variable.name, format!("the name `{}` is not portable", shorten(name)), fix);
        }
    }
}

pub(super) fn has_data(scope: &Scope<'_>, found: &mut Findings<'_>) {
    if scope.with_role(Role::Data).next().is_none() {
        let fix = "Store at least one numeric variable over dimensions, and name its coordinates so that they are told apart from it.";
        found.error("", "no variable holds geophysical values", fix);
    }
}

pub(super) fn standard_names(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for (variable, role) in scope.variables() {
        match variable.standard_name() {
            Some(name) if is_alias(name) => {
                let present = lookup(name).map_or("", |entry| entry.name);
                found.info(
                    &variable.name,
                    format!("the standard name `{name}` is now `{present}`"),
                    format!("Write standard_name = \"{present}\"."),
                );
            }
            Some(name) if lookup(name).is_none() => {
                let message = format!("`{}` is not in the standard-name table", shorten(name));
                found.error(&variable.name, message, suggestion(variable, name));
            }
            None if role == Role::Data => {
                let fix = suggestion(variable, "");
                found.warning(
                    &variable.name,
                    "there is no standard name, so the variable is found by its own name only",
                    fix,
                );
            }
            _ => {}
        }
    }
}

fn suggestion(variable: &Variable, name: &str) -> String {
    let spelt = lookup(&name.to_ascii_lowercase().replace([' ', '-'], "_")).map(|entry| entry.name);
    match spelt.or_else(|| infer(variable).map(|(entry, _)| entry.name)) {
        Some(name) => format!("Probably standard_name = \"{name}\"."),
        None => "Choose a name from the CF standard-name table.".to_owned(),
    }
}

fn units(variable: &Variable) -> Option<&str> {
    variable.attributes.text("units")
}

pub(super) fn units_present(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in scope.with_role(Role::Data).filter(|variable| units(variable).is_none()) {
        let canonical = variable.standard_name().and_then(lookup).map(|entry| entry.canonical_units);
        match canonical {
            Some("" | "1") => {}
            Some(canonical) => found.warning(
                &variable.name,
                "there are no units",
                format!("Add units, such as the canonical `{canonical}`."),
            ),
            None => {
                found.warning(&variable.name, "there are no units", "Add units; for a plain number, units = \"1\".");
            }
        }
    }
}

pub(super) fn units_parse(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for (variable, role) in scope.variables() {
        let Some(text) = units(variable)
            .filter(|_| matches!(role, Role::Data | Role::Coordinate | Role::Ancillary | Role::Auxiliary))
        else {
            continue;
        };
        match Unit::parse(text) {
            Ok(unit) if unit.tolerated() => {
                let fix = format!("Write {}.", standard_spelling(text, unit));
                found.warning(
                    &variable.name,
                    format!("`{}` is not UDUNITS; it was read all the same", shorten(text)),
                    fix,
                );
            }
            // A time reference has a rule of its own.
            Ok(_) | Err(UnitError::TimeReference) => {}
            Err(problem) => {
                let fix = "Write the units as UDUNITS does: `degree_C`, `m s-1`, `kg m-3`, `1e-3`, `1`.";
                found.error(&variable.name, format!("the units `{}` cannot be read: {problem}", shorten(text)), fix);
            }
        }
    }
}

fn standard_spelling(text: &str, unit: Unit) -> String {
    let same = |candidate: &&str| {
        Unit::parse(candidate).ok().and_then(|c| unit.converter_to(&c)).is_some_and(|linear| linear.is_identity())
    };
    let lower = text.to_lowercase();
    let found = ["degree_C", "K", "m s-1", "1e-3", "1", "hPa", "sverdrup", "degrees_north"].into_iter().find(same);
    found.map_or_else(|| format!("the units in lower case: `{}`", shorten(&lower)), |name| format!("`{name}`"))
}

pub(super) fn units_canonical(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in &scope.header.variables {
        // Latitudes, longitudes and time references have rules of their own; a modifier may change the units.
        let modified =
            variable.attributes.text("standard_name").is_some_and(|name| name.split_whitespace().count() > 1);
        if modified || is_longitude(variable) || is_latitude(variable) {
            continue;
        }
        let (Some(entry), Some(text)) = (variable.standard_name().and_then(lookup), units(variable)) else { continue };
        let (Ok(unit), Ok(canonical)) = (Unit::parse(text), Unit::parse(entry.canonical_units)) else { continue };
        if !unit.convertible(&canonical) {
            let message = format!(
                "`{}` does not convert to `{}`, the canonical units of {}",
                shorten(text),
                entry.canonical_units,
                entry.name
            );
            found.error(&variable.name, message, "Correct the units, or the standard name.");
        }
    }
}
