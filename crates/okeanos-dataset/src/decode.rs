//! CF decoding of stored values: missing ones, the valid range, packing, `_Unsigned`.

use okeanos_cf::model::{AttrValue, Attributes, DataType, Variable};

use crate::RawValues;

/// How the stored values of one variable become numbers (CF 2.5, 8.1; NUG appendix A).
#[derive(Clone, Debug, PartialEq)]
pub struct Decoding {
    /// The type that the stored bits are read as, after `_Unsigned`.
    dtype: DataType,
    /// Stored values that mean "missing".
    missing: Vec<f64>,
    /// The smallest and largest valid stored value.
    valid_stored: (f64, f64),
    /// The smallest and largest valid unpacked value.
    valid_unpacked: (f64, f64),
    scale: f64,
    offset: f64,
}

const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

impl Decoding {
    /// From a variable's attributes. `default_fill` also takes NetCDF's default fill value of the type as missing
    /// when the variable names none, as the NetCDF library writes it where nothing was written.
    pub fn of(variable: &Variable, default_fill: bool) -> Self {
        let attributes = &variable.attributes;
        let dtype = signedness(variable.dtype, attributes.text("_Unsigned"));
        let mut missing: Vec<f64> = ["_FillValue", "missing_value"]
            .into_iter()
            .flat_map(|name| numbers(attributes, name))
            .map(|value| as_stored(value, dtype))
            .filter(|value| !value.is_nan())
            .collect();
        if attributes.get("_FillValue").is_none() && default_fill {
            missing.extend(default_fill_value(variable.dtype));
        }
        let scale = attributes.number("scale_factor").filter(|scale| scale.is_finite() && *scale != 0.0);
        let offset = attributes.number("add_offset").filter(|offset| offset.is_finite());
        let valid = valid_range(attributes, dtype);
        let packed = scale.is_some() || offset.is_some();
        let (valid_stored, valid_unpacked) = match valid {
            // A valid range in a floating type for packed integers is meant for the unpacked values (NUG).
            Some((range, of)) if packed && is_float(of) && !is_float(dtype) => (ANY, range),
            // In another type of integers (Zarr's JSON knows but one) it may be of either.
            Some((_, of)) if packed && of != dtype && of != variable.dtype && !is_float(dtype) => (ANY, ANY),
            Some((range, _)) => (range, ANY),
            None => (ANY, ANY),
        };
        Self {
            dtype,
            missing,
            valid_stored,
            valid_unpacked,
            scale: scale.unwrap_or(1.0),
            offset: offset.unwrap_or(0.0),
        }
    }

    /// The valid range of packed integers, as one of unpacked values.
    pub(crate) fn unpacked_range(&self) -> Option<(f64, f64)> {
        let (low, high) = self.valid_stored;
        let packed = (self.scale, self.offset) != (1.0, 0.0) && !is_float(self.dtype) && self.valid_stored != ANY;
        let (low, high) = (low * self.scale + self.offset, high * self.scale + self.offset);
        packed.then(|| (low.min(high), low.max(high)))
    }

    /// The decoded values, missing ones NaN; `None` for text.
    pub fn decode(&self, raw: &RawValues) -> Option<Vec<f64>> {
        Some(match (raw, self.dtype) {
            (RawValues::I8(v), DataType::U8) => self.map(v, |x| f64::from(x.cast_unsigned())),
            (RawValues::I16(v), DataType::U16) => self.map(v, |x| f64::from(x.cast_unsigned())),
            (RawValues::I32(v), DataType::U32) => self.map(v, |x| f64::from(x.cast_unsigned())),
            (RawValues::I64(v), DataType::U64) => self.map(v, |x| x.cast_unsigned() as f64),
            (RawValues::U8(v), DataType::I8) => self.map(v, |x| f64::from(x.cast_signed())),
            (RawValues::U16(v), DataType::I16) => self.map(v, |x| f64::from(x.cast_signed())),
            (RawValues::U32(v), DataType::I32) => self.map(v, |x| f64::from(x.cast_signed())),
            (RawValues::U64(v), DataType::I64) => self.map(v, |x| x.cast_signed() as f64),
            (RawValues::I8(v), _) => self.map(v, f64::from),
            (RawValues::I16(v), _) => self.map(v, f64::from),
            (RawValues::I32(v), _) => self.map(v, f64::from),
            (RawValues::I64(v), _) => self.map(v, |x| x as f64),
            (RawValues::U8(v), _) => self.map(v, f64::from),
            (RawValues::U16(v), _) => self.map(v, f64::from),
            (RawValues::U32(v), _) => self.map(v, f64::from),
            (RawValues::U64(v), _) => self.map(v, |x| x as f64),
            (RawValues::F32(v), _) => self.map(v, f64::from),
            (RawValues::F64(v), _) => self.map(v, |x| x),
            (RawValues::Char(_) | RawValues::String(_), _) => return None,
        })
    }

