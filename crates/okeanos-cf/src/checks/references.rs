//! Attributes that name other variables.

use super::{Findings, Scope, shorten};
use crate::axes::{grid_mappings, names_in};

pub(super) fn bounds(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in &scope.header.variables {
        for (attribute, name) in
            ["bounds", "climatology"].into_iter().flat_map(|a| names_in(variable, a).map(move |name| (a, name)))
        {
            let Some(bounds) = scope.index.referred(variable, name) else {
                let message = format!("{attribute} names `{}`, which does not exist", shorten(name));
                found.error(&variable.name, message, "Add the variable, or remove the attribute.");
                continue;
            };
            let same = bounds.shape.get(..variable.shape.len()) == Some(&variable.shape);
            if !same || bounds.shape.len() != variable.shape.len() + 1 {
                let message = format!(
                    "`{}` must have the dimensions of `{}` and one more, for the vertices",
                    bounds.name, variable.name
                );
                found.error(&bounds.name, message, "Reshape it; the vertices come last.");
            }
        }
    }
}

pub(super) fn grid_mapping(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in &scope.header.variables {
        for name in grid_mappings(variable) {
            match scope.index.referred(variable, name) {
                None => {
                    let message = format!("grid_mapping names `{}`, which does not exist", shorten(name));
                    found.error(&variable.name, message, "Add the grid mapping variable, or remove the attribute.");
                }
                Some(mapping) if mapping.attributes.get("grid_mapping_name").is_none() => {
                    found.error(
                        &mapping.name,
                        "a grid mapping variable has no grid_mapping_name",
                        "Add grid_mapping_name (CF appendix F).",
                    );
                }
                Some(_) => {}
            }
        }
    }
}

pub(super) fn coordinates(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in &scope.header.variables {
        for name in names_in(variable, "coordinates").filter(|name| scope.index.referred(variable, name).is_none()) {
            let message = format!("coordinates names `{}`, which does not exist", shorten(name));
            found.error(&variable.name, message, "Add the coordinate, or take its name out.");
        }
    }
}
