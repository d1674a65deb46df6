//! A whole platform in a test: the same code as `okeanos up`, on free ports, in a folder of its own.

use std::{future::Future, net::SocketAddr, path::Path, time::Duration};

use anyhow::Context;
use okeanos::{
    client::Session,
    platform::{Configuration, Overrides, admin_token_file},
};
use okeanos_config::Layers;
use okeanos_runtime::Running;
use tempfile::TempDir;

/// How long [`eventually`] waits.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(50);

/// A running platform. Stop it with [`Sandbox::stop`]; dropped, it ends with its runtime.
#[derive(Debug)]
pub struct Sandbox {
    folder: TempDir,
    layers: Layers,
    running: Running,
    http: String,
    s3: String,
    token: String,
}

impl Sandbox {
    /// With embedded defaults; `layers` may say more.
    ///
    /// # Errors
    /// When the platform does not start.
    pub async fn start(layers: Layers) -> anyhow::Result<Self> {
        Self::start_in(tempfile::tempdir()?, layers).await
    }

    async fn start_in(folder: TempDir, layers: Layers) -> anyhow::Result<Self> {
        let any = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        let overrides =
            Overrides { data_dir: Some(folder.path().to_owned()), http: any, s3: any, ..Overrides::default() };
        let running = Configuration::parse(layers.clone(), &overrides)?.start().await?;
        let address = |name: &str| running.address(name).map(|a| format!("http://{a}")).context("it does not listen");
        let (http, s3) = (address("http")?, address("s3")?);
        let token = std::fs::read_to_string(admin_token_file(folder.path()))?.trim().to_owned();
        Ok(Self { folder, layers, running, http, s3, token })
    }

    /// Its HTTP address.
    pub fn http(&self) -> &str {
        &self.http
    }

    /// Its S3 address.
    pub fn s3(&self) -> &str {
        &self.s3
    }

    /// The administrator's API token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A client session of the administrator.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn session(&self) -> anyhow::Result<Session> {
        Session::new(&self.http, &self.s3, &self.token)
    }

    /// Stops it and starts it again in the same folder, on other ports.
    ///
    /// # Errors
    /// When it does not drain or does not start.
    pub async fn restart(self) -> anyhow::Result<Self> {
        self.running.stop().await?;
        Self::start_in(self.folder, self.layers).await
    }

    /// Drains it.
    ///
    /// # Errors
    /// The first failure of a task.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.running.stop().await
    }
}

/// Looks again and again until there is something to see.
///
/// # Errors
/// When there is nothing after a minute, or looking fails.
pub async fn eventually<T, F, Fut>(what: &str, mut look: F) -> anyhow::Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = anyhow::Result<Option<T>>>,
{
    let search = async {
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, search).await.with_context(|| format!("waited in vain for {what}"))?
}
