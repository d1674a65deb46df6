//! `/iam/access-tokens`, `/iam/s3-credentials`, `/iam/jwks`.

use std::collections::BTreeSet;

use jsonwebtoken::jwk::JwkSet;
use okeanos_proto::iam::v1::{GetS3KeyRequest, IssueDelegationRequest};
use reqwest::StatusCode;
use serde_json::json;
use time::OffsetDateTime;

use crate::world::{World, json_of, refused};

const DAY_S: i64 = 24 * 60 * 60;

async fn access_token(world: &World, with: &str) -> String {
    let issued = json_of(world.post("/iam/access-tokens", with, &json!({})).await, StatusCode::OK).await;
    assert_eq!(issued["expires_in"], 900);
    issued["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_access_token_is_good_for_fifteen_minutes_and_buys_nothing_longer() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let jwt = access_token(&world, &ann).await;
    let me = json_of(world.get("/iam/me", &jwt).await, StatusCode::OK).await;
    assert_eq!(me["name"], "ann");
    refused(world.post("/iam/access-tokens", &jwt, &json!({})).await, StatusCode::FORBIDDEN, "iam/weak-credential")
        .await;
    refused(world.post("/iam/tokens", &jwt, &json!({"name": "x"})).await, StatusCode::FORBIDDEN, "iam/weak-credential")
        .await;
    let answer = world.post("/iam/s3-credentials", &jwt, &json!({"duration_s": 3601})).await;
    refused(answer, StatusCode::BAD_REQUEST, "iam/bad-lifetime").await;
    let answer = world.post("/iam/access-tokens", &ann, &json!({"lifetime_s": 901})).await;
    refused(answer, StatusCode::BAD_REQUEST, "iam/bad-lifetime").await;
    world.pass(900 + 11);
    refused(world.get("/iam/me", &jwt).await, StatusCode::UNAUTHORIZED, "auth/bad-credential").await;
}

#[tokio::test]
async fn others_can_verify_with_the_published_keys_across_a_rotation() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let mut kids = BTreeSet::new();
    for day in 0..70 {
        let jwt = access_token(&world, &ann).await;
        let keys: JwkSet = world.get("/iam/jwks", "").await.json().await.unwrap();
        assert!((1..=3).contains(&keys.keys.len()));
        let now = OffsetDateTime::from_unix_timestamp(1_767_225_600 + day * DAY_S).unwrap();
        let claims = okeanos_auth::token::verify(&jwt, &keys, "http://okeanos.local", "okeanos", now).unwrap();
        assert_eq!((claims.sub.as_str(), claims.admin), ("ann", false));
        kids.insert(jsonwebtoken::decode_header(&jwt).unwrap().kid.unwrap());
        world.pass(DAY_S);
    }
    assert_eq!(kids.len(), 3);
    let keys: JwkSet = world.get("/iam/jwks", "").await.json().await.unwrap();
    assert!(!serde_json::to_string(&keys).unwrap().contains("\"d\""));
}

#[tokio::test]
async fn s3_credentials_have_the_shape_of_aws_and_end() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let issued = world.post("/iam/s3-credentials", &ann, &json!({"duration_s": 900, "scopes": ["read"]})).await;
    assert_eq!(issued.headers()["cache-control"], "no-store");
    let s3 = json_of(issued, StatusCode::OK).await;
    assert_eq!((&s3["Version"], &s3["Expiration"]), (&json!(1), &json!("2026-01-01T00:15:00Z")));
    let ask = || GetS3KeyRequest { access_key_id: s3["AccessKeyId"].as_str().unwrap().to_owned() };
    let key = world.rpc().get_s3_key(ask()).await.unwrap().into_inner();
    assert_eq!(
        (&json!(key.secret_access_key), &json!(key.session_token)),
        (&s3["SecretAccessKey"], &s3["SessionToken"])
    );
    let principal = key.principal.unwrap();
    assert_eq!((principal.name.as_str(), principal.scopes), ("ann", vec!["read".to_owned()]));
    let again = json_of(
        world.request(reqwest::Method::POST, "/iam/s3-credentials", &ann).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_ne!(again["SecretAccessKey"], s3["SecretAccessKey"]);
    let answer = world.post("/iam/s3-credentials", &ann, &json!({"duration_s": 43201})).await;
    refused(answer, StatusCode::BAD_REQUEST, "iam/bad-lifetime").await;
    world.pass(900);
    assert_eq!(world.rpc().get_s3_key(ask()).await.unwrap_err().code(), tonic::Code::NotFound);
}

