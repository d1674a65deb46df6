//! Which variables and which indices of their dimensions to copy.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use okeanos_cf::{
    axes::{axes, referred},
    model::{Attributes, Variable},
};

use crate::{Dataset, Error, RawValues, Window, netcdf::positions};

/// Attributes that name what a variable needs to be understood.
const NAMING: [&str; 7] =
    ["coordinates", "bounds", "climatology", "grid_mapping", "formula_terms", "cell_measures", "ancillary_variables"];
/// Words of such an attribute that are looked at.
const MAX_NAMES: usize = 1_000;

/// A part of a data set: some variables, cut along dimensions by name, so that coordinates and bounds follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    variables: Vec<String>,
    ranges: BTreeMap<String, Vec<Range<u64>>>,
    shifts: Vec<Shift>,
}

/// What is added to the values of a longitude (or of its bounds) in some ranges of its dimension, so that they ascend.
#[derive(Clone, Debug, PartialEq)]
struct Shift {
    variable: String,
    /// The position of the dimension among the variable's.
    dimension: usize,
    /// In the numbers that are stored.
    by: f64,
    /// In the first range; else in the others.
    in_first: bool,
}

impl Selection {
    /// Everything.
    pub fn all(dataset: &Dataset) -> Self {
        let variables = dataset.header().variables.iter().map(|variable| variable.name.clone()).collect();
        Self { variables, ranges: BTreeMap::new(), shifts: Vec::new() }
    }

    /// Some variables and what they need to be understood: coordinates, bounds, grid mapping, cell measures,
    /// quality flags and the like.
    ///
    /// # Errors
    /// [`Error::NoSuchVariable`].
    pub fn of(dataset: &Dataset, names: &[String]) -> Result<Self, Error> {
        let header = dataset.header();
        let mut wanted = BTreeSet::new();
        let mut queue: Vec<&Variable> = names.iter().map(|name| dataset.variable(name)).collect::<Result<_, _>>()?;
        while let Some(variable) = queue.pop() {
            if !wanted.insert(variable.name.as_str()) {
                continue;
            }
            let found = axes(header, variable);
            let coordinates = [found.x, found.y, found.z, found.t, found.longitude, found.latitude];
            queue.extend(coordinates.into_iter().flatten().filter_map(|name| header.variable(&name)));
            queue.extend(variable.dimensions.iter().filter_map(|name| header.variable(name)));
            for attribute in NAMING {
                let words = variable.attributes.text(attribute).unwrap_or_default().split_whitespace().take(MAX_NAMES);
                queue.extend(words.filter_map(|word| referred(header, variable, word)));
            }
        }
        let all = header.variables.iter().map(|variable| variable.name.as_str());
        let variables = all.filter(|name| wanted.contains(name)).map(str::to_owned).collect();
        Ok(Self { variables, ranges: BTreeMap::new(), shifts: Vec::new() })
    }

    /// Keeps only ranges of a dimension, in this order; of a dimension that is cut already, what is in both. `false` when
    /// nothing is left of it.
    pub fn cut(&mut self, dimension: &str, ranges: Vec<Range<u64>>) -> bool {
        let kept = match self.ranges.get(dimension) {
            None => ranges,
            Some(before) => {
                let both = |a: &Range<u64>, b: &Range<u64>| a.start.max(b.start)..a.end.min(b.end);
                let pairs = before.iter().flat_map(|a| ranges.iter().map(move |b| both(a, b)));
                pairs.filter(|range| range.start < range.end).collect()
            }
        };
        let some = kept.iter().any(|range| range.start < range.end);
        self.ranges.insert(dimension.to_owned(), kept);
        some
    }

