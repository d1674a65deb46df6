//! `/data/collections/{collection}/items/{item}` and `/data/items/{item}`.

use okeanos_stac::item_uuid;
use reqwest::Method;
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, href, item, link, seen_by};

const BOX: [f64; 4] = [0.0, 0.0, 1.0, 1.0];
const TIME: &str = "2020-01-01T00:00:00Z";
const ITEMS: &str = "/data/collections/c/items";

#[tokio::test]
async fn an_item_lives_and_dies() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        let mut posted = item("a b", BOX, TIME);
        posted["properties"]["x"] = json!(1.5);
        posted["links"] =
            json!([{"rel": "derived_from", "href": "https://example.org/x"}, {"rel": "self", "href": "y"}]);
        let answer = sandbox.post("ann", &format!("{ITEMS}/"), &posted).await;
        assert_eq!(answer.header("content-type"), "application/geo+json");
        let place = answer.header("location").to_owned();
        assert!(place.ends_with("/data/collections/c/items/a%20b"), "{place}");
        let created = answer.expect(201);
        assert_eq!(created["properties"]["x"], 1.5);
        assert_eq!(created["properties"]["okeanos:owner"], "user-ann");
        assert_eq!(created["collection"], "c");
        assert_eq!(link(&created, "derived_from").unwrap()["href"], "https://example.org/x");
        assert_eq!(href(&created, "self"), Some(place.as_str()), "its own self link gave way to the true one");
        sandbox.post("ann", ITEMS, &posted).await.expect_code(409, "catalog/item-exists");

        let uuid = item_uuid("a b");
        for path in
            [place.clone(), format!("/data/items/{uuid}"), format!("{ITEMS}/{uuid}"), "/data/items/a%20b/".into()]
        {
            assert_eq!(sandbox.get("", &path).await.expect(200), created, "{path}");
        }
        posted["properties"]["x"] = json!(2);
        let replaced = sandbox.put("ann", &format!("/data/items/{uuid}"), &posted).await.expect(200);
        assert_eq!(replaced["properties"]["x"], 2);
        assert_eq!(replaced["properties"]["created"], created["properties"]["created"]);
        assert_ne!(replaced["properties"]["updated"], created["properties"]["updated"]);
        let patch = json!({"properties": {"x": null, "y": [1]}});
        let patched = sandbox.patch("ann", &place, &patch).await.expect(200);
        assert!(patched["properties"].get("x").is_none() && patched["properties"]["y"] == json!([1]));
        assert!(link(&patched, "derived_from").is_some(), "a patch keeps links");

        sandbox.delete("ann", &place).await.expect(204);
        sandbox.get("", &place).await.expect_code(404, "catalog/no-such-item");
        sandbox.delete("ann", &place).await.expect_code(404, "catalog/no-such-item");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        let field = async |item: Value, query: &str| {
            let answer = sandbox.post("ann", &format!("{ITEMS}{query}"), &item).await;
            (answer.status, answer.body["field"].as_str().unwrap_or_default().to_owned())
        };
        let wrong = |change: &dyn Fn(&mut Value)| {
            let mut item = item("a", BOX, TIME);
            change(&mut item);
            item
        };
        assert_eq!(
            field(wrong(&|i| i["properties"]["datetime"] = json!("2020-01-01")), "").await,
            (400, "/properties/datetime".into())
        );
        assert_eq!(field(wrong(&|i| i["bbox"] = json!([0, 1])), "").await, (400, "/bbox".into()));
        assert_eq!(field(wrong(&|i| i["collection"] = json!("other")), "").await, (400, "/collection".into()));
        assert_eq!(
            field(wrong(&|i| i["properties"]["okeanos:visibility"] = json!("everyone")), "").await,
            (400, "/properties/okeanos:visibility".into())
        );
        assert_eq!(field(item("a", BOX, TIME), "?visibility=all").await, (400, "visibility".into()));
        assert_eq!(field(item("a", BOX, TIME), "?tolerance=1").await, (400, "tolerance".into()));
        let collection = item("a", BOX, TIME);
        sandbox
            .post("ann", "/data/collections/none/items", &collection)
            .await
            .expect_code(404, "catalog/no-such-collection");
        let mut other = item("a", BOX, TIME);
        sandbox.item("ann", "c", &other).await;
        other["id"] = json!("b");
        sandbox.put("ann", &format!("{ITEMS}/a"), &other).await.expect_code(400, "catalog/mismatch");
        let long = json!({"x": "y".repeat(2 << 20)});
        sandbox.post("ann", ITEMS, &long).await.expect_code(413, "platform/body-too-large");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn what_nobody_may_see_is_not_there() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        let mut private = item("private", BOX, TIME);
        private["properties"].as_object_mut().unwrap().remove("okeanos:visibility");
        let stored = sandbox.item("ann", "c", &private).await;
        assert_eq!(stored["properties"]["okeanos:visibility"], "private", "private unless said otherwise");
        sandbox.item("ann", "c", &seen_by(item("group", BOX, TIME), "group:reef")).await;
        let by_query =
            sandbox.post("bob", &format!("{ITEMS}?visibility=public"), &seen_by(item("p", BOX, TIME), "private")).await;
        assert_eq!(by_query.expect(201)["properties"]["okeanos:visibility"], "public", "the query decides");
        for (who, id, status) in [
            ("", "private", 404),
            ("bob", "private", 404),
            ("ann", "private", 200),
            ("admin", "private", 200),
            ("", "group", 404),
            ("bob", "group", 404),
            ("ann", "group", 200),
            ("", "p", 200),
        ] {
            assert_eq!(sandbox.get(who, &format!("{ITEMS}/{id}")).await.status, status, "{who} {id}");
        }
        let foreign = seen_by(item("x", BOX, TIME), "group:reef");
        sandbox.post("bob", ITEMS, &foreign).await.expect_code(403, "auth/not-allowed");
        let shared = sandbox.patch("ann", &format!("{ITEMS}/private?visibility=public"), &json!({})).await.expect(200);
        assert_eq!(shared["properties"]["okeanos:visibility"], "public");
        sandbox.get("", &format!("{ITEMS}/private")).await.expect(200);
        sandbox.close().await;
    }
}

