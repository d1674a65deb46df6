//! The queue with two workers and a clock of the test's own, on SQLite and, when a server is named, on PostgreSQL.

use std::time::Duration;

use okeanos_db::{Db, DbConfig};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Holder, Jobs,
    entity::job::Entity,
    migration,
    queue::Taken,
    rows::{Queue, to_row},
};
use crate::domain::{
    error::failure,
    job::{Failure, Happening, Job, Status},
    listing::{Listing, Scope},
    plan::Plan,
};

const LEASE: Duration = Duration::from_secs(30);
const LOST_MAX: u32 = 3;

struct World {
    jobs: Jobs,
    now: OffsetDateTime,
    _folder: tempfile::TempDir,
}

impl World {
    async fn all() -> Vec<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut worlds = vec![Self::open(DbConfig::sqlite(folder.path()), folder).await];
        #[expect(clippy::disallowed_methods, reason = "a test is told by its environment where the server is")]
        if let Ok(server) = std::env::var("OKEANOS_TEST_POSTGRES") {
            let schema = format!("queue_{}", Uuid::new_v4().simple());
            let connection = sea_orm::Database::connect(&server).await.unwrap();
            connection.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.unwrap();
            let config = DbConfig::new(format!("{server}?options[search_path]={schema}"));
            worlds.push(Self::open(config, tempfile::tempdir().unwrap()).await);
        }
        worlds
    }

    async fn open(config: DbConfig, folder: tempfile::TempDir) -> Self {
        let db = Db::open(&config, crate::NAME).await.unwrap();
        db.migrate(migration::all).await.unwrap();
        let now = OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000);
        Self { jobs: Jobs::new(db), now, _folder: folder }
    }

    async fn add(&self) -> Uuid {
        let plan = Plan { process_id: "subset".to_owned(), function: "subset".to_owned(), ..Plan::default() };
        let job = Job::accepted("ann".to_owned(), &plan, self.now);
        self.jobs.add(&job, &plan, 100).await.unwrap();
        job.id
    }

    async fn take(&self, worker: &str, here: &[Uuid]) -> Option<Taken> {
        self.jobs.take(worker, self.now, LEASE, LOST_MAX, here).await.unwrap()
    }

    fn pass(&mut self, seconds: i64) {
        self.now += time::Duration::seconds(seconds);
    }

    async fn happen(&self, taken: &Taken, happening: Happening) -> Option<Job> {
        self.jobs.change(&Holder::Worker(&taken.lease), taken.job.id, happening, self.now, None).await.unwrap()
    }
}

#[tokio::test]
async fn a_worker_that_is_silent_loses_its_job_and_can_write_no_more() {
    for mut world in World::all().await {
        let id = world.add().await;
        let first = world.take("one", &[]).await.unwrap();
        assert_eq!((first.job.id, first.plan.function.as_str()), (id, "subset"));
        assert!(world.take("two", &[]).await.is_none(), "it is taken");
        world.pass(20);
        assert!(world.jobs.renew(id, &first.lease, world.now + LEASE).await.unwrap());
        world.pass(20);
        assert!(world.take("two", &[]).await.is_none(), "its worker has said that it lives");
        world.pass(20);
        let second = world.take("two", &[]).await.unwrap();
        assert_eq!((second.job.attempt, second.job.lost, second.job.tries()), (2, 1, 1));
        assert!(!world.jobs.renew(id, &first.lease, world.now + LEASE).await.unwrap());
        assert_eq!(world.happen(&first, Happening::Succeeded(Vec::new())).await.map(|job| job.status), None);
        let done = world.happen(&second, Happening::Succeeded(Vec::new())).await.unwrap();
        assert_eq!(done.status, Status::Successful);
        assert!(!world.jobs.renew(id, &second.lease, world.now + LEASE).await.unwrap());
    }
}

#[tokio::test]
async fn what_runs_here_is_not_taken_again_however_late_it_is() {
    for mut world in World::all().await {
        let id = world.add().await;
        let first = world.take("one", &[]).await.unwrap();
        // The machine slept.
        world.pass(36_000);
        assert!(world.take("one", &[id]).await.is_none());
        assert!(world.jobs.renew(id, &first.lease, world.now + LEASE).await.unwrap(), "the attempt goes on");
        let other = world.add().await;
        assert_eq!(world.take("one", &[id]).await.map(|taken| taken.job.id), Some(other));
    }
}

#[tokio::test]
async fn a_job_outlives_kills_of_the_platform_but_not_without_end() {
    for world in World::all().await {
        let id = world.add().await;
        for lost in 0..LOST_MAX {
            let taken = world.take("one", &[]).await.unwrap();
            assert_eq!((taken.job.lost, taken.job.tries()), (lost, 1));
            assert_eq!(world.jobs.free_own("one", world.now).await.unwrap(), 1);
        }
        assert!(world.take("one", &[]).await.is_none());
        let job = world.jobs.get(&Scope::All, id).await.unwrap();
        assert_eq!(job.failure.map(|f| f.code).as_deref(), Some(failure::WORKER_LOST));
    }
}

#[tokio::test]
async fn an_attempt_that_breaks_off_is_no_lost_worker() {
    for world in World::all().await {
        world.add().await;
        for attempt in 1..=4 {
            let taken = world.take("one", &[]).await.unwrap();
            assert_eq!((taken.job.attempt, taken.job.lost), (attempt, 0));
            let happening = Happening::Interrupted(Failure::new(failure::KILLED, "so"));
            let holder = Holder::Worker(&taken.lease);
            world.jobs.change(&holder, taken.job.id, happening, world.now, Some(world.now)).await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn old_jobs_are_forgotten_all_of_them_and_so_is_what_is_too_much() {
    for world in World::all().await {
        let mut rows = Vec::new();
        for n in 0..1_203 {
            let mut job = Job::accepted("ann".to_owned(), &Plan::default(), world.now);
            let ended = world.now + time::Duration::seconds(n);
            job.apply(Happening::Failed(Failure::new(failure::KILLED, "so")), ended).unwrap();
            let queue = Queue { available_at: 0, begun_at: None, worker: None, lease_until: None };
            rows.push(to_row(&job, queue).into_active_model());
        }
        let tx = world.jobs.db.begin().await.unwrap();
        for batch in rows.chunks(400) {
            Entity::insert_many(batch.to_vec()).exec_without_returning(&*tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        let unfinished = world.add().await;
        let before = world.now + time::Duration::seconds(1_200);
        assert_eq!(world.jobs.prune(before, 100).await.unwrap(), 1_200);
        assert_eq!(world.jobs.prune(before, 3).await.unwrap(), 0);
        assert_eq!(world.jobs.prune(before, 1).await.unwrap(), 2);
        let (left, _) = world.jobs.list(&Scope::All, &Listing::default(), world.now).await.unwrap();
        assert_eq!((left.len(), left[0].id), (2, unfinished));
    }
}
