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

#[tokio::test]
async fn nobody_gets_before_an_item_by_the_name_of_its_uuid() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        sandbox.collection("d").await;
        sandbox.item("ann", "c", &item("a", BOX, TIME)).await;
        let uuid = item_uuid("a").to_string();
        for name in [uuid.clone(), uuid.to_uppercase()] {
            sandbox.post("bob", ITEMS, &item(&name, BOX, TIME)).await.expect_code(409, "catalog/item-exists");
        }
        sandbox.item("bob", "d", &item(&uuid, BOX, TIME)).await;
        let found = async |who: &str| sandbox.get(who, &format!("/data/items/{uuid}")).await.expect(200)["id"].clone();
        assert_eq!(found("").await, "a", "the oldest");
        assert_eq!(found("ann").await, "a");
        assert_eq!(found("bob").await, json!(uuid), "his own");
        let patch = json!({"properties": {"x": 1}});
        let patched = sandbox.patch("bob", &format!("/data/items/{uuid}"), &patch).await.expect(200);
        assert_eq!((&patched["collection"], &patched["properties"]["x"]), (&json!("d"), &json!(1)));
        let both = sandbox.get("", &format!("/data/search?ids={uuid}")).await.expect(200);
        assert_eq!(crate::sandbox::ids(&both).len(), 2, "a search by id finds by UUID, too");
        let one = sandbox.get("", &format!("{ITEMS}?ids={uuid}")).await.expect(200);
        assert_eq!(crate::sandbox::ids(&one), ["a"]);
        sandbox.close().await;
    }
}

#[tokio::test]
async fn a_name_with_a_control_character_is_refused_by_its_field() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        let body = item("a", BOX, TIME);
        let token = "bgoxCmEACmI";
        let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
        for (method, path, field) in [
            (&get, "/data/items/a%00", "item"),
            (&get, "/data/collections/c/items/a%00", "item"),
            (&get, "/data/collections/c%00/items/a", "collection"),
            (&get, "/data/collections/c%00", "collection"),
            (&get, "/data/collections/c%00/items", "collection"),
            (&get, "/data/catalogs/c%00", "path"),
            (&get, "/data/catalogs/collections/c%00", "collection"),
            (&get, "/data/catalogs/collections?token=a%00", "token"),
            (&get, "/data/collections?token=a%00", "token"),
            (&get, &format!("/data/search?token={token}"), "token"),
            (&get, "/data/search?ids=a%00", "ids"),
            (&post, "/data/collections/c%00/items", "collection"),
            (&post, "/data/collections/c/items?owner=user-a%00", "owner"),
            (&post, "/data/collections/c/items?visibility=group:a%00", "visibility"),
            (&put, "/data/items/a%00", "item"),
            (&delete, "/data/items/a%00", "item"),
            (&delete, "/data/collections/c%00", "collection"),
        ] {
            let sent = Some(&body).filter(|_| matches!(*method, Method::POST | Method::PUT));
            let answer = sandbox.send("admin", method.clone(), path, &[], sent).await;
            assert_eq!(
                (answer.status, &answer.body["field"]),
                (400, &json!(field)),
                "{method} {path}: {}",
                answer.body
            );
        }
        let link = format!("{}/data/collections/c/items/a%00", sandbox.url);
        let tree = json!({"id": "t", "type": "Catalog", "description": "d", "links": [{"rel": "item", "href": link}]});
        assert_eq!(sandbox.post("ann", "/data/catalogs/users/ann", &tree).await.expect(400)["field"], "/links/0/href");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn conditions_are_lists_of_tags() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        sandbox.item("ann", "c", &item("a", BOX, TIME)).await;
        let path = format!("{ITEMS}/a");
        let mut tag = sandbox.get("ann", &path).await.header("etag").to_owned();
        let ask = async |method: Method, headers: &[(&'static str, &str)], body: Option<&Value>| {
            sandbox.send("ann", method, &path, headers, body).await
        };
        for (x, (header, status)) in [
            (format!("\"other\", {tag}"), 200),
            ("*".to_owned(), 200),
            (format!("W/{tag}"), 412),
            ("\"other\", W/\"more\"".to_owned(), 412),
            ("no-quotes".to_owned(), 400),
        ]
        .into_iter()
        .enumerate()
        {
            let patch = json!({"properties": {"x": x}});
            let answer = ask(Method::PATCH, &[("if-match", &header)], Some(&patch)).await;
            assert_eq!(answer.status, status, "{header}: {}", answer.body);
        }
        let two = [("if-match", "\"other\""), ("if-match", "*")];
        assert_eq!(ask(Method::PATCH, &two, Some(&json!({}))).await.status, 412, "* stands alone");
        tag = sandbox.get("ann", &path).await.header("etag").to_owned();
        for header in [format!("\"other\", W/{tag}"), tag.clone(), "*".to_owned()] {
            assert_eq!(ask(Method::GET, &[("if-none-match", &header)], None).await.status, 304, "{header}");
        }
        assert_eq!(ask(Method::GET, &[("if-none-match", "\"other\"")], None).await.status, 200);
        ask(Method::DELETE, &[("if-match", "*")], None).await.expect(204);
        ask(Method::DELETE, &[("if-match", "*")], None).await.expect_code(404, "catalog/no-such-item");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn changes_at_the_same_time_all_come_through() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        sandbox.item("ann", "c", &item("a", BOX, TIME)).await;
        let path = format!("{ITEMS}/a");
        let names: Vec<_> = (0..10).map(|n| format!("x{n}")).collect();
        for round in 0..3 {
            let change = async |name: &String| {
                sandbox.patch("ann", &path, &json!({"properties": {name: round}})).await.expect(200);
            };
            futures::future::join_all(names.iter().map(change)).await;
            let read = sandbox.get("ann", &path).await.expect(200);
            for name in &names {
                assert_eq!(read["properties"][name], round, "{name}");
            }
        }
        sandbox.close().await;
    }
}

#[tokio::test]
async fn a_record_has_only_so_much_text() {
    for sandbox in Sandbox::each_with(|config| config.document_bytes_max = 4_096).await {
        sandbox.collection("c").await;
        let long = |mut document: Value, member: &str| {
            document[member] = json!("x".repeat(5_000));
            document
        };
        let large = long(item("large", BOX, TIME), "note");
        let refused = sandbox.post("ann", ITEMS, &large).await;
        refused.expect_code(413, "catalog/document-too-large");
        assert!(refused.body["detail"].as_str().unwrap().contains("the item large has 5"), "{}", refused.body);
        sandbox.item("ann", "c", &item("a", BOX, TIME)).await;
        let patch = json!({"note": "x".repeat(5_000)});
        sandbox.patch("ann", &format!("{ITEMS}/a"), &patch).await.expect_code(413, "catalog/document-too-large");
        let both = json!({"type": "FeatureCollection", "features": [large, item("b", BOX, TIME)]});
        let report = sandbox.post("ann", ITEMS, &both).await.expect(201);
        assert_eq!((&report["inserted"], &report["errors"][0]["id"]), (&json!(1), &json!("large")));
        let collection = long(crate::sandbox::collection("large"), "description");
        sandbox.post("ann", "/data/collections", &collection).await.expect_code(413, "catalog/document-too-large");
        let catalog = long(json!({"id": "large", "type": "Catalog"}), "description");
        let answer = sandbox.post("ann", "/data/catalogs/users/ann", &catalog).await;
        answer.expect_code(413, "catalog/document-too-large");
        sandbox.close().await;
    }
}