#[tokio::test]
async fn a_project_owns_what_a_member_posts_for_it() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        let private = seen_by(item("a", BOX, TIME), "private");
        let posted = sandbox.post("ann", &format!("{ITEMS}?owner=project-reef"), &private).await.expect(201);
        assert_eq!(posted["properties"]["okeanos:owner"], "project-reef");
        sandbox
            .post("bob", &format!("{ITEMS}?owner=project-reef"), &private)
            .await
            .expect_code(403, "auth/not-allowed");
        sandbox.get("bob", &format!("{ITEMS}/a")).await.expect_code(404, "catalog/no-such-item");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn two_who_change_the_same_item_do_not_overwrite_each_other() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        sandbox.item("ann", "c", &item("a", BOX, TIME)).await;
        let read = sandbox.get("ann", &format!("{ITEMS}/a")).await;
        let tag = read.header("etag").to_owned();
        let same = sandbox.send("ann", Method::GET, &format!("{ITEMS}/a"), &[("if-none-match", &tag)], None).await;
        assert_eq!(same.status, 304);
        let change = async |tag: &str, x: i32| {
            let patch = json!({"properties": {"x": x}});
            sandbox.send("ann", Method::PATCH, &format!("{ITEMS}/a"), &[("if-match", tag)], Some(&patch)).await
        };
        let first = change(&tag, 1).await;
        assert_ne!(first.header("etag"), tag);
        first.expect(200);
        change(&tag, 2).await.expect_code(412, "catalog/changed");
        let gone = sandbox.send("ann", Method::DELETE, &format!("{ITEMS}/a"), &[("if-match", &tag)], None).await;
        gone.expect_code(412, "catalog/changed");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn many_features_are_posted_at_once_and_each_is_told_of() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        let mut wrong = item("wrong", BOX, TIME);
        wrong["stac_version"] = json!("0.6");
        let features = json!([item("a", BOX, TIME), wrong, item("b", BOX, TIME), item("a", BOX, TIME)]);
        let body = json!({"type": "FeatureCollection", "features": features});
        let report = sandbox.post("ann", ITEMS, &body).await.expect(201);
        assert_eq!((&report["inserted"], &report["inError"]), (&json!(2), &json!(2)));
        assert_eq!(report["features"][0]["featureId"], item_uuid("a").to_string());
        let told: Vec<_> = report["errors"].as_array().unwrap().iter().map(|e| (&e["id"], &e["code"])).collect();
        assert_eq!(
            told,
            [(&json!("wrong"), &json!("catalog/invalid-document")), (&json!("a"), &json!("catalog/item-exists"))]
        );
        assert_eq!(sandbox.post("ann", ITEMS, &body).await.status, 400, "nothing came of it");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn null_geometry_and_null_datetime_come_back_as_they_were() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        let mut posted = item("a", BOX, TIME);
        posted["geometry"] = Value::Null;
        posted["properties"]["datetime"] = Value::Null;
        posted["properties"]["start_datetime"] = json!(TIME);
        posted["properties"]["end_datetime"] = json!("2020-02-01T00:00:00Z");
        sandbox.item("ann", "c", &posted).await;
        let back = sandbox.get("", &format!("{ITEMS}/a")).await.expect(200);
        assert!(back["geometry"].is_null() && back["properties"].as_object().unwrap().contains_key("datetime"));
        assert!(back["properties"]["datetime"].is_null());
        sandbox.close().await;
    }
}
