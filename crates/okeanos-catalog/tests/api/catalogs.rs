//! `/data/catalogs`.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, collection, href, item, link};

fn catalog(id: &str) -> Value {
    json!({"id": id, "type": "Catalog", "title": format!("The {id}"), "description": "For a test", "links": []})
}

fn children(page: &Value) -> Vec<&str> {
    let links = page["links"].as_array().unwrap().iter().filter(|l| l["rel"] == "child");
    links.map(|l| l["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_person_makes_a_tree() {
    for sandbox in Sandbox::each().await {
        let own = "/data/catalogs/users/ann";
        assert!(children(&sandbox.get("ann", own).await.expect(200)).is_empty());
        sandbox
            .post("ann", &format!("{own}/reefs/"), &catalog("deep"))
            .await
            .expect_code(404, "catalog/no-such-catalog");
        let created = sandbox.post("ann", own, &catalog("reefs")).await;
        assert!(created.header("location").ends_with("/data/catalogs/users/ann/reefs"));
        created.expect(201);
        sandbox.post("ann", own, &catalog("reefs")).await.expect_code(409, "catalog/catalog-exists");
        sandbox.post("ann", &format!("{own}/reefs?visibility=public"), &catalog("deep")).await.expect(201);
        let reefs = sandbox.get("ann", &format!("{own}/reefs")).await.expect(200);
        assert_eq!(children(&reefs), ["The deep"]);
        assert_eq!(reefs["okeanos:visibility"], "private");
        let url = |path: &str| format!("{}/data/catalogs/users{path}", sandbox.url);
        assert_eq!(href(&reefs, "parent"), Some(url("/ann").as_str()));
        assert_eq!(href(&reefs, "self"), Some(url("/ann/reefs").as_str()));
        assert!(reefs.get("conformsTo").is_none());

        sandbox.get("", &format!("{own}/reefs")).await.expect_code(404, "catalog/no-such-catalog");
        sandbox.get("bob", &format!("{own}/reefs/deep")).await.expect(200);
        let users = sandbox.get("", "/data/catalogs/users").await.expect(200);
        assert_eq!(children(&users), ["ann"], "there is a public catalog in it");
        assert_eq!(children(&sandbox.get("", "/data/catalogs").await.expect(200)), ["projects", "users"]);

        sandbox.delete("ann", &format!("{own}/reefs")).await.expect_code(400, "catalog/catalog-not-empty");
        sandbox.delete("ann", &format!("{own}/reefs?_force=1")).await.expect(204);
        sandbox.get("ann", &format!("{own}/reefs/deep")).await.expect_code(404, "catalog/no-such-catalog");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn a_catalog_refers_to_collections_and_items() {
    for sandbox in Sandbox::each().await {
        let own = "/data/catalogs/projects/reef";
        sandbox.post("ann", own, &catalog("bleaching")).await.expect(201);
        let path = format!("{own}/bleaching");
        sandbox.post("ann", &path, &collection("c")).await.expect_code(404, "catalog/no-such-collection");
        sandbox.collection("c").await;
        sandbox.item("ann", "c", &item("a b", [0.0; 4], "2020-01-01T00:00:00Z")).await;
        sandbox.post("ann", &path, &collection("c")).await.expect(201);
        sandbox.post("ann", &path, &collection("c")).await.expect_code(409, "catalog/catalog-exists");

        let with_links = |links: Value| {
            let mut document = catalog("bleaching");
            document["links"] = links;
            document
        };
        let local = |id: &str| format!("{}/data/collections/c/items/{id}", sandbox.url);
        let missing = with_links(json!([{"rel": "about", "href": "x"}, {"rel": "item", "href": local("none")}]));
        let answer = sandbox.put("ann", &path, &missing).await;
        assert_eq!((answer.status, &answer.body["field"]), (400, &json!("/links/1/href")));
        let good = with_links(
            json!([{"rel": "item", "href": local("a%20b")}, {"rel": "item", "href": "https://example.org/i"}]),
        );
        sandbox.put("ann", &path, &good).await.expect(200);
        let mut renamed = catalog("bleaching");
        renamed.as_object_mut().unwrap().remove("links");
        renamed["title"] = json!("Renamed");
        let read = sandbox.put("ann", &path, &renamed).await.expect(200);
        assert_eq!(href(&read, "item"), Some(local("a%20b").as_str()), "a document without links leaves links alone");
        assert_eq!((&read["title"], children(&read)), (&json!("Renamed"), vec!["The c"]));

        sandbox.delete("ann", &format!("{path}/c")).await.expect(204);
        let read = sandbox.get("ann", &path).await.expect(200);
        assert!(children(&read).is_empty());
        sandbox.get("", "/data/collections/c").await.expect(200);
        sandbox.delete("ann", &format!("{path}/c")).await.expect_code(404, "catalog/no-such-catalog");
        assert!(link(&read, "item").is_some());
        sandbox.close().await;
    }
}

#[tokio::test]
async fn wrong_catalogs_are_refused() {
    for sandbox in Sandbox::each().await {
        let own = "/data/catalogs/users/ann";
        let field = async |document: Value| {
            let answer = sandbox.post("ann", own, &document).await;
            (answer.status, answer.body["field"].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(field(json!({"id": "x", "description": "d"})).await, (400, "/type".into()));
        assert_eq!(field(json!({"id": "x", "type": "Catalog"})).await, (400, "/description".into()));
        assert_eq!(field(catalog("a/b")).await, (400, "/id".into()));
        let mut elsewhere = catalog("x");
        elsewhere["links"] = json!([{"rel": "parent", "href": format!("{}/data/catalogs/users/bob", sandbox.url)}]);
        assert_eq!(field(elsewhere.clone()).await, (400, "/links/0/href".into()));
        elsewhere["links"] = json!([{"rel": "parent", "href": format!("{}{own}/", sandbox.url)}]);
        assert_eq!(field(elsewhere).await.0, 201);
        for reserved in ["users", "collections", "projects"] {
            sandbox.post("admin", "/data/catalogs", &catalog(reserved)).await.expect_code(400, "catalog/reserved-name");
        }
        sandbox.post("admin", "/data/catalogs/users", &catalog("eve")).await.expect_code(400, "catalog/reserved-name");
        sandbox.post("admin", "/data/catalogs", &catalog("emodnet")).await.expect(201);
        assert_eq!(
            children(&sandbox.get("", "/data/catalogs").await.expect(200)),
            ["projects", "users", "The emodnet"]
        );
        sandbox.close().await;
    }
}

#[tokio::test]
async fn what_somebody_keeps_in_their_namespace_is_told_to_nobody_else() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        for (own, none) in [("users/ann", "users/nobody"), ("projects/reef", "projects/nothing")] {
            let path = |name: &str| format!("/data/catalogs/{name}");
            sandbox.post("ann", &path(own), &collection("c")).await.expect(201);
            sandbox.post("ann", &path(own), &catalog("hidden")).await.expect(201);
            for who in ["ann", "admin"] {
                let page = sandbox.get(who, &path(own)).await.expect(200);
                assert_eq!(children(&page), ["The hidden", "The c"], "{who}");
            }
            for who in ["", "bob"] {
                let page = sandbox.get(who, &path(own)).await.expect(200);
                let name = |path: &str| path.split_once('/').unwrap().1.to_owned();
                let nobodys = sandbox.get(who, &path(none)).await.expect(200);
                let renamed = nobodys.to_string().replace(&name(none), &name(own));
                assert_eq!(page.to_string(), renamed, "{who}: as if there were nothing");
            }
            let refused = async |name: &str| {
                let answer = sandbox.delete("bob", &format!("{}/{name}?_force=1", path(own))).await;
                (answer.status, answer.body["code"].clone())
            };
            assert_eq!(refused("hidden").await, refused("none").await);
            assert_eq!(refused("hidden").await.0, 403);
        }
        sandbox.close().await;
    }
}

#[tokio::test]
async fn more_deletes_at_once_than_there_are_connections() {
    for sandbox in Sandbox::each().await {
        let own = "/data/catalogs/users/ann";
        let names: Vec<_> = (0..16).map(|n| format!("c{n}")).collect();
        for name in &names {
            sandbox.post("ann", own, &catalog(name)).await.expect(201);
        }
        let delete = async |name: &String| sandbox.delete("ann", &format!("{own}/{name}")).await.expect(204);
        futures::future::join_all(names.iter().map(delete)).await;
        assert!(children(&sandbox.get("ann", own).await.expect(200)).is_empty());
        sandbox.close().await;
    }
}
