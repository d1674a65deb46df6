//! Numbers about variables.

use okeanos_cf::model::Variable;
use okeanos_dataset::{Dataset, Error as DatasetError, Selection, Window, decode::Decoding, grid::Grid, write::tiles};
use serde_json::{Map, Value, json};

use super::{
    Progress,
    blocks::grown,
    moments::Moments,
    places::{Places, each_index},
};
use crate::{
    Error, Request,
    region::{Region, Target, rfc3339},
};

/// Steps of a series.
const STEPS: u64 = 100_000;

/// The document that is the result: see [`crate::Function::description`].
pub(super) fn describe(
    dataset: &Dataset,
    request: &Request,
    region: &Region,
    progress: Progress<'_>,
) -> Result<Value, Error> {
    let mut variables = Map::new();
    let names: Vec<String> = region.targets.iter().map(|target| target.variable.clone()).collect();
    let total = total_values(dataset, &region.selection, &names);
    let mut done = 0;
    for target in &region.targets {
        let variable = dataset.variable(&target.variable)?;
        let mut counted = |values: u64| {
            done += values;
            progress(done as f64 / total.max(1) as f64);
        };
        let described = Described::read(dataset, request, &region.selection, target, &mut counted)?;
        variables.insert(target.variable.clone(), described.document(variable));
    }
    Ok(json!({ "source": request.source, "variables": variables }))
}

fn total_values(dataset: &Dataset, selection: &Selection, names: &[String]) -> u64 {
    let variables = names.iter().filter_map(|name| dataset.header().variable(name));
    variables.map(|variable| Window::all(&selection.shape(variable)).len()).sum()
}

/// What was read of one variable.
struct Described {
    all: Moments,
    weighted: bool,
    /// Dates and moments of each time step, where there is more than one.
    series: Vec<(Option<String>, Moments)>,
}

impl Described {
    fn read(
        dataset: &Dataset,
        request: &Request,
        selection: &Selection,
        target: &Target,
        counted: &mut dyn FnMut(u64),
    ) -> Result<Self, Error> {
        let (variable, grid) = (dataset.variable(&target.variable)?, &target.grid);
        let shape = selection.shape(variable);
        let places = Places::of(grid, variable, selection, request);
        let decoding = Decoding::of(variable, !dataset.format().is_store());
        let (time, mut series) = series(grid, variable, selection)?;
        let mut all = Moments::new();
        for (_, window) in tiles(&shape, &grown(&shape, variable.chunks.as_deref())) {
            let raw = selection.read(dataset, variable, &window)?;
            let values = decoding.decode(&raw).ok_or_else(|| DatasetError::Unfit {
                variable: variable.name.clone(),
                why: "it does not hold numbers".to_owned(),
            })?;
            each_index(&window.start, &window.count, |number, index| {
                let (Some(weight), Some(value)) = (places.weight(index), values.get(number)) else { return };
                all.add(*value, weight);
                let step = time.and_then(|d| index.get(d)).and_then(|step| usize::try_from(*step).ok());
                if let Some((_, moments)) = step.and_then(|step| series.get_mut(step)) {
                    moments.add(*value, weight);
                }
            });
            counted(window.len());
        }
        Ok(Self { all, weighted: places.are_weighted(), series })
    }

    fn document(&self, variable: &Variable) -> Value {
        let mut document = json!({
            "standard_name": variable.standard_name(),
            "units": variable.attributes.text("units"),
            "count": self.all.count,
            "missing": self.all.missing,
            "min": self.all.min(),
            "max": self.all.max(),
            "mean": self.all.mean(),
            "std": self.all.std(),
            "weights": if self.weighted { "cos(latitude)" } else { "none" },
        });
        if !self.series.is_empty() {
            let steps = || self.series.iter();
            document["series"] = json!({
                "time": steps().map(|(date, _)| date.clone()).collect::<Vec<_>>(),
                "mean": steps().map(|(_, moments)| moments.mean()).collect::<Vec<_>>(),
                "count": steps().map(|(_, moments)| moments.count).collect::<Vec<_>>(),
            });
        }
        document
    }
}

/// A step: its date, and what is known of its values.
type Step = (Option<String>, Moments);

/// The dimension of time and empty steps, where there is more than one.
fn series(grid: &Grid, variable: &Variable, selection: &Selection) -> Result<(Option<usize>, Vec<Step>), Error> {
    let Some(time) = &grid.time else { return Ok((None, Vec::new())) };
    let Some((dimension, name)) = time.axis.dimension().and_then(|d| Some((d, variable.dimensions.get(d)?))) else {
        return Ok((None, Vec::new()));
    };
    let steps = selection.indices(name, time.dates.len() as u64);
    if steps.len() < 2 {
        return Ok((None, Vec::new()));
    }
    let found = steps.len() as u64;
    if found > STEPS {
        let what = "the number of time steps".to_owned();
        return Err(DatasetError::TooLarge { what, found, limit: STEPS }.into());
    }
    let date = |step: u64| time.dates.get(usize::try_from(step).ok()?).copied().flatten().map(rfc3339);
    Ok((Some(dimension), steps.into_iter().map(|step| (date(step), Moments::new())).collect()))
}