    fn map<T: Copy>(&self, values: &[T], number: impl Fn(T) -> f64) -> Vec<f64> {
        values.iter().map(|value| self.one(number(*value))).collect()
    }

    fn one(&self, stored: f64) -> f64 {
        let (low, high) = self.valid_stored;
        if stored.is_nan() || stored < low || stored > high || self.missing.contains(&stored) {
            return f64::NAN;
        }
        let value = stored * self.scale + self.offset;
        let (low, high) = self.valid_unpacked;
        if value < low || value > high { f64::NAN } else { value }
    }
}

/// NetCDF's default fill value of a type; bytes and characters have none, since all their values are in use.
pub fn default_fill_value(dtype: DataType) -> Option<f64> {
    Some(match dtype {
        DataType::I16 => -32_767.0,
        DataType::I32 => -2_147_483_647.0,
        DataType::I64 => -9_223_372_036_854_775_806_i64 as f64,
        DataType::U16 => 65_535.0,
        DataType::U32 => 4_294_967_295.0,
        DataType::U64 => 18_446_744_073_709_551_614_u64 as f64,
        DataType::F32 => f64::from(9.969_21e36_f32),
        DataType::F64 => 9.969_209_968_386_869e36,
        DataType::I8 | DataType::U8 | DataType::Char | DataType::String | DataType::Other => return None,
    })
}

fn is_float(dtype: DataType) -> bool {
    matches!(dtype, DataType::F32 | DataType::F64)
}

