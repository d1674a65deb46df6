//! The units themselves: each defined by a unit string over those above it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Unit, parse};

/// Number of base quantities.
pub(super) const DIMENSIONS: usize = 9;

/// Symbols of the base units. A level (in bel) and a reflectivity are kept apart from plain numbers: they are logarithms.
pub(super) const BASES: [&str; DIMENSIONS] = ["m", "kg", "s", "K", "mol", "A", "cd", "B", "BZ"];

/// `(symbols, names, definition)`. Symbols take symbol prefixes (`hPa`), names take name prefixes and a plural (`hectopascals`).
#[rustfmt::skip]
const UNITS: &[(&[&str], &[&str], &str)] = &[
    (&["g"], &["gram"], "1e-3 kg"),
    (&["rad"], &["radian"], "1"), (&["sr"], &["steradian"], "1"),
    (&["Hz"], &["hertz"], "s-1"), (&["Bq"], &["becquerel"], "s-1"),
    (&["N"], &["newton"], "kg m s-2"), (&["Pa"], &["pascal"], "N m-2"), (&["J"], &["joule"], "N m"), (&["W"], &["watt"], "J s-1"),
    (&["C"], &["coulomb"], "A s"), (&["V"], &["volt"], "W A-1"), (&["F"], &["farad"], "C V-1"), (&["S"], &["siemens"], "A V-1"),
    (&["ohm", "Ω"], &[], "V A-1"), (&["Wb"], &["weber"], "V s"), (&["T"], &["tesla"], "Wb m-2"), (&["H"], &["henry"], "Wb A-1"),
    (&["Gy"], &["gray"], "J kg-1"), (&["lm"], &["lumen"], "cd sr"), (&["lx"], &["lux"], "lm m-2"), (&["kat"], &["katal"], "mol s-1"),
    (&["l", "L"], &["liter", "litre"], "1e-3 m3"), (&["t"], &["tonne", "metric_ton"], "1e3 kg"), (&[], &["molar"], "1e3 mol m-3"),
    (&["bar"], &["bar"], "1e5 Pa"), (&["atm"], &["atmosphere"], "101325 Pa"), (&["eV"], &["electronvolt"], "1.602176634e-19 J"),
    (&["cal"], &["calorie"], "4.184 J"), (&["Wh"], &["watthour"], "3600 J"), (&["E"], &["einstein"], "mol"),
    (&["a"], &["are"], "1e2 m2"), (&["ha"], &["hectare"], "1e4 m2"), (&["b"], &["barn"], "1e-28 m2"),
    (&["Gal"], &["galileo"], "1e-2 m s-2"), (&["P"], &["poise"], "1e-1 Pa s"), (&["St"], &["stokes"], "1e-4 m2 s-1"), (&["dyn"], &["dyne"], "1e-5 N"),
    (&["u"], &["atomic_mass_unit"], "1.66053906660e-27 kg"),
];

