//! Which variables and which indices of their dimensions to copy.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use okeanos_cf::{
    axes::{axes, referred},
    model::Variable,
};

use crate::{Dataset, Error, RawValues, Window, netcdf::positions};

/// A part of a data set: some variables, cut along dimensions by name, so that coordinates and bounds follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    variables: Vec<String>,
    ranges: BTreeMap<String, Vec<Range<u64>>>,
    shift: Option<Shift>,
}

/// What is added to the values of a longitude in some ranges of its dimension, so that they ascend.
#[derive(Clone, Debug, PartialEq)]
struct Shift {
    variable: String,
    by: f64,
    /// In the first range; else in the others.
    in_first: bool,
}

impl Selection {
    /// Everything.
    pub fn all(dataset: &Dataset) -> Self {
        let variables = dataset.header().variables.iter().map(|variable| variable.name.clone()).collect();
        Self { variables, ranges: BTreeMap::new(), shift: None }
    }

    /// Some variables and what they need to be understood: coordinates, bounds, grid mapping, cell measures.
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
            for attribute in ["coordinates", "bounds", "climatology", "grid_mapping", "formula_terms", "cell_measures"]
            {
                let words = variable.attributes.text(attribute).unwrap_or_default().split_whitespace();
                queue.extend(words.filter_map(|word| referred(header, variable, word)));
            }
        }
        let all = header.variables.iter().map(|variable| variable.name.as_str());
        let variables = all.filter(|name| wanted.contains(name)).map(str::to_owned).collect();
        Ok(Self { variables, ranges: BTreeMap::new(), shift: None })
    }

    /// Keeps only ranges of a dimension, in this order.
    pub fn cut(&mut self, dimension: &str, ranges: Vec<Range<u64>>) {
        self.ranges.insert(dimension.to_owned(), ranges);
    }

    /// Adds a number (±360) to the values of a longitude that lie in the first of the ranges of its dimension, or in
    /// the other ranges.
    pub fn shift_longitude(&mut self, variable: &str, by: f64, in_first: bool) {
        self.shift = Some(Shift { variable: variable.to_owned(), by, in_first });
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

    /// Longitudes moved by a turn when they are in the first range.
    fn shifted(&self, variable: &Variable, values: RawValues, pieces: &[Vec<Piece>]) -> RawValues {
        let Some(shift) = self.shift.as_ref().filter(|shift| shift.variable == variable.name) else { return values };
        let is_meant = |piece: &Piece| piece.is_first == shift.in_first;
        if !pieces.iter().all(|pieces| pieces.first().is_some_and(is_meant)) {
            return values;
        }
        match values {
            RawValues::F64(v) => RawValues::F64(v.into_iter().map(|x| x + shift.by).collect()),
            #[expect(clippy::cast_possible_truncation, reason = "degrees")]
            RawValues::F32(v) => RawValues::F32(v.into_iter().map(|x| (f64::from(x) + shift.by) as f32).collect()),
            packed => packed,
        }
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
