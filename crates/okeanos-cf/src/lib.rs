//! The Climate and Forecast (CF) conventions, as far as they can be applied to a data set's header and coordinate values: no I/O, no async.
//!
//! In reading order:
//! - [`model`]: a header (dimensions, variables, attributes), filled by whatever reads a format.
//! - [`names`]: the standard-name table, its aliases, and a careful guess when a variable has no standard name.
//! - [`units`]: UDUNITS unit strings and conversion.
//! - [`calendar`] and [`time`]: calendars, and numbers like `hours since 1950-01-01` to and from dates.
//! - [`axes`]: what each variable is for, and which coordinates place it in space and time.
//! - [`checks`]: rules over headers and coordinate values, with findings that say where, what and how to mend it.

pub mod axes;
pub mod calendar;
pub mod checks;
pub mod model;
pub mod names;
pub mod time;
pub mod units;
