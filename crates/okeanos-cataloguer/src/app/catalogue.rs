//! A unit is due: what is there now is checked and described, and the catalog told.

use std::time::Duration;

use okeanos_auth::Namespaces;
use okeanos_blob::{BlobError, Location, Meta};
use okeanos_cf::checks::Severity;
use okeanos_fault::{Fault, Kind};

use super::{
    Cataloguer, commit,
    inspect::{Inspected, Missing},
};
use crate::{
    domain::{
        describe::{Described, Source},
        report::{Outcome, Report},
        rules::{self, finding},
        unit::{MARKERS, UnitKind, is_called_data, pause},
    },
    events,
    ports::ObjectItems,
    store::{
        reports,
        units::{self, Claimed, Next, Why, may_lie_in},
    },
};

/// The first pause after a fault, doubled with each.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause while something is away: when it is back, what waits is to be catalogued soon.
const AWAY_MAX: Duration = Duration::from_secs(30);
/// Units below a store that are looked at together.
const BELOW_MAX: u64 = 1_000;

/// What a look at a unit came to.
enum Seen {
    /// The outcome of a check, and what the catalog is to have.
    Checked { outcome: Outcome, described: Vec<Described>, size: Option<u64> },
    /// A store that is not complete yet.
    Incomplete(Missing),
    /// Nothing is there.
    Gone,
    /// It belongs to another unit.
    Moved(Location),
}

impl Cataloguer {
    /// Works on a unit and decides what becomes of it. Faults are handled here: what is away is waited for as long as it
    /// takes; only work that breaks off, or fails by a mistake of ours, is given up.
    pub(super) async fn work(&self, unit: &Claimed) -> Result<(), Fault> {
        let began = self.now();
        let outcome = if unit.attempts > self.config.retries {
            let message = format!("it was given up after {} attempts", unit.attempts - 1);
            let fix = "Upload it again; if it happens again, ask an operator to look at the logs.";
            self.conclude(
                unit,
                Outcome::only(finding(rules::DONE, Severity::Error, "", message, fix), true),
                Vec::new(),
                None,
                began,
            )
            .await
        } else {
            self.look_and_tell(unit, began).await
        };
        let Err(fault) = outcome else { return Ok(()) };
        let (wait, why) = if fault.kind().retryable() {
            (pause(PAUSE, unit.faults).min(AWAY_MAX), Why::Away)
        } else {
            tracing::error!(object = %unit.at, %fault, cause = okeanos_fault::chain(&fault), "cataloguing failed");
            (pause(PAUSE, unit.attempts.saturating_sub(1)), Why::Failed)
        };
        self.end(unit, Next::Again { at: self.now() + wait, why }).await?;
        tracing::warn!(object = %unit.at, attempt = unit.attempts, %fault, "cataloguing is to be tried again");
        Ok(())
    }

    async fn look_and_tell(&self, unit: &Claimed, began: time::OffsetDateTime) -> Result<(), Fault> {
        match self.look(unit).await? {
            Seen::Checked { outcome, described, size } => self.conclude(unit, outcome, described, size, began).await,
            Seen::Gone => {
                self.catalog.remove(&unit.at).await?;
                self.end(unit, Next::Forget).await
            }
            Seen::Moved(to) => {
                // Whoever worked on it before may have told the catalog and died before noting that.
                self.catalog.remove(&unit.at).await?;
                let tx = self.begin().await?;
                // A store that is known has its own events.
                if units::known_store(&*tx, &to.bucket, std::slice::from_ref(&to.key)).await?.is_none() {
                    units::changed(&*tx, &to, UnitKind::Store, self.now(), self.config.quiet()).await?;
                }
                units::finish(&*tx, unit, Next::Forget).await?;
                commit(tx).await
            }
            Seen::Incomplete(missing) if unit.waits + 1 < self.config.incomplete_tries => {
                tracing::debug!(store = %unit.at, %missing, "waiting for the rest of a store");
                let at = self.now() + pause(self.config.quiet(), unit.waits);
                self.end(unit, Next::Again { at, why: Why::Incomplete }).await
            }
            Seen::Incomplete(missing) => {
                let fix = "Upload the rest, or remove the store; what arrives later is looked at again.";
                let outcome =
                    Outcome::only(finding(rules::COMPLETE, Severity::Error, "", missing.to_string(), fix), true);
                self.conclude(unit, outcome, Vec::new(), None, began).await
            }
        }
    }

