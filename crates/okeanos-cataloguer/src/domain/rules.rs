//! The cataloguer's own rules, beside those of the CF conventions.

use okeanos_cf::checks::{Finding, Rule, Severity};

/// The data set opens.
pub(crate) const OPENS: Rule = rule("format/opens", "The data set can be opened");
/// It is of a format that is catalogued.
pub(crate) const CATALOGUED: Rule = rule("format/not-catalogued", "The object is in a format that is catalogued");
/// All of it is understood.
pub(crate) const UNDERSTOOD: Rule = rule("format/understood", "Everything in the data set is understood");
/// A Zarr store has all that describing it needs.
pub(crate) const COMPLETE: Rule = rule("zarr/complete", "The store has its metadata and its chunks");
/// Coordinates can be read.
pub(crate) const COORDINATES: Rule = rule("catalog/coordinates", "The values of coordinates can be read");
/// Every variable has a place.
pub(crate) const PLACED: Rule = rule("catalog/placed", "Every geophysical variable has a place on the globe");
/// Every variable has a time.
pub(crate) const DATED: Rule = rule("catalog/dated", "Every geophysical variable has a time");
/// Every variable has a collection by its standard name.
pub(crate) const NAMED: Rule = rule("catalog/named", "Every geophysical variable has a collection of its own");
/// All variables are catalogued.
pub(crate) const COUNTED: Rule = rule("catalog/counted", "All geophysical variables are catalogued");
/// The catalog takes the items.
pub(crate) const ACCEPTED: Rule = rule("catalog/accepted", "The catalog accepts the items");
/// The work came to an end.
pub(crate) const DONE: Rule = rule("catalog/done", "The check could be finished");

/// Those that are applied to whatever can be opened.
pub(crate) const ON_DATASETS: [Rule; 8] = [OPENS, CATALOGUED, UNDERSTOOD, COORDINATES, PLACED, DATED, NAMED, COUNTED];

const fn rule(id: &'static str, title: &'static str) -> Rule {
    Rule { id, title, section: "" }
}

/// A finding of one of these rules.
pub(crate) fn finding(rule: Rule, severity: Severity, subject: &str, message: impl Into<String>, fix: &str) -> Finding {
    Finding {
        rule: rule.id,
        severity,
        subject: subject.to_owned(),
        message: message.into(),
        section: rule.section,
        fix: fix.to_owned(),
    }
}
