//! `/iam/tokens`.

use reqwest::StatusCode;
use serde_json::json;

use crate::world::{World, json_of, refused};

#[tokio::test]
async fn a_token_is_shown_once_and_ends_when_deleted_or_old() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let made = json_of(
        world.post("/iam/tokens", &ann, &json!({"name": "laptop", "lifetime_s": 3600})).await,
        StatusCode::CREATED,
    )
    .await;
    let (token, id) = (made["token"].as_str().unwrap(), made["id"].as_str().unwrap());
    assert_eq!(made["scopes"], json!(["read", "write", "execute"]));
    assert_eq!(world.get("/iam/me", token).await.status(), StatusCode::OK);
    let list = json_of(world.get("/iam/tokens", &ann).await, StatusCode::OK).await;
    let row = list["tokens"].as_array().unwrap().iter().find(|t| t["id"] == id).unwrap().clone();
    assert!(row["token"].is_null() && row["last_used_at"].is_string());
    assert!(!list.to_string().contains(token.split('_').nth(2).unwrap()));
    world.pass(3600);
    refused(world.get("/iam/me", token).await, StatusCode::UNAUTHORIZED, "auth/bad-credential").await;

    let made = json_of(world.post("/iam/tokens", &ann, &json!({"name": "b"})).await, StatusCode::CREATED).await;
    let (token, id) = (made["token"].as_str().unwrap(), made["id"].as_str().unwrap());
    assert_eq!(world.delete(&format!("/iam/tokens/{id}"), &ann).await.status(), StatusCode::NO_CONTENT);
    refused(world.get("/iam/me", token).await, StatusCode::UNAUTHORIZED, "auth/bad-credential").await;
    refused(world.delete(&format!("/iam/tokens/{id}"), &ann).await, StatusCode::NOT_FOUND, "iam/no-such-token").await;
}

#[tokio::test]
async fn no_token_reaches_further_or_lives_longer_than_the_one_that_made_it() {
    let world = World::new().await;
    world.person("ann").await;
    let body = json!({"name": "n", "user": "ann", "scopes": ["read", "write"], "lifetime_s": 600});
    let narrow = world.token_of("ann", &body).await;
    for scopes in [json!(["admin"]), json!(["read", "execute"])] {
        let answer = world.post("/iam/tokens", &narrow, &json!({"name": "x", "scopes": scopes})).await;
        refused(answer, StatusCode::FORBIDDEN, "iam/scope-not-held").await;
        let answer = world.post("/iam/access-tokens", &narrow, &json!({"scopes": scopes})).await;
        refused(answer, StatusCode::FORBIDDEN, "iam/scope-not-held").await;
        let answer = world.post("/iam/s3-credentials", &narrow, &json!({"scopes": scopes})).await;
        refused(answer, StatusCode::FORBIDDEN, "iam/scope-not-held").await;
    }
    let child = json_of(
        world.post("/iam/tokens", &narrow, &json!({"name": "c", "lifetime_s": 86400})).await,
        StatusCode::CREATED,
    )
    .await;
    assert_eq!(child["scopes"], json!(["read", "write"]));
    assert_eq!(child["expires_at"], "2026-01-01T00:10:00Z");
    // For somebody else, not even an administrator can give what that person has not.
    let answer =
        world.post("/iam/tokens", &world.admin, &json!({"name": "x", "user": "ann", "scopes": ["admin"]})).await;
    refused(answer, StatusCode::FORBIDDEN, "iam/scope-not-held").await;
    let answer = world.post("/iam/tokens", &narrow, &json!({"name": "x", "user": "admin"})).await;
    refused(answer, StatusCode::FORBIDDEN, "auth/not-allowed").await;
    let reader = world.token_of("ann", &json!({"name": "r", "user": "ann", "scopes": ["read"]})).await;
    let answer = world.post("/iam/tokens", &reader, &json!({"name": "x"})).await;
    refused(answer, StatusCode::FORBIDDEN, "auth/not-allowed").await;
}

#[tokio::test]
async fn guessing_a_secret_is_slowed_down() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let id = ann.split('_').nth(1).unwrap();
    for guess in 0..10 {
        let wrong = format!("okp_{id}_{guess:064x}");
        refused(world.get("/iam/me", &wrong).await, StatusCode::UNAUTHORIZED, "auth/bad-credential").await;
    }
    let guess = format!("okp_{id}_{:064x}", 11);
    let answer = world.get("/iam/me", &guess).await;
    assert!(answer.headers().contains_key("retry-after"));
    refused(answer, StatusCode::TOO_MANY_REQUESTS, "iam/too-many-attempts").await;
    assert_eq!(world.get("/iam/me", &ann).await.status(), StatusCode::OK, "who has the secret is not locked out");
    world.pass(61);
    refused(world.get("/iam/me", &guess).await, StatusCode::UNAUTHORIZED, "auth/bad-credential").await;
}

#[tokio::test]
async fn bad_requests_name_their_field() {
    let world = World::new().await;
    for (body, code) in [
        (json!({}), "platform/bad-json"),
        (json!({"name": "x", "scopes": []}), "iam/bad-scope"),
        (json!({"name": "x", "scopes": ["root"]}), "iam/bad-scope"),
        (json!({"name": "x", "lifetime_s": 59}), "iam/bad-lifetime"),
        (json!({"name": "x", "lifetime_s": -1}), "platform/bad-json"),
        (json!({"name": "x\u{202e}y"}), "iam/bad-text"),
        (json!({"name": "x".repeat(101)}), "iam/bad-text"),
    ] {
        let problem = json_of(world.post("/iam/tokens", &world.admin, &body).await, StatusCode::BAD_REQUEST).await;
        assert_eq!(problem["code"], code, "{body}");
        assert!(problem["field"].is_string());
    }
    let long = world.post("/iam/tokens", &world.admin, &json!({"name": "x".repeat(70_000)})).await;
    assert_eq!(long.status(), StatusCode::PAYLOAD_TOO_LARGE);
}