    async fn end(&self, unit: &Claimed, next: Next) -> Result<(), Fault> {
        let tx = self.begin().await?;
        units::finish(&*tx, unit, next).await?;
        commit(tx).await
    }

    async fn look(&self, unit: &Claimed) -> Result<Seen, Fault> {
        match unit.kind {
            UnitKind::Object => self.look_at_object(unit).await,
            UnitKind::Store => self.look_at_store(unit).await,
        }
    }

    async fn look_at_object(&self, unit: &Claimed) -> Result<Seen, Fault> {
        let meta = match self.blobs.head(&unit.at).await {
            Ok(meta) => meta,
            Err(BlobError::NoSuchKey(_) | BlobError::NoSuchBucket(_)) => return Ok(Seen::Gone),
            Err(error) => return Err(error.into()),
        };
        if let Some(root) = self.store_above(unit).await? {
            return Ok(Seen::Moved(root));
        }
        let source = Source {
            bucket: unit.at.bucket.clone(),
            key: unit.at.key.clone(),
            size: Some(meta.size),
            modified: meta.last_modified,
            metadata: meta.metadata,
        };
        let size = source.size;
        let (outcome, described) = match self.inspector.inspect(&unit.at).await? {
            Inspected::Absent => return Ok(Seen::Gone),
            Inspected::Read { inspection, .. } => self.inspector.describe(inspection, source, self.now()).await?,
            Inspected::Foreign(found) => (foreign(&unit.at.key, &found), Vec::new()),
            Inspected::Broken(error) => (broken(&error), Vec::new()),
        };
        Ok(Seen::Checked { outcome, described, size })
    }

    async fn look_at_store(&self, unit: &Claimed) -> Result<Seen, Fault> {
        if let Some(root) = self.store_above(unit).await? {
            return Ok(Seen::Moved(root));
        }
        let inspected = self.inspector.inspect(&unit.at).await?;
        let (inspection, missing, size) = match inspected {
            Inspected::Absent => return Ok(Seen::Gone),
            // The root's metadata was there once: the store is being removed.
            Inspected::Foreign(_) if unit.catalogued => return Ok(Seen::Gone),
            Inspected::Foreign(_) => {
                let metadata = vec!["the metadata of the root".to_owned()];
                return Ok(Seen::Incomplete(Missing { metadata, ..Missing::default() }));
            }
            Inspected::Broken(error) => {
                return Ok(Seen::Checked { outcome: broken(&error), described: Vec::new(), size: None });
            }
            Inspected::Read { inspection, missing, size } => (inspection, missing, size),
        };
        // Zarr leaves out chunks that hold nothing but the fill value. So what lacks chunks only is believed when nothing
        // has come since the last look, or it was waited for long enough: an event would have begun the count anew.
        let (settled, last) = (unit.waits > 0, unit.waits + 1 >= self.config.incomplete_tries);
        let believed = missing.metadata.is_empty()
            && (settled && inspection.has_sound_coordinates() || last && inspection.has_coordinates());
        if !missing.is_empty() && !believed {
            return Ok(Seen::Incomplete(missing));
        }
        let Some(root) = self.root_metadata(&unit.at).await? else { return Ok(Seen::Gone) };
        let source = Source {
            bucket: unit.at.bucket.clone(),
            key: unit.at.key.clone(),
            size,
            modified: root.last_modified,
            metadata: root.metadata,
        };
        let (outcome, described) = self.inspector.describe(inspection, source, self.now()).await?;
        if !unit.catalogued {
            self.take_back_below(&unit.at).await?;
        }
        Ok(Seen::Checked { outcome, described, size })
    }

    /// The Zarr store that a unit lies in, when it turns out to be a part of one.
    async fn store_above(&self, unit: &Claimed) -> Result<Option<Location>, Fault> {
        let root = self.root_among(&unit.at.bucket, &may_lie_in(&unit.at, unit.kind)).await?;
        Ok(root.map(|root| Location::new(&unit.at.bucket, root)))
    }