fn numbers(attributes: &Attributes, name: &str) -> Vec<f64> {
    match attributes.get(name) {
        Some(AttrValue::Numbers(_, values)) => values.clone(),
        // Some writers give the number as text.
        Some(value) => value.as_text().and_then(|text| text.trim().parse().ok()).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The type that `_Unsigned` makes of a stored type.
fn signedness(dtype: DataType, unsigned: Option<&str>) -> DataType {
    match (dtype, unsigned) {
        (DataType::I8, Some("true" | "True")) => DataType::U8,
        (DataType::I16, Some("true" | "True")) => DataType::U16,
        (DataType::I32, Some("true" | "True")) => DataType::U32,
        (DataType::I64, Some("true" | "True")) => DataType::U64,
        (DataType::U8, Some("false" | "False")) => DataType::I8,
        (DataType::U16, Some("false" | "False")) => DataType::I16,
        (DataType::U32, Some("false" | "False")) => DataType::I32,
        (DataType::U64, Some("false" | "False")) => DataType::I64,
        _ => dtype,
    }
}

/// An attribute's value as it would be read back from the stored type: `1e20` given as a double for a variable of
/// 32-bit floats, `-1` for unsigned bytes.
fn as_stored(value: f64, dtype: DataType) -> f64 {
    let wrapped = |bits: u32| if value < 0.0 { value + 2_f64.powi(bits.cast_signed()) } else { value };
    let turned = |bits: u32| {
        let half = 2_f64.powi(bits.cast_signed() - 1);
        if value >= half { value - 2.0 * half } else { value }
    };
    match dtype {
        #[expect(clippy::cast_possible_truncation, reason = "the point is to round as the stored type does")]
        DataType::F32 => f64::from(value as f32),
        DataType::U8 => wrapped(8),
        DataType::U16 => wrapped(16),
        DataType::U32 => wrapped(32),
        DataType::I8 => turned(8),
        DataType::I16 => turned(16),
        DataType::I32 => turned(32),
        _ => value,
    }
}

/// The valid range and the type it is given in; one that is upside down is not believed.
fn valid_range(attributes: &Attributes, dtype: DataType) -> Option<((f64, f64), DataType)> {
    let typed = |name: &str| match attributes.get(name) {
        Some(AttrValue::Numbers(of, values)) => Some((*of, values.as_slice())),
        _ => None,
    };
    let (low, high, of) = if let Some((of, [low, high])) = typed("valid_range") {
        (*low, *high, of)
    } else {
        let low = typed("valid_min").and_then(|(of, values)| Some((of, *values.first()?)));
        let high = typed("valid_max").and_then(|(of, values)| Some((of, *values.first()?)));
        let of = low.or(high)?.0;
        (low.map_or(f64::NEG_INFINITY, |(_, v)| v), high.map_or(f64::INFINITY, |(_, v)| v), of)
    };
    let (low, high) = match of {
        DataType::F32 | DataType::F64 if !is_float(dtype) => (low, high),
        _ => (bound(low, dtype), bound(high, dtype)),
    };
    (low <= high).then_some(((low, high), of))
}

fn bound(value: f64, dtype: DataType) -> f64 {
    if value.is_infinite() { value } else { as_stored(value, dtype) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(dtype: DataType, attributes: &[(&str, AttrValue)]) -> Variable {
        let attributes = attributes.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
        Variable {
            name: "v".to_owned(),
            dtype,
            dimensions: Vec::new(),
            shape: Vec::new(),
            chunks: None,
            attributes: Attributes(attributes),
        }
    }

    fn decoded(dtype: DataType, attributes: &[(&str, AttrValue)], raw: &RawValues) -> Vec<Option<f64>> {
        let decoding = Decoding::of(&variable(dtype, attributes), true);
        decoding.decode(raw).unwrap().into_iter().map(|v| (!v.is_nan()).then_some(v)).collect()
    }

    fn one(dtype: DataType, value: f64) -> AttrValue {
        AttrValue::Numbers(dtype, vec![value])
    }

    #[test]
    fn unpacks_and_masks() {
        let attributes = [
            ("scale_factor", one(DataType::F64, 0.5)),
            ("add_offset", one(DataType::F64, 10.0)),
            ("_FillValue", one(DataType::I16, -999.0)),
            ("missing_value", AttrValue::Numbers(DataType::I16, vec![-1.0, -2.0])),
        ];
        let raw = RawValues::I16(vec![4, -999, -1, -2, -32767]);
        assert_eq!(decoded(DataType::I16, &attributes, &raw), [Some(12.0), None, None, None, Some(-16373.5)]);
    }

    #[test]
    fn default_fill_values_are_missing_but_not_of_bytes() {
        assert_eq!(decoded(DataType::I16, &[], &RawValues::I16(vec![-32767, 3])), [None, Some(3.0)]);
        assert_eq!(decoded(DataType::F32, &[], &RawValues::F32(vec![9.969_21e36, 3.0])), [None, Some(3.0)]);
        assert_eq!(decoded(DataType::I8, &[], &RawValues::I8(vec![-127])), [Some(-127.0)]);
        let without = Decoding::of(&variable(DataType::I16, &[]), false);
        assert_eq!(without.decode(&RawValues::I16(vec![-32767])).unwrap(), [-32767.0]);
    }

    #[test]
    fn a_double_fill_value_matches_floats() {
        let attributes = [("_FillValue", one(DataType::F64, 1e20))];
        assert_eq!(decoded(DataType::F32, &attributes, &RawValues::F32(vec![1e20, 1.5])), [None, Some(1.5)]);
    }

    #[test]
    fn unsigned_reads_the_bits_anew_and_the_fill_value_too() {
        let attributes = [("_Unsigned", AttrValue::Text("true".to_owned())), ("_FillValue", one(DataType::I8, -1.0))];
        assert_eq!(decoded(DataType::I8, &attributes, &RawValues::I8(vec![-2, -1, 5])), [Some(254.0), None, Some(5.0)]);
    }

    #[test]
    fn valid_range_is_of_the_stored_or_of_the_unpacked_values() {
        let stored = [("valid_range", AttrValue::Numbers(DataType::I16, vec![0.0, 100.0]))];
        assert_eq!(
            decoded(DataType::I16, &stored, &RawValues::I16(vec![-1, 0, 100, 101])),
            [None, Some(0.0), Some(100.0), None]
        );
        let unpacked = [("scale_factor", one(DataType::F32, 0.5)), ("valid_max", one(DataType::F32, 2.0))];
        assert_eq!(decoded(DataType::I16, &unpacked, &RawValues::I16(vec![4, 5])), [Some(2.0), None]);
        let upside_down = [("valid_min", one(DataType::I16, 5.0)), ("valid_max", one(DataType::I16, 1.0))];
        assert_eq!(decoded(DataType::I16, &upside_down, &RawValues::I16(vec![3])), [Some(3.0)]);
    }
}
