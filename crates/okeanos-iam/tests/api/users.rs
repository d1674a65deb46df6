//! `/iam/me`, `/iam/users`, `/iam/audit`.

use reqwest::StatusCode;
use serde_json::json;

use crate::world::{World, json_of, refused};

#[tokio::test]
async fn a_user_is_created_changed_listed_and_deleted_for_good() {
    let world = World::new().await;
    let answer = world.post("/iam/users", &world.admin, &json!({"name": "ann", "display_name": "Ann"})).await;
    assert!(answer.headers()["location"].to_str().unwrap().ends_with("/iam/users/ann"));
    let ann = json_of(answer, StatusCode::CREATED).await;
    assert_eq!((&ann["display_name"], &ann["admin"], &ann["suspended"]), (&json!("Ann"), &json!(false), &json!(false)));
    refused(
        world.post("/iam/users", &world.admin, &json!({"name": "ann"})).await,
        StatusCode::CONFLICT,
        "iam/name-taken",
    )
    .await;
    let changed = world.patch("/iam/users/ann", &world.admin, &json!({"display_name": "Ann B."})).await;
    assert_eq!(json_of(changed, StatusCode::OK).await["display_name"], "Ann B.");
    assert_eq!(world.delete("/iam/users/ann", &world.admin).await.status(), StatusCode::NO_CONTENT);
    refused(world.get("/iam/users/ann", &world.admin).await, StatusCode::NOT_FOUND, "iam/no-such-user").await;
    // Nobody inherits the buckets of one who has left.
    refused(
        world.post("/iam/users", &world.admin, &json!({"name": "ann"})).await,
        StatusCode::CONFLICT,
        "iam/name-taken",
    )
    .await;
}

#[tokio::test]
async fn names_play_no_tricks() {
    let world = World::new().await;
    for name in ["Ann", "a", "../ann", "ann/", "ann\u{0}", "аnn", "-ann", "ann-", "", " ann", &"a".repeat(33)] {
        let answer = world.post("/iam/users", &world.admin, &json!({"name": name})).await;
        refused(answer, StatusCode::BAD_REQUEST, "iam/bad-name").await;
    }
    for name in ["admin", "public", "platform"] {
        let answer = world.post("/iam/users", &world.admin, &json!({"name": name})).await;
        refused(answer, StatusCode::BAD_REQUEST, "iam/reserved-name").await;
    }
    let answer = world.post("/iam/users", &world.admin, &json!({"name": "ann", "role": "owner"})).await;
    refused(answer, StatusCode::BAD_REQUEST, "platform/bad-json").await;
}

#[tokio::test]
async fn lists_page_to_the_end() {
    let world = World::new().await;
    for name in ["ann", "bob", "eve"] {
        world.person(name).await;
    }
    let (mut seen, mut next) = (Vec::new(), Some(format!("{}/iam/users?limit=2", world.base)));
    while let Some(url) = next.take() {
        let page = json_of(world.http.get(url).bearer_auth(&world.admin).send().await.unwrap(), StatusCode::OK).await;
        seen.extend(page["users"].as_array().unwrap().iter().map(|u| u["name"].as_str().unwrap().to_owned()));
        let links = page["links"].as_array().unwrap();
        next = links.iter().find(|l| l["rel"] == "next").map(|l| l["href"].as_str().unwrap().to_owned());
        assert!(seen.len() <= 4);
    }
    assert_eq!(seen, ["admin", "ann", "bob", "eve"]);
    for query in ["limit=0", "limit=-1", "limit=99999999999", "after=%27"] {
        let answer = world.get(&format!("/iam/users?{query}"), &world.admin).await;
        refused(answer, StatusCode::BAD_REQUEST, "iam/bad-page").await;
    }
}

