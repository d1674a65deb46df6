//! Every route with nobody, with a bad token and with the wrong person.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::World;

/// What a signed-in person without further rights may ask, and gets an answer to about itself.
const OF_ONESELF: [(&str, &str); 10] = [
    ("get", "/iam/me"),
    ("get", "/iam/groups"),
    ("get", "/iam/tokens"),
    ("post", "/iam/tokens"),
    ("post", "/iam/access-tokens"),
    ("get", "/iam/s3-credentials"),
    ("post", "/iam/s3-credentials"),
    ("post", "/iam/sign-out"),
    ("get", "/iam/jwks"),
    ("get", "/iam/sign-in"),
];

#[tokio::test]
async fn every_documented_route_refuses_nobody_bad_tokens_and_the_wrong_person() {
    let world = World::new().await;
    let (ann, bobs) = (world.person("ann").await, world.person("bob").await);
    world.post("/iam/groups", &world.admin, &json!({"name": "reef"})).await;
    let bobs_id = bobs.split('_').nth(1).unwrap();
    let document: Value = world.get("/api", "").await.json().await.unwrap();
    let paths = document["paths"].as_object().unwrap();
    let ours: Vec<_> = paths.iter().filter(|(path, _)| path.starts_with("/iam/")).collect();
    assert!(ours.len() >= 14, "{}", ours.len());
    for (template, operations) in ours {
        let thing = if template.contains("groups") { "reef" } else { "bob" };
        let path = template.replace("{name}", thing).replace("{user}", "bob").replace("{id}", bobs_id);
        for (method, operation) in operations.as_object().unwrap() {
            let verb: Method = method.to_uppercase().parse().unwrap();
            let open = operation["security"].as_array().is_some_and(Vec::is_empty);
            let case = format!("{method} {path}");
            if !open {
                for bad in ["", "okp_x", "nonsense", "a.b.c"] {
                    let answer = world.request(verb.clone(), &path, bad).json(&body(template)).send().await.unwrap();
                    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{case} with {bad:?}");
                }
            }
            if OF_ONESELF.contains(&(method, template)) {
                continue;
            }
            let answer = world.request(verb, &path, &ann).json(&body(template)).send().await.unwrap();
            let status = answer.status();
            assert!(matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{case} as ann: {status}");
            let problem: Value = answer.json().await.unwrap();
            assert!(problem["code"].as_str().is_some_and(|c| c != "platform/no-such-route"), "{case}: {problem}");
        }
    }
    // Nothing of it has happened.
    assert_eq!(world.get("/iam/me", &bobs).await.status(), StatusCode::OK);
}

/// A good body, so that only the caller is at fault.
fn body(template: &str) -> Value {
    match template {
        "/iam/users" | "/iam/groups" => json!({"name": "carol"}),
        "/iam/tokens" => json!({"name": "t"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_code_has_a_page() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors/iam");
    let source = include_str!("../../src/domain/error.rs");
    let codes: Vec<_> = source.split("\"iam/").skip(1).filter_map(|s| s.split('"').next()).collect();
    assert!(codes.len() > 15);
    for code in codes {
        assert!(std::path::Path::new(pages).join(format!("{code}.md")).exists(), "docs/errors/iam/{code}.md");
    }
}
