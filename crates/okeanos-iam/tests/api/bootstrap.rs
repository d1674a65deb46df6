//! The first administrator.

use std::os::unix::fs::PermissionsExt;

use reqwest::StatusCode;

use crate::world::{World, json_of, refused};

#[tokio::test]
async fn the_first_start_makes_an_administrator_and_every_start_a_fresh_link() {
    let world = World::new().await;
    for file in ["admin.token", "sign-in.token"] {
        let mode = std::fs::metadata(world.dir.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let (token, link) = (world.admin.clone(), world.sign_in_token());
    let me = json_of(world.get("/iam/me", &token).await, StatusCode::OK).await;
    assert_eq!((me["name"].as_str(), me["admin"].as_bool()), (Some("admin"), Some(true)));

    let world = world.restart().await;
    assert_eq!(world.admin, token);
    assert_ne!(world.sign_in_token(), link);
    refused(world.get(&format!("/iam/sign-in?token={link}"), "").await, StatusCode::GONE, "iam/link-ended").await;
    world.session(&world.sign_in_token()).await;

    // Whoever has put the token away finds no new one.
    std::fs::remove_file(world.dir.path().join("admin.token")).unwrap();
    let world = world.restart().await;
    assert!(!world.dir.path().join("admin.token").exists());
    assert_eq!(world.get("/iam/me", &token).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_was_issued_survives_a_restart() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let jwt = json_of(world.post("/iam/access-tokens", &ann, &serde_json::json!({})).await, StatusCode::OK).await;
    let world = world.restart().await;
    assert_eq!(world.get("/iam/me", jwt["access_token"].as_str().unwrap()).await.status(), StatusCode::OK);
}
