//! Values read from a data set.

use okeanos_cf::model::DataType;

/// Decoded values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Array {
    /// Lengths of the dimensions, slowest first.
    pub shape: Vec<u64>,
    /// The values in row-major order; missing ones are NaN.
    pub values: Vec<f64>,
}

/// Values as they are stored.
#[derive(Clone, Debug, PartialEq)]
pub struct RawArray {
    /// Lengths of the dimensions, slowest first.
    pub shape: Vec<u64>,
    /// The values in row-major order.
    pub values: RawValues,
}

/// Values of one stored type.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are the types they are named for")]
pub enum RawValues {
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    U8(Vec<u8>),
    U16(Vec<u16>),
    U32(Vec<u32>),
    U64(Vec<u64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    /// One byte per character.
    Char(Vec<u8>),
    String(Vec<String>),
}

/// Runs an expression on the vector inside, whatever its type of number; texts go to the last arm.
macro_rules! for_numbers {
    ($values:expr, $v:ident => $numbers:expr, $texts:expr) => {
        match $values {
            $crate::RawValues::I8($v) => $numbers,
            $crate::RawValues::I16($v) => $numbers,
            $crate::RawValues::I32($v) => $numbers,
            $crate::RawValues::I64($v) => $numbers,
            $crate::RawValues::U8($v) => $numbers,
            $crate::RawValues::U16($v) => $numbers,
            $crate::RawValues::U32($v) => $numbers,
            $crate::RawValues::U64($v) => $numbers,
            $crate::RawValues::F32($v) => $numbers,
            $crate::RawValues::F64($v) => $numbers,
            $crate::RawValues::Char(_) | $crate::RawValues::String(_) => $texts,
        }
    };
}

impl RawValues {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Char(v) => v.len(),
            Self::String(v) => v.len(),
            numbers => for_numbers!(numbers, v => v.len(), 0),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their type.
    pub fn dtype(&self) -> DataType {
        match self {
            Self::I8(_) => DataType::I8,
            Self::I16(_) => DataType::I16,
            Self::I32(_) => DataType::I32,
            Self::I64(_) => DataType::I64,
            Self::U8(_) => DataType::U8,
            Self::U16(_) => DataType::U16,
            Self::U32(_) => DataType::U32,
            Self::U64(_) => DataType::U64,
            Self::F32(_) => DataType::F32,
            Self::F64(_) => DataType::F64,
            Self::Char(_) => DataType::Char,
            Self::String(_) => DataType::String,
        }
    }

    /// The numbers as 64-bit floats, without any decoding; `None` for text.
    #[expect(clippy::unnecessary_cast, reason = "one expression for ten types, of which one is f64 already")]
    pub fn to_f64(&self) -> Option<Vec<f64>> {
        for_numbers!(self, v => Some(v.iter().map(|x| *x as f64).collect()), None)
    }

    /// The numbers as little-endian bytes; `None` for text.
    pub fn to_le_bytes(&self) -> Option<Vec<u8>> {
        for_numbers!(self, v => Some(v.iter().flat_map(|x| x.to_le_bytes()).collect()), None)
    }

    /// From bytes in this machine's order; `None` when the type is not numbers or the length does not divide.
    pub(crate) fn from_ne_bytes(dtype: DataType, bytes: &[u8]) -> Option<Self> {
        macro_rules! numbers {
            ($variant:ident, $type:ty) => {{
                let (chunks, rest) = bytes.as_chunks::<{ size_of::<$type>() }>();
                rest.is_empty().then(|| Self::$variant(chunks.iter().map(|c| <$type>::from_ne_bytes(*c)).collect()))
            }};
        }
        match dtype {
            DataType::I8 => numbers!(I8, i8),
            DataType::I16 => numbers!(I16, i16),
            DataType::I32 => numbers!(I32, i32),
            DataType::I64 => numbers!(I64, i64),
            DataType::U8 => numbers!(U8, u8),
            DataType::U16 => numbers!(U16, u16),
            DataType::U32 => numbers!(U32, u32),
            DataType::U64 => numbers!(U64, u64),
            DataType::F32 => numbers!(F32, f32),
            DataType::F64 => numbers!(F64, f64),
            DataType::Char => Some(Self::Char(bytes.to_vec())),
            DataType::String | DataType::Other => None,
        }
    }

    /// So many zeros (or empty texts) of a type; `None` for [`DataType::Other`].
    pub(crate) fn zeros(dtype: DataType, count: usize) -> Option<Self> {
        Some(match dtype {
            DataType::I8 => Self::I8(vec![0; count]),
            DataType::I16 => Self::I16(vec![0; count]),
            DataType::I32 => Self::I32(vec![0; count]),
            DataType::I64 => Self::I64(vec![0; count]),
            DataType::U8 => Self::U8(vec![0; count]),
            DataType::U16 => Self::U16(vec![0; count]),
            DataType::U32 => Self::U32(vec![0; count]),
            DataType::U64 => Self::U64(vec![0; count]),
            DataType::F32 => Self::F32(vec![0.0; count]),
            DataType::F64 => Self::F64(vec![0.0; count]),
            DataType::Char => Self::Char(vec![0; count]),
            DataType::String => Self::String(vec![String::new(); count]),
            DataType::Other => return None,
        })
    }

    /// Only the values at these positions, in this order; positions outside are left out.
    pub(crate) fn pick(&self, positions: impl Iterator<Item = usize>) -> Self {
        macro_rules! pick {
            ($($variant:ident)*) => {
                match self { $(Self::$variant(v) => Self::$variant(positions.filter_map(|p| v.get(p).cloned()).collect()),)* }
            };
        }
        pick!(I8 I16 I32 I64 U8 U16 U32 U64 F32 F64 Char String)
    }

    /// Appends values of the same type; `false` (and nothing done) when the types differ.
    pub(crate) fn append(&mut self, other: Self) -> bool {
        macro_rules! append {
            ($($variant:ident)*) => {
                match (self, other) { $((Self::$variant(a), Self::$variant(b)) => { a.extend(b); true })* _ => false }
            };
        }
        append!(I8 I16 I32 I64 U8 U16 U32 U64 F32 F64 Char String)
    }
}

/// Bytes of one value of a type; texts are counted as pointers.
pub(crate) fn size_of_dtype(dtype: DataType) -> u64 {
    match dtype {
        DataType::I8 | DataType::U8 | DataType::Char => 1,
        DataType::I16 | DataType::U16 => 2,
        DataType::I32 | DataType::U32 | DataType::F32 => 4,
        DataType::I64 | DataType::U64 | DataType::F64 => 8,
        DataType::String | DataType::Other => 24,
    }
}
