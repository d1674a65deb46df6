//! The use-cases, a file per noun: authorize, load, decide, store with an audit entry in one transaction.

mod access_tokens;
mod audit;
mod authenticate;
mod bootstrap;
mod groups;
mod keyring;
mod s3_credentials;
mod sessions;
mod tokens;
mod users;

use std::time::Duration;

use okeanos_auth::{Namespaces, Principal, access::refusal};
use okeanos_db::{Db, Tx};
use okeanos_fault::Fault;
use okeanos_runtime::{Clock, Ctx};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::keyring::Keyring;
pub(crate) use self::{
    tokens::NewToken,
    users::{NewUser, UserChange, Whole},
};
use crate::{
    config::Config,
    domain::{
        Error,
        attempts::Attempts,
        audit::{Action, Entry},
        s3::MasterKey,
        secret::random,
        user::User,
    },
    store,
};

/// Issuer of access tokens when neither it nor a public URL is configured.
const ISSUER_DEFAULT: &str = "http://okeanos.local";
/// Name of the fact that holds the key that S3 secrets are derived with.
const MASTER_KEY: &str = "s3-master-key";
/// How often keys are looked after and what has ended is removed.
const HOUSEKEEPING: Duration = Duration::from_secs(60);
/// Failures within [`ATTEMPTS_WINDOW`] after which a token, or an address, has to wait.
const ATTEMPTS_MAX: u32 = 10;
const ATTEMPTS_WINDOW: Duration = Duration::from_secs(60);

/// The values of the configuration as the use-cases need them.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) access_token_s: u32,
    pub(crate) session: Duration,
    pub(crate) session_idle: Duration,
    pub(crate) link: Duration,
    pub(crate) cache_s: u32,
    pub(crate) names: Namespaces,
}

/// The service's state.
pub(crate) struct Iam {
    pub(crate) settings: Settings,
    ctx: Ctx,
    db: Db,
    clock: Clock,
    keys: Keyring,
    master: MasterKey,
    token_failures: Attempts,
    link_failures: Attempts,
}

impl Iam {
    /// Over a database that is up to date.
    pub(crate) async fn open(config: &Config, db: Db, ctx: &Ctx) -> anyhow::Result<Self> {
        let days = Duration::from_secs(u64::from(config.key_rotation_days) * 24 * 60 * 60);
        let issuer = config.issuer.clone().or_else(|| ctx.public_url.clone());
        let iam = Self {
            settings: Settings {
                issuer: issuer.unwrap_or_else(|| ISSUER_DEFAULT.to_owned()),
                audience: config.audience.clone(),
                access_token_s: config.access_token_s,
                session: Duration::from_secs(config.session_s.into()),
                session_idle: Duration::from_secs(config.session_idle_s.into()),
                link: Duration::from_secs(config.sign_in_link_s.into()),
                cache_s: config.cache_s,
                names: ctx.names.clone(),
            },
            keys: Keyring::new(days),
            master: master_key(&db).await?,
            ctx: ctx.clone(),
            db,
            clock: ctx.clock.clone(),
            token_failures: Attempts::new(ATTEMPTS_MAX, ATTEMPTS_WINDOW),
            link_failures: Attempts::new(ATTEMPTS_MAX, ATTEMPTS_WINDOW),
        };
        iam.keys.refresh(&iam.db, iam.now()).await?;
        Ok(iam)
    }

    /// Looks after keys and removes what has ended, until the node stops.
    pub(crate) async fn keep_house(&self, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(HOUSEKEEPING)).await.is_some() {
            if let Err(fault) = self.tidy().await {
                let cause = okeanos_fault::chain(&fault);
                tracing::warn!(cause, %fault, "could not look after keys and credentials");
            }
        }
    }

    async fn tidy(&self) -> Result<(), Fault> {
        self.keys.refresh(&self.db, self.now()).await?;
        let tx = self.begin().await?;
        store::credentials::sweep(&*tx, self.now()).await?;
        commit(tx).await
    }

    /// Where the S3 interface is reached, once the node has started.
    pub(crate) fn s3_endpoint(&self) -> Option<String> {
        self.ctx.s3_endpoint()
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    async fn begin(&self) -> Result<Tx, Fault> {
        self.db.begin().await.map_err(store::broken)
    }

    /// Adds an audit entry in the transaction of what it tells of.
    async fn note(&self, tx: &Tx, actor: &str, action: Action, subject: &str, detail: &str) -> Result<(), Fault> {
        let entry = Entry {
            id: Uuid::now_v7().to_string(),
            at: self.now(),
            actor: actor.to_owned(),
            action: action.as_str().to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
        };
        store::audit::add(&**tx, &entry).await
    }

    /// The account behind a caller. Services have none.
    async fn account(&self, who: &Principal) -> Result<User, Fault> {
        if who.is_anonymous() || who.service {
            return Err(refusal(who));
        }
        store::people::user(self.db.conn(), &who.name).await?.ok_or_else(|| refusal(who))
    }
}

/// The key that S3 secrets are derived with; made at the first start.
async fn master_key(db: &Db) -> anyhow::Result<MasterKey> {
    let tx = db.begin().await?;
    store::keys::set_fact_once(&*tx, MASTER_KEY, hex::encode(random::<32>()?)).await?;
    let kept = store::keys::fact(&*tx, MASTER_KEY).await?.unwrap_or_default();
    tx.commit().await?;
    let bytes: [u8; 32] = hex::decode(kept)?.try_into().map_err(|_| anyhow::anyhow!("the S3 master key is damaged"))?;
    Ok(MasterKey::new(bytes))
}

async fn commit(tx: Tx) -> Result<(), Fault> {
    tx.commit().await.map_err(store::broken)
}

/// Refuses whoever is not a service of the platform.
fn require_service(who: &Principal) -> Result<(), Error> {
    if who.service { Ok(()) } else { Err(Error::ServiceOnly) }
}
