//! Every service, composed.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use okeanos_catalog::Catalog;
use okeanos_cataloguer::CataloguerService as Cataloguer;
use okeanos_config::{Layers, Problems};
use okeanos_explorer::Explorer;
use okeanos_iam::IamService as Iam;
use okeanos_job_dispatcher::JobDispatcher;
use okeanos_process_registry::ProcessRegistry;
use okeanos_runtime::{Node, PlatformConfig, Running, Service};
use okeanos_storage_gateway::StorageGateway;
use serde::de::DeserializeOwned;

/// The configuration of every service, parsed and checked.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// What all services share.
    pub platform: PlatformConfig,
    iam: <Iam as Service>::Config,
    storage_gateway: <StorageGateway as Service>::Config,
    cataloguer: <Cataloguer as Service>::Config,
    catalog: <Catalog as Service>::Config,
    process_registry: <ProcessRegistry as Service>::Config,
    job_dispatcher: <JobDispatcher as Service>::Config,
    explorer: <Explorer as Service>::Config,
}

/// What the command line may say; it wins over files and the environment.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Folder of all state.
    pub data_dir: Option<PathBuf>,
    /// Where HTTP listens.
    pub http: Option<SocketAddr>,
    /// Where S3 listens.
    pub s3: Option<SocketAddr>,
    /// The address that people reach the platform under.
    pub public_url: Option<String>,
}

impl Configuration {
    /// Parses all sections.
    ///
    /// # Errors
    /// Every problem of every section.
    pub fn parse(mut layers: Layers, overrides: &Overrides) -> Result<Self, Problems> {
        if let Some(dir) = &overrides.data_dir {
            layers = layers.with("platform", "data_dir", dir.display().to_string());
        }
        if let Some(http) = overrides.http {
            layers = layers.with("platform", "http", http.to_string());
        }
        if let Some(url) = &overrides.public_url {
            layers = layers.with("platform", "public_url", url.as_str());
        }
        if let Some(s3) = overrides.s3 {
            layers = layers.with(StorageGateway::NAME, "bind", s3.to_string());
        }
        let sections = [
            "platform",
            Iam::NAME,
            StorageGateway::NAME,
            Cataloguer::NAME,
            Catalog::NAME,
            ProcessRegistry::NAME,
            JobDispatcher::NAME,
            Explorer::NAME,
        ];
        let mut problems = layers.only(&sections).err().unwrap_or_default();
        let platform: PlatformConfig = section(&layers, "platform", &mut problems);
        problems.0.extend(platform.problems());
        let first_administrator = toml::Table::from_iter([
            ("admin_token_file".to_owned(), admin_token_file(&platform.data_dir).display().to_string().into()),
            ("sign_in_file".to_owned(), sign_in_file(&platform.data_dir).display().to_string().into()),
        ]);
        let layers = layers.with(Iam::NAME, "bootstrap", first_administrator);
        let configuration = Self {
            platform,
            iam: section(&layers, Iam::NAME, &mut problems),
            storage_gateway: section(&layers, StorageGateway::NAME, &mut problems),
            cataloguer: section(&layers, Cataloguer::NAME, &mut problems),
            catalog: section(&layers, Catalog::NAME, &mut problems),
            process_registry: section(&layers, ProcessRegistry::NAME, &mut problems),
            job_dispatcher: section(&layers, JobDispatcher::NAME, &mut problems),
            explorer: section(&layers, Explorer::NAME, &mut problems),
        };
        if problems.0.is_empty() { Ok(configuration) } else { Err(problems) }
    }

    /// The JSON schema of every section.
    pub fn schema() -> serde_json::Value {
        serde_json::json!({
            "platform": okeanos_config::schema::<PlatformConfig>(),
            (Iam::NAME): okeanos_config::schema::<<Iam as Service>::Config>(),
            (StorageGateway::NAME): okeanos_config::schema::<<StorageGateway as Service>::Config>(),
            (Cataloguer::NAME): okeanos_config::schema::<<Cataloguer as Service>::Config>(),
            (Catalog::NAME): okeanos_config::schema::<<Catalog as Service>::Config>(),
            (ProcessRegistry::NAME): okeanos_config::schema::<<ProcessRegistry as Service>::Config>(),
            (JobDispatcher::NAME): okeanos_config::schema::<<JobDispatcher as Service>::Config>(),
            (Explorer::NAME): okeanos_config::schema::<<Explorer as Service>::Config>(),
        })
    }

    /// Builds every service into one node and starts it.
    ///
    /// # Errors
    /// What keeps a service from starting.
    pub async fn start(self) -> anyhow::Result<Running> {
        let node = Node::open(self.platform).await?;
        let node = node.with::<Iam>(self.iam).await?.with::<StorageGateway>(self.storage_gateway).await?;
        let node = node.with::<Catalog>(self.catalog).await?.with::<Cataloguer>(self.cataloguer).await?;
        let node = node.with::<ProcessRegistry>(self.process_registry).await?;
        let node = node.with::<JobDispatcher>(self.job_dispatcher).await?.with::<Explorer>(self.explorer).await?;
        node.start().await
    }
}

/// Where the administrator's token is written at first start.
pub fn admin_token_file(data_dir: &Path) -> PathBuf {
    data_dir.join("admin.token")
}

/// Where the one-time token of the administrator's sign-in link is written at each start.
pub fn sign_in_file(data_dir: &Path) -> PathBuf {
    data_dir.join("sign-in.token")
}

/// A section, or its defaults and a problem noted.
fn section<T: DeserializeOwned + Default>(layers: &Layers, name: &str, problems: &mut Problems) -> T {
    layers.section(name).unwrap_or_else(|found| {
        problems.0.extend(found.0);
        T::default()
    })
}
