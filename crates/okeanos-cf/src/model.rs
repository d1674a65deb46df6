//! A data set's structure as CF sees it: dimensions, variables, attributes; no data.

use std::fmt;

/// The type of a variable's stored values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataType {
    /// 8-bit signed integer.
    I8,
    /// 16-bit signed integer.
    I16,
    /// 32-bit signed integer.
    I32,
    /// 64-bit signed integer.
    I64,
    /// 8-bit unsigned integer.
    U8,
    /// 16-bit unsigned integer.
    U16,
    /// 32-bit unsigned integer.
    U32,
    /// 64-bit unsigned integer.
    U64,
    /// 32-bit IEEE float.
    F32,
    /// 64-bit IEEE float.
    F64,
    /// Characters (NetCDF `char`).
    Char,
    /// Strings of any length.
    String,
    /// A type that cannot be read as numbers or text (compound, opaque, enum…).
    Other,
}

impl DataType {
    /// Whether its values are numbers.
    pub fn is_numeric(self) -> bool {
        !matches!(self, Self::Char | Self::String | Self::Other)
    }

    /// The name as numpy and STAC's datacube write it: `float32`.
    pub fn name(self) -> &'static str {
        match self {
            Self::I8 => "int8",
            Self::I16 => "int16",
            Self::I32 => "int32",
            Self::I64 => "int64",
            Self::U8 => "uint8",
            Self::U16 => "uint16",
            Self::U32 => "uint32",
            Self::U64 => "uint64",
            Self::F32 => "float32",
            Self::F64 => "float64",
            Self::Char => "char",
            Self::String => "string",
            Self::Other => "other",
        }
    }
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum AttrValue {
    /// Text.
    Text(String),
    /// One or more numbers, with the type that they are stored as.
    Numbers(DataType, Vec<f64>),
    /// Several strings.
    Texts(Vec<String>),
}

impl AttrValue {
    /// The text, when it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim_end_matches('\0')),
            Self::Texts(texts) if texts.len() == 1 => texts.first().map(String::as_str),
            _ => None,
        }
    }

    /// The first number, when it is numbers.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Numbers(_, values) => values.first().copied(),
            _ => None,
        }
    }
}

impl fmt::Display for AttrValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Numbers(_, values) => {
                let texts: Vec<_> = values.iter().map(ToString::to_string).collect();
                f.write_str(&texts.join(" "))
            }
            Self::Texts(texts) => f.write_str(&texts.join(" ")),
        }
    }
}

/// Attributes in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes(pub Vec<(String, AttrValue)>);

impl Attributes {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&AttrValue> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// The text of a name, when there is one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(AttrValue::as_text)
    }

    /// The (first) number of a name, when there is one.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(AttrValue::as_number)
    }
}

/// A named dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Its name.
    pub name: String,
    /// Its length.
    pub size: u64,
    /// Whether it can grow.
    pub unlimited: bool,
}

/// A variable: its type, the names of its dimensions (slowest first) and its attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name; in a group, with the group's path before it: `group/name`.
    pub name: String,
    /// The type of its stored values (before scale and offset).
    pub dtype: DataType,
    /// Names of its dimensions, slowest first; empty for a scalar.
    pub dimensions: Vec<String>,
    /// Lengths of its dimensions.
    pub shape: Vec<u64>,
    /// Lengths of its chunks, when it is stored in chunks.
    pub chunks: Option<Vec<u64>>,
    /// Its attributes.
    pub attributes: Attributes,
}

impl Variable {
    /// The standard name, without a modifier (`sea_water_temperature standard_error` → the first word).
    pub fn standard_name(&self) -> Option<&str> {
        self.attributes.text("standard_name").and_then(|t| t.split_whitespace().next())
    }
}

/// A data set's header.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header {
    /// Dimensions.
    pub dimensions: Vec<Dimension>,
    /// Variables.
    pub variables: Vec<Variable>,
    /// Global attributes.
    pub attributes: Attributes,
}

impl Header {
    /// A variable by name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|v| v.name == name)
    }

    /// A dimension by name.
    pub fn dimension(&self, name: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|d| d.name == name)
    }
}