    /// Adds a number (±360) to the values of a longitude that lie in the first of the ranges of its dimension, or in
    /// the other ranges; its bounds follow. Nothing is done when the stored type cannot hold the sum: then the values
    /// stay as true as they were, only not ascending.
    pub fn shift_longitude(&mut self, dataset: &Dataset, name: &str, by: f64, in_first: bool) {
        let header = dataset.header();
        let Some(longitude) = header.variable(name) else { return };
        let [dimension] = longitude.dimensions.as_slice() else { return };
        if self.shifts.iter().any(|shift| shift.variable == name) {
            return;
        }
        let bounds = longitude.attributes.text("bounds").and_then(|name| referred(header, longitude, name.trim()));
        let mut shifts = Vec::new();
        for variable in [Some(longitude), bounds].into_iter().flatten() {
            // Bounds are packed as their coordinate is, unless they say otherwise.
            let scale = |of: &Variable| of.attributes.number("scale_factor");
            let by = by / scale(variable).or_else(|| scale(longitude)).unwrap_or(1.0);
            let Some(position) = variable.dimensions.iter().position(|of| of == dimension) else { continue };
            let whole = Window::all(&variable.shape);
            let fill = variable.attributes.number("_FillValue");
            if !dataset.read_raw(&variable.name, &whole).is_ok_and(|array| moved(&array.values, by, fill).is_some()) {
                return;
            }
            shifts.push(Shift { variable: variable.name.clone(), dimension: position, by, in_first });
        }
        self.shifts.extend(shifts);
    }

    /// The attributes of a variable as they are true of the selection: a longitude that is moved leaves its valid range.
    pub fn attributes(&self, variable: &Variable) -> Attributes {
        let mut attributes = variable.attributes.clone();
        if self.shifts.iter().any(|shift| shift.variable == variable.name) {
            let stale = ["valid_min", "valid_max", "valid_range", "actual_range"];
            attributes.0.retain(|(name, _)| !stale.contains(&name.as_str()));
        }
        attributes
    }

    /// The indices of a dimension that are kept, in their order.
    pub fn indices(&self, dimension: &str, whole: u64) -> Vec<u64> {
        match self.ranges.get(dimension) {
            Some(ranges) => ranges.iter().cloned().flatten().collect(),
            None => (0..whole).collect(),
        }
    }

    /// The names of the variables, in the order of the header.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The length of a dimension after the cut.
    pub fn size(&self, dimension: &str, whole: u64) -> u64 {
        self.ranges.get(dimension).map_or(whole, |ranges| ranges.iter().map(|range| range.end - range.start).sum())
    }

    /// The shape of a variable after the cut.
    pub fn shape(&self, variable: &Variable) -> Vec<u64> {
        variable.dimensions.iter().zip(&variable.shape).map(|(name, size)| self.size(name, *size)).collect()
    }

    /// The stored values of a window whose indices count in the selection.
    ///
    /// # Errors
    /// As [`Dataset::read_raw`].
    pub fn read(&self, dataset: &Dataset, variable: &Variable, window: &Window) -> Result<RawValues, Error> {
        window.check(&variable.name, &self.shape(variable))?;
        let pieces: Vec<Vec<Piece>> = (0..window.start.len()).map(|d| self.pieces(variable, window, d)).collect();
        if pieces.iter().all(|pieces| pieces.len() == 1) {
            let source = Window::new(
                pieces.iter().map(|pieces| pieces[0].source).collect(),
                pieces.iter().map(|pieces| pieces[0].count).collect(),
            );
            let values = dataset.read_raw(&variable.name, &source)?.values;
            return Ok(self.shifted(variable, values, &pieces));
        }
        self.stitched(dataset, variable, window, &pieces)
    }

    /// The source ranges of a window's indices in one dimension.
    fn pieces(&self, variable: &Variable, window: &Window, d: usize) -> Vec<Piece> {
        let whole = 0..variable.shape[d];
        let ranges = self.ranges.get(&variable.dimensions[d]).map_or(std::slice::from_ref(&whole), Vec::as_slice);
        let (first, end) = (window.start[d], window.start[d] + window.count[d]);
        let mut pieces = Vec::new();
        let mut before = 0;
        for (number, range) in ranges.iter().enumerate() {
            let length = range.end - range.start;
            let (from, to) = (first.max(before), end.min(before + length));
            if from < to {
                let source = range.start + (from - before);
                pieces.push(Piece { source, target: from - first, count: to - from, is_first: number == 0 });
            }
            before += length;
        }
        pieces
    }

