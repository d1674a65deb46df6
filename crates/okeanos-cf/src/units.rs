//! Unit strings as UDUNITS-2 reads them, and linear conversion between them.
//!
//! Understood: products and quotients (`kg m-3`, `m/s`, `W.m-2`, `J per kg`), powers (`m2`, `m^2`, `m**-1`, `m²`), numbers (`1e-3`, `10^6`),
//! brackets, prefixes, and shifted scales (`degC`, `K @ 273.15`). Not UDUNITS, but read all the same because the ocean's files are full of
//! them ([`Unit::tolerated`] says so): `PSU`, `PPT` (parts per thousand), `DEG C`, `Sv` (sverdrup), `none`, and upper-case spellings.

use std::fmt;

mod parse;
mod table;

use table::DIMENSIONS;

/// Why a string is not a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// A name that is no unit.
    #[error("`{0}` is not a known unit")]
    Unknown(String),
    /// The string does not follow the grammar.
    #[error("unexpected `{found}` at character {at}")]
    Syntax {
        /// What was found.
        found: String,
        /// Where, counting from 0.
        at: usize,
    },
    /// Longer than 256 bytes, brackets nested deeper than 16, or powers and factors out of range.
    #[error("the unit is too long, too deep or out of range")]
    Range,
    /// A time reference (`days since 1950-01-01`), which is no unit but a scale: see [`crate::time::TimeReference`].
    #[error("this is a time reference, not a unit")]
    TimeReference,
}

/// A unit: powers of base quantities, and how its numbers become those of the base units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    powers: [i16; DIMENSIONS],
    scale: f64,
    offset: f64,
    tolerated: bool,
}

/// `scale × value + offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linear {
    /// The factor.
    pub scale: f64,
    /// What is added after it.
    pub offset: f64,
}

impl Linear {
    /// The converted value.
    pub fn apply(&self, value: f64) -> f64 {
        self.scale.mul_add(value, self.offset)
    }

    /// Whether it changes nothing (to one part in 10¹²).
    pub fn is_identity(&self) -> bool {
        (self.scale - 1.0).abs() < 1e-12 && self.offset.abs() < 1e-12
    }
}

impl Unit {
    /// The number one.
    pub(crate) const ONE: Self = Self { powers: [0; DIMENSIONS], scale: 1.0, offset: 0.0, tolerated: false };

