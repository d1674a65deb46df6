//! The use-cases: authorize, find.

use okeanos_auth::{Action, Principal, Resource, authorize};
use okeanos_fault::Fault;
use okeanos_ogc::process::ProcessDescription;
use okeanos_processes::Function;

use crate::{
    config::Config,
    domain::{
        page::Page,
        process::{Process, Processes},
    },
};

/// The service's state.
pub(crate) struct Registry {
    pub(crate) config: Config,
    processes: Processes,
}

impl Registry {
    /// With the functions of the platform.
    pub(crate) fn open(config: Config) -> anyhow::Result<Self> {
        let builtin = |f: &Function| ProcessDescription::read(f.description()).map(Process::builtin);
        let processes = Function::ALL.iter().map(builtin).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { config, processes: Processes::new(processes) })
    }

    /// A page of the processes that the caller may see, and whether there are more.
    pub(crate) fn list(&self, who: &Principal, page: &Page) -> (Vec<&Process>, bool) {
        self.processes.page(page, |p| may_see(who, p).is_ok())
    }

    /// The process that `id` or `id:version` means.
    pub(crate) fn find(&self, who: &Principal, reference: &str) -> Result<&Process, Fault> {
        let process = self.processes.find(reference)?;
        may_see(who, process)?;
        Ok(process)
    }
}

fn may_see(who: &Principal, process: &Process) -> Result<(), Fault> {
    authorize(who, Action::Read, &Resource { owner: &process.owner, visibility: &process.visibility })
}
