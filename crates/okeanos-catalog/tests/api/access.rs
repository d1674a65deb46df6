//! Every route × {no token, wrong person, a credential that only reads}.

use reqwest::Method;
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, collection, item, seen_by};

#[tokio::test]
async fn nobody_writes_without_a_token_and_nobody_what_is_not_theirs() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        sandbox.item("ann", "c", &item("open", [0.0; 4], "2020-01-01T00:00:00Z")).await;
        sandbox.item("ann", "c", &seen_by(item("hidden", [0.0; 4], "2020-01-01T00:00:00Z"), "private")).await;
        let tree = json!({"id": "t", "type": "Catalog", "description": "d"});
        sandbox.post("ann", "/data/catalogs/users/ann?visibility=public", &tree).await.expect(201);
        let new = item("new", [0.0; 4], "2020-01-01T00:00:00Z");
        let open = item("open", [0.0; 4], "2020-01-01T00:00:00Z");
        let hidden = item("hidden", [0.0; 4], "2020-01-01T00:00:00Z");
        let (post, put, patch, delete) = (Method::POST, Method::PUT, Method::PATCH, Method::DELETE);
        // Path, method, body, and what bob gets, who is signed in and not ann.
        let routes: Vec<(Method, &str, Option<Value>, u16)> = vec![
            (post.clone(), "/data/collections", Some(collection("climate_forecast-x")), 400),
            (put.clone(), "/data/collections/c", Some(collection("c")), 403),
            (delete.clone(), "/data/collections/c", None, 403),
            (post.clone(), "/data/collections/c/items?owner=user-ann", Some(new), 403),
            (put.clone(), "/data/collections/c/items/open", Some(open.clone()), 403),
            (put.clone(), "/data/items/open", Some(open), 403),
            (put.clone(), "/data/collections/c/items/hidden", Some(hidden), 404),
            (patch.clone(), "/data/collections/c/items/open", Some(json!({})), 403),
            (patch.clone(), "/data/items/open", Some(json!({})), 403),
            (patch, "/data/items/hidden", Some(json!({})), 404),
            (delete.clone(), "/data/collections/c/items/open", None, 403),
            (delete.clone(), "/data/items/open", None, 403),
            (delete.clone(), "/data/items/hidden", None, 404),
            (post.clone(), "/data/catalogs", Some(tree.clone()), 403),
            (post.clone(), "/data/catalogs/users/ann", Some(tree.clone()), 403),
            (post.clone(), "/data/catalogs/users/ann/t", Some(collection("c")), 403),
            (post, "/data/catalogs/projects/reef", Some(tree.clone()), 403),
            (put, "/data/catalogs/users/ann/t", Some(tree), 403),
            (delete, "/data/catalogs/users/ann/t", None, 403),
        ];
        for (method, path, body, wrong_person) in routes {
            for (who, expected) in [("", 401), ("nonsense", 401), ("reader", 403), ("bob", wrong_person)] {
                let answer = sandbox.send(who, method.clone(), path, &[], body.as_ref()).await;
                assert_eq!(answer.status, expected, "{who:?} {method} {path}: {}", answer.body);
                assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
            }
        }
        sandbox.get("", "/data/collections/c/items/open").await.expect(200);
        sandbox.close().await;
    }
}

#[tokio::test]
async fn every_route_reads_without_a_token_and_none_with_a_bad_one() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        sandbox.item("ann", "c", &item("open", [0.0; 4], "2020-01-01T00:00:00Z")).await;
        sandbox.item("ann", "c", &seen_by(item("hidden", [0.0; 4], "2020-01-01T00:00:00Z"), "private")).await;
        for path in [
            "/data",
            "/data/conformance",
            "/data/queryables",
            "/data/children",
            "/data/search",
            "/data/collections",
            "/data/collections/c",
            "/data/collections/c/items",
            "/data/collections/c/items/open",
            "/data/items/open",
            "/data/catalogs",
            "/data/catalogs/users",
            "/data/catalogs/users/ann",
            "/data/catalogs/collections",
            "/data/catalogs/collections/c",
        ] {
            let answer = sandbox.get("", path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(!answer.body.to_string().contains("hidden"), "{path} shows what is private");
            assert_eq!(sandbox.get("nonsense", path).await.status, 401, "{path}");
        }
        let found = sandbox.post("", "/data/search", &json!({})).await;
        assert!(!found.body.to_string().contains("hidden"));
        assert_eq!(sandbox.post("nonsense", "/data/search", &json!({})).await.status, 401);
        sandbox.close().await;
    }
}
