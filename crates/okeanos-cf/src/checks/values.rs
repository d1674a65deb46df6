//! Rules over the values of one coordinate.

use super::{Finding, Findings, Found, Rule, rule};

const FINITE: Rule = rule("cf/coordinate-finite", "Coordinate variables have no missing values", "CF 5");
const MONOTONIC: Rule = rule("cf/coordinate-monotonic", "Coordinate variables grow or shrink all along", "CF 1.3");
const LATITUDE: Rule = rule("cf/latitude-range", "Latitudes lie between -90 and 90", "CF 4.1");
const LONGITUDE: Rule = rule("cf/longitude-range", "Longitudes lie within one turn, between -180 and 360", "CF 4.2");

pub(super) const RULES: &[Rule] = &[FINITE, MONOTONIC, LATITUDE, LONGITUDE];

/// What a coordinate is, as far as its values are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coordinate {
    /// True longitudes.
    Longitude,
    /// True latitudes.
    Latitude,
    /// Anything else.
    Other,
}

/// What the rules find in the decoded values of the coordinate `name`. Missing values are NaN.
///
/// `of_dimension` says that it is the coordinate variable of its dimension: only then must it be complete and monotonic.
pub fn check_coordinate(name: &str, kind: Coordinate, of_dimension: bool, values: &[f64]) -> Vec<Finding> {
    let mut found = Found::default();
    let missing = values.iter().filter(|value| !value.is_finite()).count();
    if of_dimension && missing > 0 {
        let message = format!("{missing} of {} values are missing or not finite", values.len());
        Findings { rule: FINITE, found: &mut found }.error(name, message, "Give every point of the dimension a value.");
    }
    if of_dimension && let Some(at) = first_turn(values) {
        let around: Vec<_> = values.iter().skip(at - 1).take(2).map(ToString::to_string).collect();
        let message = format!("it does not go one way: at index {at} come {}", around.join(", then "));
        Findings { rule: MONOTONIC, found: &mut found }.error(
            name,
            message,
            "Sort the dimension, and remove what is there twice.",
        );
    }
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (least, greatest) =
        finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), value| (a.min(value), b.max(value)));
    if least > greatest {
        return found.list;
    }
    let extent = format!("the values run from {least} to {greatest}");
    match kind {
        Coordinate::Latitude if least < -90.001 || greatest > 90.001 => {
            Findings { rule: LATITUDE, found: &mut found }.error(
                name,
                extent,
                "Check units and fill values; latitudes are degrees_north.",
            );
        }
        Coordinate::Longitude if least < -720.0 || greatest > 720.0 => {
            Findings { rule: LONGITUDE, found: &mut found }.error(
                name,
                extent,
                "Check units and fill values; longitudes are degrees_east.",
            );
        }
        Coordinate::Longitude if least < -180.001 || greatest > 360.001 || greatest - least > 360.001 => {
            Findings { rule: LONGITUDE, found: &mut found }.warning(
                name,
                extent,
                "Wrap them to -180 to 180, or to 0 to 360.",
            );
        }
        _ => {}
    }
    found.list
}

/// The first index whose value does not go on as the first two did; missing values are left aside.
fn first_turn(values: &[f64]) -> Option<usize> {
    let pairs = || values.windows(2).enumerate().filter_map(|(at, pair)| Some((at, *pair.first()?, *pair.last()?)));
    let rising = pairs().find(|(_, a, b)| a.is_finite() && b.is_finite()).is_some_and(|(_, a, b)| b > a);
    pairs()
        .find(|(_, a, b)| a.is_finite() && b.is_finite() && if rising { b <= a } else { b >= a })
        .map(|(at, ..)| at + 1)
}
