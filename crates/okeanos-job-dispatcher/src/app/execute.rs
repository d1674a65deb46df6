//! A request becomes a job.

use std::time::Duration;

use okeanos_auth::{Action, Namespaces, Principal, Resource, Scope as Right, access::require, authorize};
use okeanos_blob::{BlobError, List, Location};
use okeanos_fault::{Fault, Kind};
use okeanos_ogc::prefer::Preference;
use okeanos_processes::Function;
use serde_json::Value;

use super::App;
use crate::domain::{
    error::Error,
    job::Job,
    listing::Scope,
    plan::Plan,
    request::{self, Mode, choose_format, wanted_outputs},
    source::{SOURCE_INPUT, Source, data_object, reference},
};

/// A job that was accepted, and how its client wants to be answered.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) job: Job,
    pub(crate) mode: Mode,
}

impl App {
    /// Accepts a job: everything that can be wrong with it is said now. `base` is the address that the client uses.
    pub(crate) async fn execute(
        &self,
        who: &Principal,
        process: &str,
        body: Value,
        preference: Preference,
        base: &str,
    ) -> Result<Accepted, Fault> {
        // A job belongs to a person: a service has no bucket for its results.
        require(who, Right::Execute)?;
        Scope::of(who, Right::Execute)?;
        let mut request = request::read(&body)?;
        let process =
            self.registry.process(who, process).await?.ok_or_else(|| Error::NoSuchProcess(process.to_owned()))?;
        let function = builtin(&process.unit)?;
        process.description.check_inputs(&request.inputs).map_err(Error::from)?;
        request.inputs = process.description.unqualified(request.inputs);
        choose_format(Function::of(&function), &mut request)?;
        let outputs = wanted_outputs(&process.description, &request)?;
        let mode = Mode::decide(&process.description.summary.job_control_options, preference);
        let mut plan = Plan {
            process_id: process.id,
            version: process.version,
            function,
            inputs: request.inputs,
            outputs,
            response: request.response,
            traceparent: okeanos_telemetry::traceparent(),
            ..Plan::default()
        };
        self.resolve_source(who, &mut plan, base).await?;
        check_function(&plan)?;
        let job = Job::accepted(who.name.clone(), &plan, self.clock.now());
        self.jobs.add(&job, &plan, self.config.jobs_per_user_max).await?;
        self.signals.accepted.notify_one();
        Ok(Accepted { job, mode })
    }

    /// Waits until a job has ended, at most so long; the job as it is then.
    pub(crate) async fn wait(&self, job: &Job, wait: Option<Duration>) -> Result<Job, Fault> {
        /// Jobs of other processes are looked at this often.
        const LOOK_EVERY: Duration = Duration::from_secs(1);
        let longest = Duration::from_secs(self.config.sync_timeout_s);
        let until = tokio::time::Instant::now() + wait.unwrap_or(longest).min(longest);
        let scope = Scope::Of(job.owner.clone());
        loop {
            let ended = self.signals.ended.notified();
            tokio::pin!(ended);
            ended.as_mut().enable();
            let job = self.jobs.get(&scope, job.id).await?;
            if job.status.is_final() || tokio::time::Instant::now() >= until {
                return Ok(job);
            }
            let look = tokio::time::Instant::now() + LOOK_EVERY;
            tokio::select! { () = ended => {}, () = tokio::time::sleep_until(look.min(until)) => {} }
        }
    }

    /// Puts an `s3://` URL in the place of what the client named, which the client may read.
    async fn resolve_source(&self, who: &Principal, plan: &mut Plan, base: &str) -> Result<(), Fault> {
        let Some(value) = plan.inputs.get(SOURCE_INPUT).filter(|v| !v.is_null()) else { return Ok(()) };
        let reference = reference(SOURCE_INPUT, value)?;
        let own = self.ctx.url();
        let own: Vec<&str> = own.as_deref().into_iter().chain([base]).collect();
        let location = match Source::parse(SOURCE_INPUT, reference, &own)? {
            Source::Object(location) => {
                plan.derived_from.push(location.to_string());
                location
            }
            Source::Item { collection, item } => {
                let document = self.item(who, collection.as_deref(), &item).await?;
                plan.derived_from.push(item_url(&own, &document).unwrap_or_else(|| reference.to_owned()));
                let location = data_object(&document).ok_or_else(|| {
                    Error::source(SOURCE_INPUT, format!("item {item} has no data in the platform's object store"))
                })?;
                plan.items.push(document);
                location
            }
        };
        // Who may see an item may not always read what it points to.
        self.check_object(who, &location).await?;
        plan.inputs.insert(SOURCE_INPUT.to_owned(), Value::String(location.to_string()));
        Ok(())
    }

