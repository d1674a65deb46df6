//! Rules of the CF conventions over a header and over coordinate values.
//!
//! [`check`] looks at a header alone, so it costs nothing to run on an object store; [`check_coordinate`] looks at the values of one coordinate.
//! A finding says which rule, how bad, where, what is wrong, which section of the conventions says so, and how to mend it.

use serde::Serialize;

use crate::axes::{Index, Role, roles};
use crate::model::{Header, Variable};

mod cell_methods;
mod coordinates;
mod naming;
mod packing;
mod references;
mod values;

pub use values::{Coordinate, check_coordinate};

/// Most findings of one header; the rest are counted in a last one.
const MAX_FINDINGS: usize = 500;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know; nothing is wrong.
    Info,
    /// Readers may misunderstand, or have to guess.
    Warning,
    /// The conventions forbid it, or the values cannot be read as meant.
    Error,
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable identifier: `cf/units-parse`.
    pub id: &'static str,
    /// What it asks for, in one line.
    pub title: &'static str,
    /// Where the conventions say so: `CF 3.1`.
    pub section: &'static str,
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Identifier of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The variable's name; empty for the data set as a whole.
    pub subject: String,
    /// What was found.
    pub message: String,
    /// Where the conventions say so.
    pub section: &'static str,
    /// What to do about it.
    pub fix: String,
}

/// Whether attributes carry the type that they are stored as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeTypes {
    /// They do (NetCDF), so that types can be compared.
    Stored,
    /// They do not (Zarr's JSON).
    Json,
}

type Run = fn(&Scope<'_>, &mut Findings<'_>);

/// The rules over headers, with what runs them.
const RULES: &[(Rule, Run)] = &[
    (rule("cf/conventions", "The data set names the conventions that it follows", "CF 2.6.1"), naming::conventions),
    (rule("cf/names", "Names are letters, digits and underscores", "CF 2.3"), naming::names),
    (rule("cf/has-data", "There is at least one geophysical variable", "CF 1.3"), naming::has_data),
    (rule("cf/standard-name", "Standard names are in the table", "CF 3.3"), naming::standard_names),
    (rule("cf/units-present", "Geophysical variables have units", "CF 3.1"), naming::units_present),
    (rule("cf/units-parse", "Units are UDUNITS strings", "CF 3.1"), naming::units_parse),
    (
        rule("cf/units-canonical", "Units convert to the standard name's canonical ones", "CF 3.3"),
        naming::units_canonical,
    ),
    (rule("cf/axes", "Geophysical variables have coordinates in space", "CF 4"), coordinates::axes),
    (
        rule("cf/lat-lon-units", "Latitudes are in degrees_north, longitudes in degrees_east", "CF 4.1"),
        coordinates::lat_lon_units,
    ),
    (rule("cf/time-units", "Time units and calendar can be decoded", "CF 4.4"), coordinates::time_units),
    (
        rule("cf/vertical-positive", "Vertical coordinates say which way is up", "CF 4.3"),
        coordinates::vertical_positive,
    ),
    (
        rule("cf/fill-value", "_FillValue and missing_value have the variable's type and agree", "CF 2.5.1"),
        packing::fill_value,
    ),
    (rule("cf/packing", "scale_factor and add_offset are sound", "CF 8.1"), packing::scale_and_offset),
    (rule("cf/valid-range", "valid_range, valid_min and valid_max are sound", "CF 2.5.1"), packing::valid_range),
    (rule("cf/bounds", "Bounds variables exist and have the right shape", "CF 7.1"), references::bounds),
    (rule("cf/grid-mapping", "Grid mapping variables exist", "CF 5.6"), references::grid_mapping),
    (rule("cf/coordinates", "Variables in a coordinates attribute exist", "CF 5"), references::coordinates),
    (rule("cf/cell-methods", "cell_methods can be parsed", "CF 7.3"), cell_methods::cell_methods),
];

const fn rule(id: &'static str, title: &'static str, section: &'static str) -> Rule {
    Rule { id, title, section }
}

/// What rules look at.
struct Scope<'a> {
    header: &'a Header,
    index: Index<'a>,
    roles: Vec<Role>,
    types: AttributeTypes,
}

impl<'a> Scope<'a> {
    fn variables(&self) -> impl Iterator<Item = (&'a Variable, Role)> + use<'a, '_> {
        self.header.variables.iter().zip(self.roles.iter().copied())
    }

    fn with_role(&self, role: Role) -> impl Iterator<Item = &'a Variable> + use<'a, '_> {
        self.variables().filter(move |(_, found)| *found == role).map(|(variable, _)| variable)
    }
}

/// What was found: of each severity no more than a list may have, the rest are counted.
#[derive(Default)]
struct Found {
    list: Vec<Finding>,
    counts: [usize; 3],
}

/// Where a rule puts what it finds.
struct Findings<'a> {
    rule: Rule,
    found: &'a mut Found,
}

impl Findings<'_> {
    fn add(&mut self, severity: Severity, subject: &str, message: impl Into<String>, fix: impl Into<String>) {
        let count = match severity {
            Severity::Info => &mut self.found.counts[0],
            Severity::Warning => &mut self.found.counts[1],
            Severity::Error => &mut self.found.counts[2],
        };
        *count += 1;
        if *count > MAX_FINDINGS {
            return;
        }
        let Rule { id, section, .. } = self.rule;
        self.found.list.push(Finding {
            rule: id,
            severity,
            subject: shorten(subject),
            message: message.into(),
            section,
            fix: fix.into(),
        });
    }

    fn error(&mut self, subject: &str, message: impl Into<String>, fix: impl Into<String>) {
        self.add(Severity::Error, subject, message, fix);
    }

    fn warning(&mut self, subject: &str, message: impl Into<String>, fix: impl Into<String>) {
        self.add(Severity::Warning, subject, message, fix);
    }

    fn info(&mut self, subject: &str, message: impl Into<String>, fix: impl Into<String>) {
        self.add(Severity::Info, subject, message, fix);
    }
}

/// All rules, those over headers first, in the order that they run in.
pub fn rules() -> impl Iterator<Item = Rule> {
    RULES.iter().map(|(rule, _)| *rule).chain(values::RULES.iter().copied())
}

/// What the rules find in a header: at most 500 findings, then one that counts the rest.
pub fn check(header: &Header, types: AttributeTypes) -> Vec<Finding> {
    let scope = Scope { header, index: Index::of(header), roles: roles(header), types };
    let mut found = Found::default();
    for (rule, run) in RULES {
        run(&scope, &mut Findings { rule: *rule, found: &mut found });
    }
    let total: usize = found.counts.iter().sum();
    if total > MAX_FINDINGS {
        let more = total - MAX_FINDINGS;
        found = Found { counts: [0; 3], ..found };
        found.list.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        found.list.truncate(MAX_FINDINGS);
        let rule = rule("cf/more", "Only the worst findings are listed", "");
        Findings { rule, found: &mut found }.info(
            "",
            format!("{more} more findings are not listed"),
            "Mend those above and check again.",
        );
    }
    found.list
}

/// Text from a file, fit for a message: at most 80 characters.
fn shorten(text: &str) -> String {
    let text = text.trim();
    let mut short: String = text.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(80).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;
