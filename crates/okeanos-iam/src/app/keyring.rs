//! The keys that access tokens are signed with.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use jsonwebtoken::{
    Algorithm, EncodingKey,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};
use okeanos_db::Db;
use okeanos_fault::Fault;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::rotation::{self, Term},
    store::{self, keys::KeptKey},
};

/// One key.
#[derive(Clone)]
pub(super) struct SigningKey {
    pub(super) id: String,
    pub(super) key: EncodingKey,
    term: Term,
}

/// The keys at one moment.
pub(super) struct Ring {
    keys: Vec<SigningKey>,
    /// The public halves of all of them.
    pub(super) public: JwkSet,
    read_at: OffsetDateTime,
}

impl Ring {
    /// The key that signs now.
    fn signer(&self, now: OffsetDateTime) -> Option<&SigningKey> {
        self.keys.iter().rev().find(|k| k.term.signs(now))
    }

    /// Whether reading the keys again may find one that another instance has made.
    pub(super) fn may_be_stale(&self, now: OffsetDateTime) -> bool {
        now - self.read_at >= STALE_AFTER
    }
}

/// How often an unknown key makes us read ours again.
const STALE_AFTER: Duration = Duration::from_secs(10);

/// The keys, kept in memory and in the database.
pub(super) struct Keyring {
    period: Duration,
    ring: RwLock<Arc<Ring>>,
}

impl Keyring {
    /// No keys yet; each will sign for this long.
    pub(super) fn new(period: Duration) -> Self {
        let ring = Ring { keys: Vec::new(), public: JwkSet { keys: Vec::new() }, read_at: OffsetDateTime::UNIX_EPOCH };
        Self { period, ring: RwLock::new(Arc::new(ring)) }
    }

    /// The keys as they were read last.
    pub(super) fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key that signs now; reads and makes keys if there is none.
    pub(super) async fn signer(&self, db: &Db, now: OffsetDateTime) -> Result<SigningKey, Fault> {
        if let Some(key) = self.ring().signer(now) {
            return Ok(key.clone());
        }
        self.refresh(db, now).await?;
        self.ring().signer(now).cloned().ok_or_else(|| Fault::internal("no key signs now"))
    }

    /// Reads the keys, removes those that have ended, and makes the next one when it is time.
    pub(super) async fn refresh(&self, db: &Db, now: OffsetDateTime) -> Result<(), Fault> {
        let tx = db.begin().await.map_err(store::broken)?;
        let all = store::keys::signing_keys(&*tx).await?;
        let (mut kept, ended): (Vec<_>, Vec<_>) = all.into_iter().partition(|k| k.term.ends() > now);
        if !ended.is_empty() {
            let ids: Vec<_> = ended.into_iter().map(|k| k.id).collect();
            store::keys::delete_signing_keys(&*tx, &ids).await?;
        }
        let terms: Vec<_> = kept.iter().map(|k| k.term).collect();
        if let Some(term) = rotation::next(&terms, now, self.period) {
            let key = generate(term)?;
            store::keys::add_signing_key(&*tx, &key).await?;
            tracing::info!(key = key.id, from = %term.signs_from, "made a signing key");
            kept.push(key);
        }
        tx.commit().await.map_err(store::broken)?;
        let (keys, public) = kept.iter().map(open).collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
        let ring = Ring { keys, public: JwkSet { keys: public }, read_at: now };
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }
}

fn generate(term: Term) -> Result<KeptKey, Fault> {
    let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let der = pair.map_err(|_| Fault::internal("no signing key could be made"))?;
    Ok(KeptKey { id: Uuid::new_v4().to_string(), private_der: BASE64.encode(der.as_ref()), term })
}

fn open(kept: &KeptKey) -> Result<(SigningKey, Jwk), Fault> {
    let der = BASE64.decode(&kept.private_der).map_err(Fault::internal)?;
    let key = EncodingKey::from_ec_der(&der);
    let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256).map_err(Fault::internal)?;
    public.common.key_id = Some(kept.id.clone());
    public.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok((SigningKey { id: kept.id.clone(), key, term: kept.term }, public))
}