    async fn item(&self, who: &Principal, collection: Option<&str>, item: &str) -> Result<Value, Fault> {
        let found = self.catalog.item(who, collection, item).await?;
        found.ok_or_else(|| Error::source(SOURCE_INPUT, format!("there is no item {item} that you may see")).into())
    }

    /// That an object, or a folder of objects, is there and may be read.
    async fn check_object(&self, who: &Principal, at: &Location) -> Result<(), Fault> {
        let nothing = || Error::source(SOURCE_INPUT, format!("there is nothing at {at} that you may read"));
        let (owner, visibility) = (self.names.owner(&at.bucket), Namespaces::visibility(&at.key));
        let resource = Resource { owner: &owner, visibility: &visibility };
        authorize(who, Action::Read, &resource).map_err(|_| nothing())?;
        match self.blobs.head(at).await {
            Ok(_) => return Ok(()),
            Err(BlobError::NoSuchKey(_)) => {}
            Err(BlobError::NoSuchBucket(_) | BlobError::InvalidName(_)) => return Err(nothing().into()),
            Err(error) => return Err(error.into()),
        }
        let list = List { prefix: format!("{}/", at.key), limit: 1, ..List::default() };
        let page = self.blobs.list(&at.bucket, list).await?;
        if page.objects.is_empty() { Err(nothing().into()) } else { Ok(()) }
    }
}

/// The built-in function that runs a process.
fn builtin(unit: &Value) -> Result<String, Fault> {
    let text = |name: &str| unit.get(name).and_then(Value::as_str);
    match (text("type"), text("name")) {
        (Some("builtin"), Some(name)) if is_name(name) => Ok(name.to_owned()),
        (Some("builtin"), _) => Err(Fault::new(Kind::Internal, "platform/internal", "the process has no function")),
        (kind, _) => Err(Error::NoExecutor(kind.unwrap_or_default().to_owned()).into()),
    }
}

/// It becomes an argument of a command: nothing that could be an option or a path.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// What the function itself has to say about its inputs, when it is one that the platform brings along.
fn check_function(plan: &Plan) -> Result<(), Error> {
    let Some(function) = Function::of(&plan.function) else { return Ok(()) };
    let checked = function.validate(&Value::Object(plan.inputs.clone()));
    match checked.map_err(|wrong| wrong.into_iter().next()) {
        Err(Some(wrong)) => Err(Error::input(&wrong.field, wrong.message)),
        _ => Ok(()),
    }
}

/// The address of an item under the platform's own.
fn item_url(own: &[&str], item: &Value) -> Option<String> {
    const SEGMENT: &percent_encoding::AsciiSet =
        &percent_encoding::CONTROLS.add(b' ').add(b'/').add(b'?').add(b'#').add(b'%').add(b'"').add(b',');
    let text = |name: &str| Some(percent_encoding::utf8_percent_encode(item.get(name)?.as_str()?, SEGMENT));
    Some(format!("{}/data/collections/{}/items/{}", own.first()?, text("collection")?, text("id")?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_functions_by_name() {
        assert_eq!(builtin(&json!({"type": "builtin", "name": "to-zarr"})).unwrap(), "to-zarr");
        for unit in [
            json!({"type": "builtin", "name": "--help"}),
            json!({"type": "builtin", "name": "../x"}),
            json!({"type": "builtin"}),
            json!({"type": "oci", "image": "x"}),
            json!({}),
        ] {
            assert!(builtin(&unit).is_err(), "{unit}");
        }
    }

    #[test]
    fn an_item_has_an_address() {
        let item = json!({"collection": "c d", "id": "a/b"});
        let url = item_url(&["https://ocean.example"], &item);
        assert_eq!(url.as_deref(), Some("https://ocean.example/data/collections/c%20d/items/a%2Fb"));
    }
}