/// `(spellings, definition)`: units that take no prefix.
#[rustfmt::skip]
const PLAIN: &[(&[&str], &str)] = &[
    (&["min", "mins", "minute", "minutes"], "60 s"), (&["h", "hr", "hrs", "hour", "hours"], "3600 s"), (&["d", "day", "days"], "86400 s"),
    (&["sec", "secs"], "s"), (&["week", "weeks"], "7 day"), (&["fortnight", "fortnights"], "14 day"),
    (&["year", "years", "yr", "yrs", "tropical_year"], "365.242198781 day"), (&["month", "months"], "30.436849898416666 day"),
    (&["common_year", "common_years"], "365 day"), (&["leap_year"], "366 day"), (&["Julian_year"], "365.25 day"),
    (&["°", "deg", "degree", "degrees", "arc_degree", "arc_degrees", "angular_degree"], "1.7453292519943295e-2 rad"),
    (&["degree_north", "degrees_north", "degree_N", "degrees_N", "degreeN", "degreesN", "degree_n", "degrees_n"], "degree"),
    (&["degree_east", "degrees_east", "degree_E", "degrees_E", "degreeE", "degreesE", "degree_e", "degrees_e"], "degree"),
    (&["degree_west", "degrees_west", "degree_W", "degrees_W", "degreeW", "degreesW"], "-1 degree"),
    (&["degree_south", "degrees_south", "degree_S", "degrees_S", "degreeS", "degreesS"], "-1 degree"),
    (&["degree_true", "degrees_true", "degree_T", "degrees_T", "degreeT", "degreesT"], "degree"),
    (&["'", "arcminute", "arcminutes", "arc_minute", "arc_minutes"], "1.6666666666666666e-2 degree"),
    (&["\"", "arcsecond", "arcseconds", "arc_second", "arc_seconds"], "2.777777777777778e-4 degree"),
    (&["degree_Kelvin", "degrees_Kelvin", "degree_K", "degrees_K", "degK", "degsK", "degreeK", "degreesK", "deg_K", "degree_kelvin"], "K"),
    (&["°C", "℃", "celsius", "Celsius", "degree_Celsius", "degrees_Celsius", "degree_celsius", "degrees_celsius", "degree_C", "degrees_C",
       "degC", "degsC", "degreeC", "degreesC", "deg_C", "degs_C", "degree_c", "degrees_c", "degc", "deg_c"], "K @ 273.15"),
    (&["°F", "fahrenheit", "Fahrenheit", "degree_Fahrenheit", "degrees_Fahrenheit", "degree_F", "degrees_F", "degF", "degreeF", "deg_F"],
       "(0.5555555555555556 K) @ 459.67"),
    (&["%", "percent"], "1e-2"), (&["permil", "per_mille", "‰"], "1e-3"),
    (&["ppm", "ppmv", "ppmm"], "1e-6"), (&["ppb", "ppbv", "ppbm"], "1e-9"), (&["ppv", "ppm_v"], "1"), (&["count", "counts"], "1"),
    (&["dB", "decibel", "decibels"], "1e-1 B"), (&["dBZ", "dBz"], "1e-1 BZ"),
    // Not `M` by itself: in the ocean's files that is a metre in upper case.
    (&["mM"], "mol m-3"), (&["µM", "μM", "uM"], "1e-3 mol m-3"), (&["nM"], "1e-6 mol m-3"),
    (&["mmHg"], "133.322 Pa"), (&["micron", "microns"], "1e-6 m"), (&["angstrom", "Å"], "1e-10 m"),
    (&["nmile", "nautical_mile", "nautical_miles", "nmi"], "1852 m"), (&["knot", "knots", "kt", "kts"], "0.5144444444444445 m s-1"),
    (&["inch", "inches", "in"], "2.54e-2 m"), (&["foot", "feet", "ft"], "0.3048 m"), (&["yard", "yards"], "0.9144 m"),
    (&["mile", "miles", "mi"], "1609.344 m"), (&["fathom", "fathoms"], "1.8288 m"), (&["lb", "pound", "pounds"], "0.45359237 kg"),
    (&["sverdrup", "sverdrups"], "1e6 m3 s-1"), (&["grade"], "0.9 degree"), (&["revolution", "revolutions", "cycle", "cycles"], "360 degree"),
];

/// Whole strings, in lower case with single spaces, that UDUNITS refuses or means otherwise (`C` is a coulomb, `ppt` a trillionth, `mb` a millibarn).
const TOLERATED: &[(&[&str], &str)] = &[
    (
        &[
            "c",
            "deg c",
            "deg. c",
            "degs c",
            "degree c",
            "degrees c",
            "deg.c",
            "degree celsius",
            "degrees celsius",
            "deg celsius",
            "celcius",
            "ºc",
            "° c",
        ],
        "degree_C",
    ),
    (&["deg k", "degrees k", "degree kelvin", "degrees kelvin"], "K"),
    (
        &[
            "psu",
            "pss",
            "pss-78",
            "pss78",
            "1978 pss",
            "ppt",
            "o/oo",
            "0/00",
            "practical salinity unit",
            "practical salinity units",
        ],
        "1e-3",
    ),
    (
        &[
            "unitless",
            "dimensionless",
            "none",
            "n/a",
            "nondim",
            "nondimensional",
            "non-dimensional",
            "adimensional",
            "-",
            "[]",
            "ntu",
            "ftu",
            "fraction",
        ],
        "1",
    ),
    (&["sv"], "sverdrup"),
    (&["mb"], "hPa"),
    (&["deg"], "degree"),
    (&["degrees north", "degree north", "deg n"], "degrees_north"),
    (&["degrees east", "degree east", "deg e"], "degrees_east"),
];

const SYMBOL_PREFIXES: &[(&str, f64)] = &[
    ("Y", 1e24),
    ("Z", 1e21),
    ("E", 1e18),
    ("P", 1e15),
    ("T", 1e12),
    ("G", 1e9),
    ("M", 1e6),
    ("k", 1e3),
    ("h", 1e2),
    ("da", 1e1),
    ("d", 1e-1),
    ("c", 1e-2),
    ("m", 1e-3),
    ("µ", 1e-6),
    ("μ", 1e-6),
    ("u", 1e-6),
    ("n", 1e-9),
    ("p", 1e-12),
    ("f", 1e-15),
    ("a", 1e-18),
    ("z", 1e-21),
    ("y", 1e-24),
];
const NAME_PREFIXES: &[(&str, f64)] = &[
    ("yotta", 1e24),
    ("zetta", 1e21),
    ("exa", 1e18),
    ("peta", 1e15),
    ("tera", 1e12),
    ("giga", 1e9),
    ("mega", 1e6),
    ("kilo", 1e3),
    ("hecto", 1e2),
    ("deka", 1e1),
    ("deca", 1e1),
    ("deci", 1e-1),
    ("centi", 1e-2),
    ("milli", 1e-3),
    ("micro", 1e-6),
    ("nano", 1e-9),
    ("pico", 1e-12),
    ("femto", 1e-15),
    ("atto", 1e-18),
    ("zepto", 1e-21),
    ("yocto", 1e-24),
];