#[tokio::test]
async fn s3_credentials_end_with_the_token_that_made_them() {
    let world = World::new().await;
    world.person("ann").await;
    let token = world.token_of("ann", &json!({"name": "laptop", "user": "ann", "lifetime_s": 3600})).await;
    let issue = async || {
        let answer = world.post("/iam/s3-credentials", &token, &json!({"duration_s": 43_200})).await;
        json_of(answer, StatusCode::OK).await
    };
    let s3 = issue().await;
    assert_eq!(s3["Expiration"], "2026-01-01T01:00:00Z", "no longer than the token lives");
    let ask = || GetS3KeyRequest { access_key_id: s3["AccessKeyId"].as_str().unwrap().to_owned() };
    assert!(world.rpc().get_s3_key(ask()).await.is_ok());
    let id = token.split('_').nth(1).unwrap();
    assert_eq!(world.delete(&format!("/iam/tokens/{id}"), &world.admin).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(world.rpc().get_s3_key(ask()).await.unwrap_err().code(), tonic::Code::NotFound);
}

#[tokio::test]
async fn s3_credentials_end_with_the_session_that_made_them() {
    let world = World::new().await;
    let session = world.session(&world.sign_in_token()).await;
    world.pass(60 * 60);
    let request = world.http.post(format!("{}/iam/s3-credentials", world.base));
    let request = request.header("cookie", session.as_str()).header("sec-fetch-site", "same-origin");
    let s3 = json_of(request.json(&json!({"duration_s": 43_200})).send().await.unwrap(), StatusCode::OK).await;
    assert_eq!(s3["Expiration"], "2026-01-01T12:00:00Z", "a session has 12 h, of which one has passed");

    let ask = || GetS3KeyRequest { access_key_id: s3["AccessKeyId"].as_str().unwrap().to_owned() };
    assert!(world.rpc().get_s3_key(ask()).await.is_ok());
    let out = world.http.post(format!("{}/iam/sign-out", world.base));
    let out = out.header("cookie", session.as_str()).header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert!(out.status().is_success(), "{}", out.status());
    assert_eq!(world.rpc().get_s3_key(ask()).await.unwrap_err().code(), tonic::Code::NotFound);
}

#[tokio::test]
async fn s3_credentials_are_listed_without_secrets_and_deleted_by_their_owner() {
    let world = World::new().await;
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let s3 = json_of(world.post("/iam/s3-credentials", &ann, &json!({"scopes": ["read"]})).await, StatusCode::OK).await;
    let id = s3["AccessKeyId"].as_str().unwrap();
    let of = async |who: &str, query: &str| {
        json_of(world.get(&format!("/iam/s3-credentials{query}"), who).await, StatusCode::OK).await
    };
    let list = of(&ann, "").await;
    let key = &list["s3_credentials"][0];
    assert_eq!((&key["AccessKeyId"], &key["scopes"], &key["job"]), (&json!(id), &json!(["read"]), &json!(false)));
    assert_eq!((&key["token"], &key["expires_at"]), (&json!(ann.split('_').nth(1)), &json!("2026-01-01T01:00:00Z")));
    for secret in ["SecretAccessKey", "SessionToken"] {
        assert!(!list.to_string().contains(s3[secret].as_str().unwrap()), "{secret}");
    }
    assert_eq!(of(&world.admin, "?user=ann").await["s3_credentials"].as_array().unwrap().len(), 1);
    assert_eq!(of(&bob, "").await["s3_credentials"], json!([]));
    refused(world.get("/iam/s3-credentials?user=ann", &bob).await, StatusCode::FORBIDDEN, "auth/not-allowed").await;

    let path = format!("/iam/s3-credentials/{id}");
    refused(world.delete(&path, "").await, StatusCode::UNAUTHORIZED, "auth/not-signed-in").await;
    refused(world.delete(&path, &bob).await, StatusCode::NOT_FOUND, "iam/no-such-s3-key").await;
    let reader = world.token_of("ann", &json!({"name": "r", "user": "ann", "scopes": ["read"]})).await;
    refused(world.delete(&path, &reader).await, StatusCode::FORBIDDEN, "auth/not-allowed").await;
    let ask = || GetS3KeyRequest { access_key_id: id.to_owned() };
    assert!(world.rpc().get_s3_key(ask()).await.is_ok());
    assert_eq!(world.delete(&path, &ann).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(world.rpc().get_s3_key(ask()).await.unwrap_err().code(), tonic::Code::NotFound);
    assert_eq!(of(&ann, "").await["s3_credentials"], json!([]));
    refused(world.delete(&path, &ann).await, StatusCode::NOT_FOUND, "iam/no-such-s3-key").await;
}

#[tokio::test]
async fn too_many_s3_credentials_are_refused_and_stop_no_job() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let delegation = || IssueDelegationRequest { user: "ann".into(), lifetime_s: 600 };
    world.rpc().issue_delegation(delegation()).await.unwrap();
    let nothing = json!({});
    for _ in 0..50 {
        let issued = (0..20).map(|_| world.post("/iam/s3-credentials", &ann, &nothing));
        let issued = futures::future::join_all(issued).await;
        assert!(issued.iter().all(|a| a.status() == StatusCode::OK), "those of jobs do not count");
    }
    let one_more = world.post("/iam/s3-credentials", &ann, &json!({})).await;
    refused(one_more, StatusCode::CONFLICT, "iam/too-many-s3-keys").await;
    world.rpc().issue_delegation(delegation()).await.unwrap();
    world.pass(60 * 60);
    assert_eq!(world.post("/iam/s3-credentials", &ann, &json!({})).await.status(), StatusCode::OK);
}