    /// What is known of the metadata file of a store's root: its writer's metadata are the store's.
    async fn root_metadata(&self, root: &Location) -> Result<Option<Meta>, Fault> {
        for marker in MARKERS {
            match self.blobs.head(&Location::new(&root.bucket, format!("{}/{marker}", root.key))).await {
                Ok(meta) => return Ok(Some(meta)),
                Err(BlobError::NoSuchKey(_) | BlobError::NoSuchBucket(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Parts of a store that were taken for units of their own before its root was written are looked at again: whoever
    /// works on one, and whoever does next, finds that it belongs to the store.
    async fn take_back_below(&self, root: &Location) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let (parts, last) = units::parts_below(self.db.conn(), root, after.as_deref(), BELOW_MAX).await?;
            if !parts.is_empty() {
                let tx = self.begin().await?;
                for (part, kind) in parts {
                    units::changed(&*tx, &part, kind, self.now(), self.config.quiet()).await?;
                }
                commit(tx).await?;
                self.due.notify_one();
            }
            let Some(last) = last else { return Ok(()) };
            after = Some(last);
        }
    }

    /// Tells the catalog, then keeps the report and its events, and ends the work on the unit, in one transaction.
    async fn conclude(
        &self,
        unit: &Claimed,
        mut outcome: Outcome,
        described: Vec<Described>,
        size: Option<u64>,
        began: time::OffsetDateTime,
    ) -> Result<(), Fault> {
        let had_items = !described.is_empty();
        if let Err(fault) = self.tell(&unit.at, described).await {
            // Somebody may have changed an item, or removed a collection, while the catalog was told.
            if fault.kind().retryable() || matches!(fault.kind(), Kind::Internal | Kind::Precondition | Kind::NotFound)
            {
                return Err(fault);
            }
            // The catalog will refuse the same items again.
            let message = format!("the catalog refused the items: {}", fault.message());
            let fix = "This is a fault of the platform: tell an operator the id of this report.";
            outcome.findings.push(finding(rules::ACCEPTED, Severity::Error, "", message, fix));
            (outcome.failed, outcome.items) = (true, Vec::new());
            self.catalog.remove(&unit.at).await?;
        }
        let now = self.now();
        let report = Report {
            id: Report::id_at(now),
            bucket: unit.at.bucket.clone(),
            key: unit.at.key.clone(),
            size,
            created: now,
            milliseconds: u64::try_from((now - began).whole_milliseconds()).unwrap_or(0),
            outcome,
        };
        let catalogued = had_items && !report.outcome.failed;
        let tx = self.begin().await?;
        reports::add(&*tx, &report, self.config.reports_kept).await?;
        events::publish(&tx, &report, now).await?;
        units::finish(&*tx, unit, Next::Idle { catalogued }).await?;
        commit(tx).await?;
        let status = report.outcome.status().as_str();
        tracing::info!(object = %unit.at, status, items = report.outcome.items.len(), took_ms = report.milliseconds, "checked");
        Ok(())
    }

    async fn tell(&self, at: &Location, described: Vec<Described>) -> Result<(), Fault> {
        if described.is_empty() {
            return self.catalog.remove(at).await;
        }
        let mut ensured = std::collections::HashSet::new();
        for parameter in described.iter().map(|d| d.parameter) {
            if ensured.insert(parameter.collection_id()) {
                self.catalog.ensure_collection(&parameter.collection()).await?;
            }
        }
        let items = described.into_iter().map(|d| (d.parameter.collection_id(), d.item)).collect();
        let (owner, visibility) = (self.names.owner(&at.bucket), Namespaces::visibility(&at.key));
        self.catalog.put(ObjectItems { object: at.clone(), owner, visibility, items }).await
    }
}

/// The outcome for an object of another format: a failure only when its name says that it is data.
pub(super) fn foreign(key: &str, found: &str) -> Outcome {
    if is_called_data(key) {
        let message = format!("it is called data, but it is {found}");
        let outcome =
            finding(rules::OPENS, Severity::Error, "", message, "Upload the file again, or give it another name.");
        return Outcome::only(outcome, true);
    }
    let message = format!("it is {found}, which is stored but not catalogued");
    Outcome::only(finding(rules::CATALOGUED, Severity::Warning, "", message, "NetCDF and Zarr are catalogued."), false)
}

/// The outcome for data that cannot be read.
pub(super) fn broken(error: &okeanos_dataset::Error) -> Outcome {
    let fix = "Write the file again and check that the whole of it is uploaded.";
    Outcome::only(finding(rules::OPENS, Severity::Error, "", error.to_string(), fix), true)
}