#[tokio::test]
async fn a_suspended_user_loses_everything_at_once() {
    let world = World::new().await;
    let token = world.person("ann").await;
    let jwt = json_of(world.post("/iam/access-tokens", &token, &json!({})).await, StatusCode::OK).await;
    let jwt = jwt["access_token"].as_str().unwrap().to_owned();
    let s3 = json_of(world.post("/iam/s3-credentials", &token, &json!({})).await, StatusCode::OK).await;
    let key = s3["AccessKeyId"].as_str().unwrap().to_owned();
    let link =
        json_of(world.post("/iam/users/ann/sign-in-links", &world.admin, &json!({})).await, StatusCode::CREATED).await;
    let link = link["url"].as_str().unwrap().split("token=").nth(1).unwrap().to_owned();
    let session = world.session(&link).await;
    let by_session = || world.http.get(format!("{}/iam/me", world.base)).header("cookie", &session).send();
    assert_eq!(by_session().await.unwrap().status(), StatusCode::OK);
    assert_eq!(world.get("/iam/me", &jwt).await.status(), StatusCode::OK);
    let asked = || okeanos_proto::iam::v1::GetS3KeyRequest { access_key_id: key.clone() };
    assert!(world.rpc().get_s3_key(asked()).await.is_ok());

    world.patch("/iam/users/ann", &world.admin, &json!({"suspended": true})).await;
    assert_eq!(by_session().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    for credential in [&token, &jwt] {
        refused(world.get("/iam/me", credential).await, StatusCode::UNAUTHORIZED, "auth/bad-credential").await;
    }
    assert_eq!(world.rpc().get_s3_key(asked()).await.unwrap_err().code(), tonic::Code::NotFound);
    let answer = world.post("/iam/users/ann/sign-in-links", &world.admin, &json!({})).await;
    refused(answer, StatusCode::FORBIDDEN, "iam/suspended").await;

    // On return the token is good again; the session and the S3 key are not.
    world.patch("/iam/users/ann", &world.admin, &json!({"suspended": false})).await;
    assert_eq!(world.get("/iam/me", &token).await.status(), StatusCode::OK);
    assert_eq!(by_session().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert!(world.rpc().get_s3_key(asked()).await.is_err());
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let world = World::new().await;
    for change in [json!({"admin": false}), json!({"suspended": true})] {
        refused(world.patch("/iam/users/admin", &world.admin, &change).await, StatusCode::CONFLICT, "iam/last-admin")
            .await;
    }
    refused(world.delete("/iam/users/admin", &world.admin).await, StatusCode::CONFLICT, "iam/last-admin").await;
    world.person("ann").await;
    world.patch("/iam/users/ann", &world.admin, &json!({"admin": true})).await;
    let demoted = world.patch("/iam/users/admin", &world.admin, &json!({"admin": false})).await;
    assert_eq!(demoted.status(), StatusCode::OK);
    // The token still says admin; the person does not.
    refused(world.get("/iam/users", &world.admin).await, StatusCode::FORBIDDEN, "auth/not-allowed").await;
}

#[tokio::test]
async fn the_audit_trail_tells_who_did_what() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    world.post("/iam/s3-credentials", &ann, &json!({})).await;
    let trail = json_of(world.get("/iam/audit", &world.admin).await, StatusCode::OK).await;
    let entries: Vec<_> = trail["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["actor"].as_str().unwrap(), e["action"].as_str().unwrap()))
        .collect();
    assert_eq!(entries[0], ("ann", "s3-credentials.issued"));
    assert!(entries.contains(&("admin", "user.created")) && entries.contains(&("admin", "token.created")));
    assert!(!trail.to_string().contains(ann.split('_').nth(2).unwrap()));
}

#[tokio::test]
async fn me_knows_the_buckets() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    world.post("/iam/groups", &world.admin, &json!({"name": "reef"})).await;
    world.put("/iam/groups/reef/members/ann", &world.admin).await;
    let me = json_of(world.get("/iam/me/", &ann).await, StatusCode::OK).await;
    assert_eq!(me["buckets"], json!(["user-ann", "project-reef"]));
    assert_eq!(me["scopes"], json!(["read", "write", "execute"]));
}
