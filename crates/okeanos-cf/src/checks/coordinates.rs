//! Coordinates in space and time.

use super::{Findings, Scope, shorten};
use crate::axes::{self, Axis, Role, Vertical, axis_of, is_latitude, is_longitude, positive, vertical};
use crate::calendar::Calendar;
use crate::time::{TimeReference, is_reference};

pub(super) fn axes(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for variable in scope.with_role(Role::Data) {
        let axes = axes::axes(scope.header, variable);
        let missing: Vec<_> = [("longitude", &axes.longitude), ("latitude", &axes.latitude)]
            .into_iter()
            .filter_map(|(name, coordinate)| coordinate.is_none().then_some(name))
            .collect();
        if !missing.is_empty() {
            let fix = "Add coordinate variables with standard_name and units (degrees_east, degrees_north), and name them in `coordinates` where they are not dimensions.";
            found.warning(&variable.name, format!("no {} was found for it", missing.join(" and no ")), fix);
        }
    }
}

pub(super) fn lat_lon_units(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for (variable, _) in scope.variables().filter(|(_, role)| *role == Role::Coordinate) {
        let wanted = if is_longitude(variable) {
            ("degrees_east", 'e')
        } else if is_latitude(variable) {
            ("degrees_north", 'n')
        } else {
            continue;
        };
        let units = variable.attributes.text("units").unwrap_or_default().trim().to_ascii_lowercase();
        let good =
            units.strip_prefix("degree").is_some_and(|rest| rest.trim_start_matches(['s', '_']).starts_with(wanted.1));
        if !good {
            let message = format!("its units are `{}`", shorten(&units));
            found.warning(&variable.name, message, format!("Write units = \"{}\".", wanted.0));
        }
    }
}

pub(super) fn time_units(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for (variable, role) in scope.variables() {
        let units = variable.attributes.text("units");
        let time = role == Role::Coordinate && axis_of(variable) == Some(Axis::T);
        if !time && !units.is_some_and(is_reference) {
            continue;
        }
        let calendar = variable.attributes.text("calendar");
        match TimeReference::parse(units.unwrap_or_default(), calendar) {
            Err(problem) => {
                let fix = "Write units like \"days since 1950-01-01 00:00:00\", and a calendar of CF 4.4.1.";
                found.error(&variable.name, format!("its times cannot be decoded: {problem}"), fix);
            }
            Ok(reference) if reference.is_climatological() => {
                let fix = "Use a real year and the `climatology` attribute (CF 7.4).";
                found.info(&variable.name, "it counts from year 0, which means dates of no particular year", fix);
            }
            Ok(reference) => {
                let unit =
                    units.and_then(|units| units.split_whitespace().next()).unwrap_or_default().to_ascii_lowercase();
                if (unit.starts_with("month") || unit.starts_with("year")) && reference.calendar() != Calendar::Days360
                {
                    let message = format!("a {unit} is a fraction of 365.242198781 days, not a calendar's");
                    found.warning(&variable.name, message, "Count days or hours.");
                }
            }
        }
    }
}

pub(super) fn vertical_positive(scope: &Scope<'_>, found: &mut Findings<'_>) {
    for (variable, _) in scope.variables().filter(|(_, role)| *role == Role::Coordinate) {
        if axis_of(variable) != Some(Axis::Z) || matches!(vertical(variable), Vertical::Decibars(_)) {
            continue;
        }
        let fix = "Add positive = \"down\" for depths or \"up\" for heights.";
        match variable.attributes.text("positive") {
            None => {
                found.warning(
                    &variable.name,
                    "a vertical coordinate that is no pressure must say which way is up",
                    fix,
                );
            }
            Some(text) if positive(variable).is_none() => {
                found.error(&variable.name, format!("positive is `{}`", shorten(text)), fix);
            }
            Some(_) => {}
        }
    }
}
