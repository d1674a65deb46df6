//! `/data`, `/data/conformance`, `/data/queryables`, `/data/children`.

use serde_json::Value;

use crate::sandbox::{Sandbox, href, link};

#[tokio::test]
async fn the_landing_page_leads_everywhere() {
    for sandbox in Sandbox::each().await {
        let answer = sandbox.get("", "/data/").await;
        assert_eq!(answer.header("content-type"), "application/json");
        let page = answer.expect(200);
        assert_eq!(page["type"], "Catalog");
        assert_eq!(href(&page, "self"), Some(format!("{}/data", sandbox.url).as_str()));
        let classes: Vec<&str> = page["conformsTo"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(classes.contains(&"https://api.stacspec.org/v1.0.0/item-search"), "pystac-client reads only 1.0");
        assert!(classes.contains(&"https://api.stacspec.org/v1.1.0/item-search"));
        for rel in ["root", "conformance", "data", "search", "children", "child"] {
            let answer = sandbox.get("", href(&page, rel).unwrap()).await;
            assert_eq!(answer.status, 200, "{rel}");
            let said = link(&page, rel).unwrap()["type"].as_str().unwrap();
            assert_eq!(answer.header("content-type"), said, "{rel}");
        }
        let conformance = sandbox.get("", "/data/conformance").await.expect(200);
        assert_eq!(conformance["conformsTo"], page["conformsTo"]);
        let description = sandbox.get("", href(&page, "service-desc").unwrap()).await;
        assert!(description.header("content-type").starts_with("application/vnd.oai.openapi+json"));
        assert!(description.expect(200)["paths"]["/data/search"]["post"].is_object());
        sandbox.close().await;
    }
}

#[tokio::test]
async fn children_are_the_documents_behind_the_child_links() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        let landing = sandbox.get("", "/data").await.expect(200);
        let mut behind = Vec::new();
        for link in landing["links"].as_array().unwrap().iter().filter(|l| l["rel"] == "child") {
            behind.push(sandbox.get("", link["href"].as_str().unwrap()).await.expect(200));
        }
        let children = sandbox.get("", "/data/children").await.expect(200);
        assert_eq!(children["children"], Value::Array(behind));
        sandbox.close().await;
    }
}

#[tokio::test]
async fn every_item_is_reached_by_child_and_item_links() {
    for sandbox in Sandbox::each().await {
        for collection in ["a", "b"] {
            sandbox.collection(collection).await;
            for n in 0..3 {
                let item =
                    crate::sandbox::item(&format!("{collection}{n}"), [0.0, 0.0, 1.0, 1.0], "2020-01-01T00:00:00Z");
                sandbox.item("ann", collection, &item).await;
            }
        }
        let (mut open, mut items) = (vec![format!("{}/data", sandbox.url)], Vec::new());
        let mut pages = 0;
        while let Some(url) = open.pop() {
            pages += 1;
            assert!(pages < 100, "the tree is a tree");
            let page = sandbox.get("", &url).await.expect(200);
            assert_eq!(href(&page, "root"), Some(format!("{}/data", sandbox.url).as_str()));
            for link in page["links"].as_array().unwrap() {
                match link["rel"].as_str().unwrap() {
                    "child" => open.push(link["href"].as_str().unwrap().to_owned()),
                    "item" => {
                        items.push(sandbox.get("", link["href"].as_str().unwrap()).await.expect(200)["id"].clone());
                    }
                    _ => {}
                }
            }
        }
        items.sort_by_key(ToString::to_string);
        assert_eq!(items, ["a0", "a1", "a2", "b0", "b1", "b2"]);
        sandbox.close().await;
    }
}

#[tokio::test]
async fn queryables_are_a_schema_with_its_own_address() {
    for sandbox in Sandbox::each().await {
        let answer = sandbox.get("", "/data/queryables").await;
        assert_eq!(answer.header("content-type"), "application/schema+json");
        assert_eq!(answer.expect(200)["$id"], format!("{}/data/queryables", sandbox.url));
        sandbox.close().await;
    }
}
