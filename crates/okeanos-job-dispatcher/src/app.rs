//! The use-cases. - `execute`: a request becomes a job. - `jobs`: jobs are listed, looked at and called off. - `results`.

mod execute;
mod jobs;
mod results;

use std::{fmt, sync::Arc};

use okeanos_auth::Namespaces;
use okeanos_blob::Blobs;
use okeanos_runtime::{Clock, Ctx};

pub(crate) use self::results::{Results, Served, ended_well};
use crate::{
    config::JobDispatcherConfig,
    ports::{Catalog, Registry},
    store::Jobs,
    worker::Signals,
};

/// What the use-cases work with.
pub(crate) struct App {
    pub(crate) jobs: Jobs,
    pub(crate) registry: Box<dyn Registry>,
    pub(crate) catalog: Box<dyn Catalog>,
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) names: Namespaces,
    pub(crate) clock: Clock,
    pub(crate) config: JobDispatcherConfig,
    pub(crate) signals: Arc<Signals>,
    pub(crate) ctx: Ctx,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}