    fn stitched(
        &self,
        dataset: &Dataset,
        variable: &Variable,
        window: &Window,
        pieces: &[Vec<Piece>],
    ) -> Result<RawValues, Error> {
        let mut joined: Option<RawValues> = None;
        // Where in the window each value that was read belongs.
        let mut order: Vec<usize> = Vec::new();
        let combinations: usize = pieces.iter().map(Vec::len).product();
        for number in 0..combinations {
            let mut rest = number;
            let mut chosen = Vec::with_capacity(pieces.len());
            for pieces in pieces {
                chosen.push(vec![pieces[rest % pieces.len()]]);
                rest /= pieces.len();
            }
            let of = |f: fn(&Piece) -> u64| chosen.iter().map(|piece| f(&piece[0])).collect::<Vec<_>>();
            let source = Window::new(of(|piece| piece.source), of(|piece| piece.count));
            let values = dataset.read_raw(&variable.name, &source)?.values;
            let values = self.shifted(variable, values, &chosen);
            order.extend(positions(&window.count, &Window::new(of(|piece| piece.target), of(|piece| piece.count))));
            match &mut joined {
                None => joined = Some(values),
                Some(all) => {
                    if !all.append(values) {
                        return Err(Error::Corrupt(format!("variable {} changes its type", variable.name)));
                    }
                }
            }
        }
        let mut inverse = vec![0; order.len()];
        for (read, position) in order.iter().enumerate() {
            if let Some(slot) = inverse.get_mut(*position) {
                *slot = read;
            }
        }
        let joined = joined.or_else(|| RawValues::zeros(variable.dtype, 0));
        let joined = joined.ok_or_else(|| Error::Unsupported(format!("the type of variable {}", variable.name)))?;
        Ok(joined.pick(inverse.into_iter()))
    }

    /// Longitudes moved by a turn when they are in the ranges that are.
    fn shifted(&self, variable: &Variable, values: RawValues, pieces: &[Vec<Piece>]) -> RawValues {
        let Some(shift) = self.shifts.iter().find(|shift| shift.variable == variable.name) else { return values };
        let piece = pieces.get(shift.dimension).and_then(|pieces| pieces.first());
        if piece.is_none_or(|piece| piece.is_first != shift.in_first) {
            return values;
        }
        let fill = variable.attributes.number("_FillValue");
        moved(&values, shift.by, fill).unwrap_or(values)
    }
}

/// Numbers with one added to all but the fill value, in the same type; `None` when that cannot hold one of them.
#[expect(clippy::cast_possible_truncation, reason = "degrees, or a turn of them over a scale")]
fn moved(values: &RawValues, by: f64, fill: Option<f64>) -> Option<RawValues> {
    let whole = by.round();
    // A scale of 0.01 in 32 bits is not quite a hundredth.
    let fits = (by - whole).abs() < whole.abs() * 1e-6;
    let whole = whole as i128;
    macro_rules! integers {
        ($variant:ident, $values:expr) => {{
            let add = $values.iter().map(|x| match fill == Some(*x as f64) {
                true => Some(*x),
                false => (i128::from(*x) + whole).try_into().ok(),
            });
            add.collect::<Option<Vec<_>>>().filter(|_| fits).map(RawValues::$variant)
        }};
    }
    match values {
        RawValues::I8(v) => integers!(I8, v),
        RawValues::I16(v) => integers!(I16, v),
        RawValues::I32(v) => integers!(I32, v),
        RawValues::I64(v) => integers!(I64, v),
        RawValues::U8(v) => integers!(U8, v),
        RawValues::U16(v) => integers!(U16, v),
        RawValues::U32(v) => integers!(U32, v),
        RawValues::U64(v) => integers!(U64, v),
        RawValues::F64(v) => {
            Some(RawValues::F64(v.iter().map(|x| if fill == Some(*x) { *x } else { x + by }).collect()))
        }
        RawValues::F32(v) => {
            let add = |x: &f32| if fill == Some(f64::from(*x)) { *x } else { (f64::from(*x) + by) as f32 };
            Some(RawValues::F32(v.iter().map(add).collect()))
        }
        RawValues::Char(_) | RawValues::String(_) => None,
    }
}

/// Neighbouring indices of one dimension: where they are in the source and in the window.
#[derive(Clone, Copy)]
struct Piece {
    source: u64,
    target: u64,
    count: u64,
    is_first: bool,
}