    /// Reads a unit string. An empty string is the number one.
    ///
    /// # Errors
    /// [`UnitError`] for what UDUNITS would refuse too, save the tolerated spellings above.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        let text = text.trim().trim_end_matches('\0').trim();
        if text.len() > parse::MAX_LENGTH {
            return Err(UnitError::Range);
        }
        if crate::time::is_reference(text) {
            return Err(UnitError::TimeReference);
        }
        if let Some(unit) = table::tolerated(text) {
            return Ok(Self { tolerated: true, ..unit });
        }
        parse::parse(text).or_else(|problem| {
            // `M/S`, `KG/M3`, `W/M2`: only what has no lower-case letter is read again, in lower case, then where a name must be.
            if text.chars().any(char::is_lowercase) {
                return Err(problem);
            }
            let name = |name: &str| table::find(name).or_else(|| table::find(&name.to_lowercase()));
            let read = parse::parse(&text.to_lowercase()).or_else(|_| parse::with(text, &name));
            read.map(|unit| Self { tolerated: true, ..unit }).map_err(|_| problem)
        })
    }

    /// Whether the string was read although UDUNITS would refuse it or take it for another unit.
    pub fn tolerated(&self) -> bool {
        self.tolerated
    }

    /// Whether values in this unit can be given in the other. Angles count as plain numbers, as in UDUNITS.
    pub fn convertible(&self, to: &Self) -> bool {
        self.powers == to.powers
    }

    /// How values in this unit become values in the other, when they can.
    pub fn converter_to(&self, to: &Self) -> Option<Linear> {
        self.convertible(to)
            .then(|| Linear { scale: self.scale / to.scale, offset: (self.offset - to.offset) / to.scale })
    }

    /// Whether it is a pressure, in whatever unit.
    pub fn is_pressure(&self) -> bool {
        Self::parse("Pa").is_ok_and(|pascal| self.convertible(&pascal))
    }

    /// Whether it is a length, in whatever unit.
    pub fn is_length(&self) -> bool {
        Self::parse("m").is_ok_and(|metre| self.convertible(&metre))
    }

    /// Whether it is a plain number (or an angle, a fraction, a percentage).
    pub fn is_dimensionless(&self) -> bool {
        self.powers == Self::ONE.powers
    }

    fn number(value: f64) -> Result<Self, UnitError> {
        Self { scale: value, ..Self::ONE }.checked()
    }

    fn base(dimension: usize) -> Self {
        let mut unit = Self::ONE;
        if let Some(power) = unit.powers.get_mut(dimension) {
            *power = 1;
        }
        unit
    }

    /// Product; shifted scales lose their shift (`kg degree_C` is `kg K`).
    fn times(self, other: Self) -> Result<Self, UnitError> {
        let mut powers = self.powers;
        for (power, more) in powers.iter_mut().zip(other.powers) {
            *power = power.checked_add(more).ok_or(UnitError::Range)?;
        }
        // A product with the plain number one is the unit itself, shift and all.
        let offset = if other == Self::ONE {
            self.offset
        } else if self == Self::ONE {
            other.offset
        } else {
            0.0
        };
        Self { powers, scale: self.scale * other.scale, offset, tolerated: self.tolerated || other.tolerated }.checked()
    }

    fn power(self, exponent: i16) -> Result<Self, UnitError> {
        if exponent == 1 {
            return Ok(self);
        }
        let mut powers = self.powers;
        for power in &mut powers {
            *power = power.checked_mul(exponent).ok_or(UnitError::Range)?;
        }
        Self { powers, scale: self.scale.powi(i32::from(exponent)), offset: 0.0, tolerated: self.tolerated }.checked()
    }

    fn shifted(self, origin: f64) -> Result<Self, UnitError> {
        Self { offset: self.scale.mul_add(origin, self.offset), ..self }.checked()
    }

    /// Factors must stay normal numbers and powers small, so that conversion never makes a zero, an infinity or a NaN by itself.
    fn checked(self) -> Result<Self, UnitError> {
        let sound = self.scale.is_normal() && self.offset.is_finite() && self.powers.iter().all(|p| p.abs() <= 64);
        if sound { Ok(self) } else { Err(UnitError::Range) }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.scale)?;
        for (symbol, power) in table::BASES.iter().zip(self.powers).filter(|(_, power)| *power != 0) {
            write!(f, " {symbol}{power}")?;
        }
        if self.offset == 0.0 { Ok(()) } else { write!(f, " @ {}", self.offset / self.scale) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    use super::{Unit, UnitError};

    fn convert(value: f64, from: &str, to: &str) -> Option<f64> {
        let (from, to) = (Unit::parse(from).ok()?, Unit::parse(to).ok()?);
        from.converter_to(&to).map(|linear| linear.apply(value))
    }

    fn close(value: f64, from: &str, to: &str, expected: f64) {
        let found = convert(value, from, to).unwrap_or_else(|| panic!("{from} -> {to}"));
        assert!(
            (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            "{value} {from} = {found} {to}, not {expected}"
        );
    }

    #[test]
    fn converts_as_udunits_does() {
        close(20.0, "degC", "K", 293.15);
        close(20.0, "degree_Celsius", "kelvin", 293.15);
        close(293.15, "K", "celsius", 20.0);
        close(68.0, "degF", "degree_C", 20.0);
        close(300.0, "K", "K @ 273.15", 26.85);
        close(1.0, "m s-1", "km/h", 3.6);
        close(1.0, "m.s-1", "m s**-1", 1.0);
        close(1.0, "meter second^-1", "cm/s", 100.0);
        close(1.0, "knot", "m s-1", 1852.0 / 3600.0);
        close(1.0, "g kg-1", "1e-3", 1.0);
        close(0.035, "1", "1e-3", 35.0);
        close(50.0, "%", "1", 0.5);
        close(50.0, "percent", "1", 0.5);
        close(1.0, "mg m-3", "kg m-3", 1e-6);
        close(1.0, "mmol/m^3", "mol m-3", 1e-3);
        close(1.0, "µmol/kg", "mol kg-1", 1e-6);
        close(1.0, "umol L-1", "mol m-3", 1e-3);
        close(1.0, "dbar", "Pa", 1e4);
        close(1013.25, "millibars", "hPa", 1013.25);
        close(1.0, "W m-2", "kg s-3", 1.0);
        close(1.0, "J/(kg K)", "m2 s-2 K-1", 1.0);
        close(1.0, "N m-2", "Pa", 1.0);
        close(180.0, "degrees_north", "rad", std::f64::consts::PI);
        close(1.0, "10^6 m3 s-1", "sverdrup", 1.0);
        close(1.0, "day", "s", 86_400.0);
        close(1.0, "m year-1", "mm d-1", 1000.0 / 365.242_198_781);
        close(1.0, "m² s⁻¹", "m2/s", 1.0);
        close(1.0, "W m-2 sr-1 (m-1)-1", "W m-1 sr-1", 1.0);
        close(1.0, "kg per m3", "g/l", 1.0);
        close(1.0, "Pascal", "DEGREES_EAST Pa", 180.0 / std::f64::consts::PI);
        assert_eq!(convert(1.0, "m", "s"), None);
        assert_eq!(convert(1.0, "K", "1"), None);
    }

    #[test]
    fn reads_the_oceans_own_spellings_and_says_so() {
        for (text, standard) in [
            ("DEG C", "degree_C"),
            ("Deg C", "degree_C"),
            ("C", "degree_C"),
            ("Celcius", "degree_C"),
            ("PSU", "1e-3"),
            ("PPT", "1e-3"),
            ("psu", "1e-3"),
            ("PSS-78", "1e-3"),
            ("Sv", "1e6 m3 s-1"),
            ("M/S", "m/s"),
            ("W/M**2", "W m-2"),
            ("unitless", "1"),
        ] {
            let unit = Unit::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            let standard = Unit::parse(standard).expect("a unit");
            assert!(unit.tolerated() && !standard.tolerated(), "{text}");
            assert!(unit.converter_to(&standard).expect("convertible").is_identity(), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_unit() {
        assert_eq!(Unit::parse("furlongs per fortnite"), Err(UnitError::Unknown("furlongs".to_owned())));
        assert_eq!(Unit::parse("days since 1950-01-01"), Err(UnitError::TimeReference));
        assert_eq!(Unit::parse(&"(".repeat(100)), Err(UnitError::Range));
        assert_eq!(Unit::parse(&"m".repeat(300)), Err(UnitError::Range));
        assert_eq!(Unit::parse("m999999999999"), Err(UnitError::Range));
        assert_eq!(Unit::parse("0"), Err(UnitError::Range));
        assert_eq!(Unit::parse("1e999"), Err(UnitError::Range));
        for text in ["m/", "m^", "(m", "m)", "/s", "m @ K", "kg//m", "^2"] {
            assert!(matches!(Unit::parse(text), Err(UnitError::Syntax { .. })), "{text}: {:?}", Unit::parse(text));
        }
    }

    #[test]
    fn every_canonical_unit_is_read() {
        for name in crate::names::all() {
            let unit = Unit::parse(name.canonical_units).unwrap_or_else(|e| panic!("{}: {e}", name.name));
            assert!(!unit.tolerated(), "{}", name.canonical_units);
        }
    }

    #[test]
    fn shown_text_is_read_back() {
        for text in ["degC", "km/h", "dB", "W m-2 sr-1", "1e-3"] {
            let unit = Unit::parse(text).expect("a unit");
            let back = Unit::parse(&unit.to_string()).unwrap_or_else(|e| panic!("{unit}: {e}"));
            assert!(unit.converter_to(&back).expect("convertible").is_identity(), "{text}: {unit}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Unit::parse(&text);
        }

        #[test]
        fn never_panics_on_what_looks_like_units(
            parts in prop::collection::vec(prop::sample::select(vec!["m", "s", "kg", "-1", "^", "**", "/", " ", "(", ")", "1e-3", "@", "deg", "C", ".", "²", "µ", "per "]), 0..40),
        ) {
            if let Ok(unit) = Unit::parse(&parts.concat()) {
                prop_assert!(unit.converter_to(&unit).is_some_and(|linear| linear.is_identity()));
            }
        }

        #[test]
        fn there_and_back_is_the_same(
            value in -1e6..1e6_f64,
            pair in prop::sample::select(vec![("degC", "degF"), ("m s-1", "knot"), ("dbar", "Pa"), ("%", "1e-6"), ("year", "ms"), ("mg m-3", "kg l-1")]),
        ) {
            let there = convert(value, pair.0, pair.1).expect("convertible");
            let back = convert(there, pair.1, pair.0).expect("convertible");
            prop_assert!((back - value).abs() <= 1e-9 * value.abs().max(1.0));
        }

        #[test]
        fn powers_add_up(first in -20_i16..20, second in -20_i16..20) {
            let product = Unit::parse(&format!("m{first} m{second}")).expect("a unit");
            prop_assert_eq!(product, Unit::parse(&format!("m{}", first + second)).expect("a unit"));
        }
    }
}
