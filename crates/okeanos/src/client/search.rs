//! `okeanos search`.

use clap::Args;
use serde_json::{Value, json};

use super::{Session, Target, print_json, print_table};

/// Search the catalog.
#[derive(Clone, Debug, Args)]
pub struct Search {
    /// Collections, by id.
    #[arg(long, short)]
    collection: Vec<String>,
    /// West, south, east and north in degrees: -10,35,5,48.
    #[arg(long, value_parser = bbox, allow_hyphen_values = true)]
    bbox: Option<[f64; 4]>,
    /// A time, or an interval: 2020-01-01T00:00:00Z/..
    #[arg(long)]
    datetime: Option<String>,
    /// At most so many items.
    #[arg(long, default_value_t = 20)]
    limit: u32,
    #[command(flatten)]
    target: Target,
}

fn bbox(text: &str) -> Result<[f64; 4], String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    numbers.ok().and_then(|numbers| numbers.try_into().ok()).ok_or_else(|| "four numbers are expected".to_owned())
}

impl Search {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let mut body = json!({"limit": self.limit});
        if !self.collection.is_empty() {
            body["collections"] = json!(self.collection);
        }
        if let Some(bbox) = &self.bbox {
            body["bbox"] = json!(bbox);
        }
        if let Some(datetime) = &self.datetime {
            body["datetime"] = json!(datetime);
        }
        let found = Session::open(&self.target)?.post("/data/search", &body).await?;
        if self.target.json {
            print_json(&found);
            return Ok(());
        }
        let rows: Vec<_> = found["features"].as_array().into_iter().flatten().map(row).collect();
        print_table(&["item", "collection", "from", "to"], &rows);
        Ok(())
    }
}

fn row(item: &Value) -> Vec<String> {
    let properties = &item["properties"];
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let instant = &properties["datetime"];
    let time = |name: &str| text(if instant.is_null() { &properties[name] } else { instant });
    vec![text(&item["id"]), text(&item["collection"]), time("start_datetime"), time("end_datetime")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_four_numbers() {
        assert_eq!(bbox("-10,35,5.5, 48"), Ok([-10.0, 35.0, 5.5, 48.0]));
        assert!(bbox("1,2,3").is_err() && bbox("1,2,3,four").is_err() && bbox("").is_err());
    }
}
