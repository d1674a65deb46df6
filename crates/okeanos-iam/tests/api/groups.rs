//! `/iam/groups`.

use reqwest::StatusCode;
use serde_json::json;

use crate::world::{World, json_of, refused};

#[tokio::test]
async fn members_see_their_group_and_others_do_not() {
    let world = World::new().await;
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let made = world.post("/iam/groups", &world.admin, &json!({"name": "reef", "title": "Reef watch"})).await;
    assert_eq!(json_of(made, StatusCode::CREATED).await["title"], "Reef watch");
    for _ in 0..2 {
        assert_eq!(world.put("/iam/groups/reef/members/ann", &world.admin).await.status(), StatusCode::NO_CONTENT);
    }
    let group = json_of(world.get("/iam/groups/reef", &ann).await, StatusCode::OK).await;
    assert_eq!(group["members"], json!(["ann"]));
    refused(world.get("/iam/groups/reef", &bob).await, StatusCode::NOT_FOUND, "iam/no-such-group").await;
    assert_eq!(json_of(world.get("/iam/groups", &bob).await, StatusCode::OK).await["groups"], json!([]));
    assert_eq!(json_of(world.get("/iam/groups", &ann).await, StatusCode::OK).await["groups"][0]["name"], "reef");
    for _ in 0..2 {
        assert_eq!(world.delete("/iam/groups/reef/members/ann", &world.admin).await.status(), StatusCode::NO_CONTENT);
    }
    refused(world.get("/iam/groups/reef", &ann).await, StatusCode::NOT_FOUND, "iam/no-such-group").await;
}

#[tokio::test]
async fn both_sides_of_a_membership_must_exist() {
    let world = World::new().await;
    world.post("/iam/groups", &world.admin, &json!({"name": "reef"})).await;
    refused(world.put("/iam/groups/reef/members/ann", &world.admin).await, StatusCode::NOT_FOUND, "iam/no-such-user")
        .await;
    refused(world.put("/iam/groups/sea/members/admin", &world.admin).await, StatusCode::NOT_FOUND, "iam/no-such-group")
        .await;
    refused(
        world.post("/iam/groups", &world.admin, &json!({"name": "reef"})).await,
        StatusCode::CONFLICT,
        "iam/name-taken",
    )
    .await;
}
