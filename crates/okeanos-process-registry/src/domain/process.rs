//! Processes by id and version.

use std::collections::BTreeMap;

use okeanos_auth::{Owner, Visibility};
use okeanos_ogc::process::ProcessDescription;
use serde::Serialize;

use super::{Error, page::Page};

/// What runs a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum ExecutionUnit {
    /// A function of the platform, by name.
    Builtin {
        /// The name.
        name: String,
    },
}

/// A process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Process {
    pub(crate) description: ProcessDescription,
    pub(crate) unit: ExecutionUnit,
    pub(crate) owner: Owner,
    pub(crate) visibility: Visibility,
}

impl Process {
    /// A function of the platform: anyone may see it.
    pub(crate) fn builtin(description: ProcessDescription) -> Self {
        let unit = ExecutionUnit::Builtin { name: description.summary.id.clone() };
        Self { description, unit, owner: Owner::Platform, visibility: Visibility::Public }
    }

    pub(crate) fn id(&self) -> &str {
        &self.description.summary.id
    }
}

/// All processes, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Processes(BTreeMap<String, Process>);

impl Processes {
    pub(crate) fn new(processes: impl IntoIterator<Item = Process>) -> Self {
        Self(processes.into_iter().map(|p| (p.id().to_owned(), p)).collect())
    }

    /// The process that `id` or `id:version` means.
    pub(crate) fn find(&self, reference: &str) -> Result<&Process, Error> {
        let (id, version) = match reference.split_once(':') {
            Some((id, version)) => (id, Some(version)),
            None => (reference, None),
        };
        let found = self.0.get(id).filter(|p| version.is_none_or(|v| v == p.description.summary.version));
        found.ok_or_else(|| Error::NoSuchProcess(reference.chars().take(200).collect()))
    }

    /// A page of the processes that pass, in the order of their ids, and whether there are more.
    pub(crate) fn page(&self, page: &Page, passes: impl Fn(&Process) -> bool) -> (Vec<&Process>, bool) {
        let after = page.after.as_deref().unwrap_or_default();
        let mut rest = self.0.values().filter(|p| p.id() > after && passes(p));
        let found = rest.by_ref().take(page.limit).collect();
        (found, rest.next().is_some())
    }
}

#[cfg(test)]
mod tests {
    use okeanos_processes::Function;

    use super::*;

    fn all() -> Processes {
        let read = |f: Function| Process::builtin(ProcessDescription::read(f.description()).unwrap());
        Processes::new(Function::ALL.map(read))
    }

    #[test]
    fn every_function_has_a_description_that_inputs_can_be_checked_against() {
        let all = all();
        for function in Function::ALL {
            let process = all.find(function.id()).unwrap();
            let inputs =
                serde_json::json!({"source": "s3://user-ann/sst.nc", "bbox": [-10, 40, 5, 50], "depth": [0, 10]});
            process.description.check_inputs(inputs.as_object().unwrap()).unwrap();
        }
    }

    #[test]
    fn a_version_is_that_version() {
        let all = all();
        let version = &all.find("subset").unwrap().description.summary.version;
        assert!(all.find(&format!("subset:{version}")).is_ok());
        for reference in ["", ":", "subset:", "subset:0.0.1", "Subset", "subset:1.0.0:", "../subset", &"x".repeat(5000)]
        {
            let error = all.find(reference).unwrap_err();
            assert!(error.to_string().len() < 300);
        }
    }

    #[test]
    fn pages_join_without_gap_or_overlap() {
        let all = all();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let (found, more) = all.page(&Page { limit: 2, after }, |_| true);
            seen.extend(found.iter().map(|p| p.id().to_owned()));
            if !more {
                break;
            }
            after = seen.last().cloned();
        }
        assert_eq!(seen, ["statistics", "subset", "to-zarr"]);
        assert_eq!(all.page(&Page { limit: 9, after: None }, |p| p.id() == "subset").0.len(), 1);
    }
}
