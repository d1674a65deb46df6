//! `/iam/sign-in`, `/iam/sign-out`.

use reqwest::StatusCode;
use serde_json::json;

use crate::world::{World, json_of, refused};

#[tokio::test]
async fn a_link_works_once_even_in_parallel() {
    let world = World::new().await;
    let path = format!("/iam/sign-in?token={}&next=/map", world.sign_in_token());
    let answers = futures::future::join_all((0..50).map(|_| world.get(&path, ""))).await;
    let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status() == StatusCode::SEE_OTHER);
    assert_eq!(good.len(), 1);
    assert!(bad.iter().all(|a| matches!(a.status(), StatusCode::GONE | StatusCode::TOO_MANY_REQUESTS)));
    assert!(bad.iter().all(|a| !a.headers().contains_key("set-cookie")));
    let cookie = good[0].headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("okeanos_session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    assert!(cookie.contains("Path=/") && !cookie.contains("Secure"));
    assert_eq!(good[0].headers()["location"], "/map");
    assert_eq!(good[0].headers()["referrer-policy"], "no-referrer");
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure() {
    let world = World::with_public_url("https://ocean.example").await;
    let answer = world.get(&format!("/iam/sign-in?token={}", world.sign_in_token()), "").await;
    assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("Secure"));
}

#[tokio::test]
async fn a_link_leads_nowhere_else_and_is_not_lost_by_trying() {
    let world = World::new().await;
    let link = world.sign_in_token();
    for next in ["//evil.example", "https://evil.example", "%2F%5Cevil.example", "/a%0d%0aSet-Cookie:x=y"] {
        let answer = world.get(&format!("/iam/sign-in?token={link}&next={next}"), "").await;
        refused(answer, StatusCode::BAD_REQUEST, "iam/bad-next").await;
    }
    world.session(&link).await;
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_idleness_and_by_age() {
    let world = World::new().await;
    let me = |cookie: String| world.http.get(format!("{}/iam/me", world.base)).header("cookie", cookie).send();
    let link = || async {
        let made = world.post("/iam/users/admin/sign-in-links", &world.admin, &json!({})).await;
        let made = json_of(made, StatusCode::CREATED).await;
        made["url"].as_str().unwrap().split("token=").nth(1).unwrap().to_owned()
    };
    let session = world.session(&link().await).await;
    let out = |site: &'static str, cookie: String| {
        let request = world.http.post(format!("{}/iam/sign-out", world.base));
        request.header("cookie", cookie).header("sec-fetch-site", site).send()
    };
    assert_eq!(out("cross-site", session.clone()).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(me(session.clone()).await.unwrap().status(), StatusCode::OK);
    let answer = out("same-origin", session.clone()).await.unwrap();
    assert!(answer.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(me(session).await.unwrap().status(), StatusCode::UNAUTHORIZED);

    let session = world.session(&link().await).await;
    world.pass(91 * 60);
    assert_eq!(me(session).await.unwrap().status(), StatusCode::UNAUTHORIZED);

    let session = world.session(&link().await).await;
    for _ in 0..12 {
        assert_eq!(me(session.clone()).await.unwrap().status(), StatusCode::OK);
        world.pass(3600);
    }
    assert_eq!(me(session).await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_old_link_and_many_bad_ones_are_refused() {
    let world = World::new().await;
    world.pass(12 * 3600);
    let old = world.get(&format!("/iam/sign-in?token={}", world.sign_in_token()), "").await;
    refused(old, StatusCode::GONE, "iam/link-ended").await;
    for guess in 0..9 {
        refused(world.get(&format!("/iam/sign-in?token={guess:064x}"), "").await, StatusCode::GONE, "iam/link-ended")
            .await;
    }
    let answer = world.get("/iam/sign-in?token=x", "").await;
    assert!(answer.headers().contains_key("retry-after"));
    refused(answer, StatusCode::TOO_MANY_REQUESTS, "iam/too-many-attempts").await;
}