#[derive(Default)]
struct Known {
    symbols: HashMap<&'static str, Unit>,
    names: HashMap<&'static str, Unit>,
    plain: HashMap<&'static str, Unit>,
}

impl Known {
    /// Symbols as written; names in any case, as UDUNITS has it.
    fn find(&self, text: &str) -> Option<Unit> {
        self.exact(text).or_else(|| if text.len() > 3 { self.exact(&text.to_lowercase()) } else { None })
    }

    fn exact(&self, text: &str) -> Option<Unit> {
        let whole = self.plain.get(text).or_else(|| self.symbols.get(text)).or_else(|| self.name(text));
        if let Some(unit) = whole {
            return Some(*unit);
        }
        let prefixed = |prefixes: &[(&str, f64)], unit: &dyn Fn(&str) -> Option<Unit>| {
            prefixes.iter().find_map(|(prefix, factor)| {
                let unit = unit(text.strip_prefix(prefix)?)?;
                Unit::number(*factor).and_then(|factor| factor.times(unit)).ok()
            })
        };
        prefixed(NAME_PREFIXES, &|rest| self.name(rest).copied())
            .or_else(|| prefixed(SYMBOL_PREFIXES, &|rest| self.symbols.get(rest).copied()))
    }

    fn name(&self, text: &str) -> Option<&Unit> {
        self.names.get(text).or_else(|| text.strip_suffix('s').and_then(|singular| self.names.get(singular)))
    }
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known::default();
    for (dimension, symbol) in BASES.iter().enumerate() {
        known.symbols.insert(symbol, Unit::base(dimension));
    }
    let names: [&[&'static str]; DIMENSIONS] = [
        &["meter", "metre"],
        &[],
        &["second"],
        &["kelvin", "Kelvin"],
        &["mole"],
        &["ampere"],
        &["candela"],
        &["bel"],
        &[],
    ];
    for (dimension, names) in names.into_iter().enumerate() {
        known.names.extend(names.iter().map(|name| (*name, Unit::base(dimension))));
    }
    for (symbols, names, definition) in UNITS {
        if let Ok(unit) = parse::with(definition, &|name| known.find(name)) {
            known.symbols.extend(symbols.iter().map(|symbol| (*symbol, unit)));
            known.names.extend(names.iter().map(|name| (*name, unit)));
        }
    }
    for (spellings, definition) in PLAIN {
        if let Ok(unit) = parse::with(definition, &|name| known.find(name)) {
            known.plain.extend(spellings.iter().map(|spelling| (*spelling, unit)));
        }
    }
    known
});

/// The unit of a name or symbol, with or without a prefix.
pub(super) fn find(name: &str) -> Option<Unit> {
    KNOWN.find(name)
}

/// The unit of a whole string that is not UDUNITS but common.
pub(super) fn tolerated(text: &str) -> Option<Unit> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let (_, standard) = TOLERATED.iter().find(|(spellings, _)| spellings.contains(&text.as_str()))?;
    parse::parse(standard).ok()
}

#[cfg(test)]
mod tests {
    use super::{PLAIN, TOLERATED, UNITS, find, tolerated};

    #[test]
    fn every_definition_is_sound() {
        for (symbols, names, definition) in UNITS {
            assert!(symbols.iter().chain(*names).all(|name| find(name).is_some()), "{definition}");
        }
        for (spellings, definition) in PLAIN {
            assert!(spellings.iter().all(|name| find(name).is_some()), "{definition}");
        }
        assert!(TOLERATED.iter().all(|(spellings, _)| spellings.iter().all(|text| tolerated(text).is_some())));
    }

    #[test]
    fn prefixes_go_with_their_kind() {
        for name in ["hPa", "hectopascals", "kilometre", "mmol", "µm", "dam", "kilograms", "MW", "dbar", "decibars"] {
            assert!(find(name).is_some(), "{name}");
        }
        for name in ["kilom", "hpascal", "mday", "kk", "meterss", ""] {
            assert!(find(name).is_none(), "{name}");
        }
    }
}
