//! The first administrator, and the files that its first credentials are written to.

use std::path::Path;

use anyhow::Context;
use okeanos_auth::Scope;
use time::OffsetDateTime;
use tokio::io::AsyncWriteExt;

use super::Iam;
use crate::{
    config::Bootstrap,
    domain::{
        audit::Action,
        credential::KeptToken,
        name::ADMIN,
        secret::{ApiToken, Opaque, random},
        user::User,
    },
    store::{credentials, keys, people},
};

/// Name of the fact that the first administrator was made.
const BOOTSTRAPPED: &str = "bootstrapped";
/// Who does it, in the audit trail.
const ACTOR: &str = "bootstrap";

impl Iam {
    /// At the first start creates `admin` and writes its API token; at every start writes the token of a fresh link.
    pub(crate) async fn bootstrap(&self, files: &Bootstrap) -> anyhow::Result<()> {
        let now = self.now();
        if keys::fact(self.db.conn(), BOOTSTRAPPED).await?.is_none() {
            self.first_admin(&files.admin_token_file, now).await?;
        }
        let link = Opaque::generate()?;
        let tx = self.db.begin().await?;
        credentials::delete_links(&*tx, ADMIN).await?;
        if people::user(&*tx, ADMIN).await?.is_none_or(|u| u.suspended) {
            tx.commit().await?;
            return remove(&files.sign_in_file).await;
        }
        credentials::add_link(&*tx, &link.hash(), ADMIN, now + self.settings.link).await?;
        self.note(&tx, ACTOR, Action::LinkCreated, ADMIN, "").await?;
        tx.commit().await?;
        write_private(&files.sign_in_file, link.reveal()).await
    }

    /// The file is written before the commit: when we are killed in between, the next start does both again.
    async fn first_admin(&self, file: &Path, now: OffsetDateTime) -> anyhow::Result<()> {
        let token = ApiToken::generate()?;
        let admin = User {
            name: ADMIN.to_owned(),
            display_name: "Administrator".to_owned(),
            admin: true,
            suspended: false,
            created_at: now,
        };
        let kept = KeptToken {
            id: token.id().to_owned(),
            user: ADMIN.to_owned(),
            name: "first start".to_owned(),
            hash: token.hash(),
            scopes: Scope::ALL.into(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
        };
        let tx = self.db.begin().await?;
        people::add_user(&*tx, &admin).await?;
        credentials::add_token(&*tx, &kept).await?;
        keys::set_fact_once(&*tx, BOOTSTRAPPED, now.unix_timestamp().to_string()).await?;
        self.note(&tx, ACTOR, Action::UserCreated, ADMIN, "admin").await?;
        write_private(file, &token.reveal()).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Writes a file that only its owner can read, at once or not at all.
async fn write_private(path: &Path, secret: &str) -> anyhow::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tokio::fs::create_dir_all(folder).await.with_context(|| format!("creating {}", folder.display()))?;
    let new = folder.join(format!(".{}.new", hex::encode(random::<8>()?)));
    let write = async {
        let mut file = tokio::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new).await?;
        file.write_all(secret.as_bytes()).await?;
        file.write_all(b"\n").await?;
        file.sync_all().await?;
        tokio::fs::rename(&new, path).await?;
        tokio::fs::File::open(folder).await?.sync_all().await
    };
    write.await.with_context(|| format!("writing {}", path.display()))
}

async fn remove(path: &Path) -> anyhow::Result<()> {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", path.display()))
        }
        _ => Ok(()),
    }
}
