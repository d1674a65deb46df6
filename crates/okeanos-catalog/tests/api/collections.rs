//! `/data/collections`.

use std::time::Duration;

use futures::future::join_all;
use okeanos_events::Subscription;
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, collection, href, item, link, seen_by};

#[tokio::test]
async fn a_collection_lives_and_dies() {
    for sandbox in Sandbox::each().await {
        let created = sandbox.post("ann", "/data/collections/", &collection("c")).await;
        assert!(created.header("location").ends_with("/data/collections/c"));
        created.expect(201);
        sandbox.post("bob", "/data/collections", &collection("c")).await.expect_code(409, "catalog/collection-exists");
        let read = sandbox.get("", "/data/collections/c").await.expect(200);
        assert_eq!(href(&read, "items"), Some(format!("{}/data/collections/c/items", sandbox.url).as_str()));
        assert!(link(&read, "license").is_some(), "its own links are kept");
        let mut changed = collection("c");
        changed["title"] = json!("Another");
        assert_eq!(sandbox.put("ann", "/data/collections/c", &changed).await.expect(200)["title"], "Another");
        sandbox.item("bob", "c", &item("a", [0.0; 4], "2020-01-01T00:00:00Z")).await;
        sandbox.delete("ann", "/data/collections/c").await.expect_code(409, "catalog/collection-not-empty");
        sandbox.delete("bob", "/data/items/a").await.expect(204);
        sandbox.delete("ann", "/data/collections/c").await.expect(204);
        sandbox.get("", "/data/collections/c").await.expect_code(404, "catalog/no-such-collection");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn the_extent_is_that_of_the_public_items() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        let extent = async || {
            let read = sandbox.get("", "/data/collections/c").await.expect(200);
            (read["extent"]["spatial"]["bbox"][0].clone(), read["extent"]["temporal"]["interval"][0].clone())
        };
        assert_eq!(extent().await.0, json!([-1, -2, 3, 4]), "as said, until there are items");
        let at =
            |id: &str, west: f64, year: u32| item(id, [west, 0.0, west + 1.0, 1.0], &format!("{year}-01-01T00:00:00Z"));
        sandbox.item("ann", "c", &at("a", 10.0, 2010)).await;
        sandbox.item("ann", "c", &at("b", 20.0, 2020)).await;
        sandbox.item("ann", "c", &seen_by(at("hidden", 90.0, 1990), "private")).await;
        let both = (json!([10.0, 0.0, 21.0, 1.0]), json!(["2010-01-01T00:00:00Z", "2020-01-01T00:00:00Z"]));
        assert_eq!(extent().await, both, "what is private does not show");
        sandbox.item("ann", "c", &at("inner", 12.0, 2015)).await;
        sandbox.delete("ann", "/data/items/inner").await.expect(204);
        assert_eq!(extent().await, both);
        sandbox.delete("ann", "/data/items/a").await.expect(204);
        assert_eq!(extent().await.0, json!([20.0, 0.0, 21.0, 1.0]));
        sandbox.patch("ann", "/data/items/hidden?visibility=public", &json!({})).await.expect(200);
        assert_eq!(extent().await.1[0], "1990-01-01T00:00:00Z");
        sandbox.patch("ann", "/data/items/hidden?visibility=private", &json!({})).await.expect(200);
        assert_eq!(extent().await.1[0], "2020-01-01T00:00:00Z");
        sandbox.delete("ann", "/data/items/b").await.expect(204);
        assert_eq!(extent().await.0, json!([-1, -2, 3, 4]));
        sandbox.close().await;
    }
}

#[tokio::test]
async fn collections_are_paged_and_none_is_lost() {
    for sandbox in Sandbox::each().await {
        for n in 0..7 {
            sandbox.collection(&format!("c{n}")).await;
        }
        let (mut seen, mut url) = (Vec::new(), "/data/collections?limit=3".to_owned());
        loop {
            let page = sandbox.get("", &url).await.expect(200);
            assert_eq!(page["numberMatched"], 7);
            let ids = page["collections"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned());
            seen.extend(ids.collect::<Vec<_>>());
            match href(&page, "next") {
                Some(next) => url = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, ["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
        sandbox.get("", "/data/collections?q=salt").await.expect_code(400, "catalog/invalid-parameter");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn wrong_collections_are_refused_with_the_field() {
    for sandbox in Sandbox::each().await {
        let mut wrong = collection("c");
        wrong["providers"] = json!([{"name": "x", "roles": "producer"}]);
        let answer = sandbox.post("ann", "/data/collections", &wrong).await;
        answer.expect_code(400, "catalog/invalid-document");
        assert_eq!(answer.body["field"], "/providers/0/roles");
        let reserved = collection("climate_forecast-sea_water_salinity");
        sandbox.post("ann", "/data/collections", &reserved).await.expect_code(400, "catalog/reserved-name");
        sandbox.post("admin", "/data/collections", &reserved).await.expect(201);
        assert_eq!(sandbox.post("ann", "/data/collections", &Value::Null).await.status, 400);
        sandbox.close().await;
    }
}

#[tokio::test]
async fn one_of_many_deletes_a_collection_and_it_is_told_once() {
    for sandbox in Sandbox::each().await {
        let mut consumer = sandbox.ctx.bus.subscribe(Subscription::new("test", &["catalog.>"])).await.unwrap();
        sandbox.collection("c").await;
        let deletes = (0..8).map(|_| sandbox.delete("ann", "/data/collections/c"));
        let mut answers: Vec<u16> = join_all(deletes).await.into_iter().map(|answer| answer.status).collect();
        answers.sort_unstable();
        assert_eq!(answers, [204, 404, 404, 404, 404, 404, 404, 404]);
        sandbox.collection("d").await;
        let mut told = Vec::new();
        while told.len() < 3 {
            let delivery = tokio::time::timeout(Duration::from_secs(20), consumer.next()).await.unwrap().unwrap();
            delivery.settle.ack().await.unwrap();
            told.push(format!(
                "{} {}",
                delivery.event.short_kind(),
                delivery.event.subject.as_deref().unwrap_or_default()
            ));
        }
        let kind = "catalog.v1.collection";
        assert_eq!(told, [format!("{kind}.created c"), format!("{kind}.deleted c"), format!("{kind}.created d")]);
        sandbox.close().await;
    }
}
