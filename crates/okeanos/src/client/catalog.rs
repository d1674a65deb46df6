//! `okeanos catalog`.

use clap::Args;
use serde_json::Value;

use super::{Session, Target, print_json, print_table};

/// List the collections of the catalog, or show one.
#[derive(Clone, Debug, Args)]
pub struct Catalog {
    /// The collection to show.
    collection: Option<String>,
    #[command(flatten)]
    target: Target,
}

impl Catalog {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let session = Session::open(&self.target)?;
        if let Some(id) = &self.collection {
            print_json(&session.get(&format!("/data/collections/{id}")).await?);
            return Ok(());
        }
        let collections = all(&session).await?;
        if self.target.json {
            print_json(&Value::Array(collections));
            return Ok(());
        }
        let text = |collection: &Value, member: &str| collection[member].as_str().unwrap_or("-").to_owned();
        let rows: Vec<_> = collections.iter().map(|c| vec![text(c, "id"), text(c, "title")]).collect();
        print_table(&["collection", "title"], &rows);
        Ok(())
    }
}

/// Every page of the list.
async fn all(session: &Session) -> anyhow::Result<Vec<Value>> {
    let mut collections = Vec::new();
    let mut next = Some("/data/collections?limit=1000".to_owned());
    while let Some(path) = next {
        let page = session.get(&path).await?;
        collections.extend(page["collections"].as_array().into_iter().flatten().cloned());
        let links = page["links"].as_array().into_iter().flatten();
        next = links.filter(|l| l["rel"] == "next").find_map(|l| l["href"].as_str()).map(str::to_owned);
    }
    Ok(collections)
}
