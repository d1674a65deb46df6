//! `/edr`.

use reqwest::{StatusCode, header};
use serde_json::json;

use crate::world::World;

const OPEN: &str = "/edr/collections/c/instances/open/position";

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_series_at_one_depth() {
    let world = World::start().await;
    let coverage = world.json(&format!("{OPEN}?coords=POINT(-95%20-20)&z=0")).await;
    assert_eq!(coverage["domain"]["domainType"], "PointSeries");
    assert_eq!(coverage["domain"]["axes"]["x"]["values"], json!([-90.0]), "the cell's centre, from 270°");
    assert_eq!(coverage["domain"]["axes"]["y"]["values"], json!([-30.0]));
    assert_eq!(coverage["domain"]["axes"]["t"]["values"].as_array().unwrap().len(), 3);
    let range = &coverage["ranges"]["thetao"];
    let values: Vec<f64> = range["values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    assert!(values.iter().zip([27.0, 26.0, 25.0]).all(|(a, b)| (a - b).abs() < 1e-9), "{values:?}");
    assert_eq!((&range["shape"], &range["axisNames"]), (&json!([3, 1, 1, 1]), &json!(["t", "z", "y", "x"])));
    assert_eq!(coverage["parameters"]["thetao"]["unit"]["symbol"], "degC");
}

#[tokio::test(flavor = "multi_thread")]
async fn intervals_and_profiles() {
    let world = World::start().await;
    let profile = world.json(&format!("{OPEN}?coords=POINT(0%200)&datetime=2020-01-03")).await;
    assert_eq!(profile["domain"]["domainType"], "VerticalProfile");
    assert_eq!(profile["domain"]["axes"]["z"]["values"], json!([0.0, 100.0]));
    let some = world.json(&format!("{OPEN}?coords=POINT(0%200)&z=90/110&datetime=2020-01-02/..")).await;
    assert_eq!(some["ranges"]["thetao"]["shape"], json!([2, 1, 1, 1]));
    let deep = world.json(&format!("{OPEN}?coords=POINT(0%200)&z=50/..&datetime=2020-01-03")).await;
    assert_eq!(deep["domain"]["axes"]["z"]["values"], json!([100.0]));
    let missing = world.json(&format!("{OPEN}?coords=POINT(180%2060)&z=0&datetime=2020-01-03")).await;
    assert_eq!(missing["ranges"]["thetao"]["values"], json!([null]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table() {
    let world = World::start().await;
    let response = world.get(&format!("{OPEN}?coords=POINT(0%200)&z=0&f=csv"), None).await;
    assert!(response.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv"));
    let text = response.text().await.unwrap();
    let rows: Vec<_> = text.lines().collect();
    assert_eq!(rows[0], "time,z (m),longitude,latitude,thetao (degC)");
    assert_eq!(rows.len(), 4);
    assert!(rows[3].starts_with("2020-01-03T00:00:00Z,0,0,0,15"), "{}", rows[3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_answers_near_itself() {
    let world = World::start().await;
    let path = "/edr/collections/c/instances/station/position?coords=POINT(-5%2048)";
    let coverage = world.json(path).await;
    assert_eq!(coverage["ranges"]["wave"]["values"], json!([1.5, 2.5]));
    let near = "/edr/collections/c/instances/station/position?coords=POINT(-5.1%2048.1)";
    assert_eq!(world.json(near).await["domain"]["axes"]["x"]["values"], json!([-5.0]), "where the values are");
    let far = "/edr/collections/c/instances/station/position?coords=POINT(-5%2049)";
    assert_eq!(world.refusal(far, None).await.1, "explorer/no-cell-here");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_curvilinear_grid() {
    let world = World::start().await;
    let path = "/edr/collections/c/instances/curved/position?coords=POINT(195%209)&f=CoverageJSON";
    let coverage = world.json(path).await;
    assert_eq!(coverage["domain"]["domainType"], "Point");
    assert_eq!(coverage["ranges"]["zos"]["values"], json!([11.0]));
    // Where a tile is transparent there is no value either.
    let outside = "/edr/collections/c/instances/curved/position?coords=POINT(165%2025)";
    assert_eq!(world.refusal(outside, None).await.1, "explorer/no-cell-here");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_name_the_field() {
    let world = World::start().await;
    for (query, field) in [
        ("z=0", "coords"),
        ("coords=0,0", "coords"),
        ("coords=POINT(0%200)&datetime=then", "datetime"),
        ("coords=POINT(0%200)&z=deep", "z"),
        ("coords=POINT(0%200)&z=500/600", "z"),
        ("coords=POINT(0%200)&z=0,100", "z"),
        ("coords=POINT(0%200)&f=netcdf", "f"),
        ("coords=POINT(0%200)&crs=EPSG:3857", "crs"),
        ("coords=POINT(0%200)&parameter-name=,", "parameter-name"),
    ] {
        let refusal = world.refusal(&format!("{OPEN}?{query}"), None).await;
        assert_eq!(refusal, (400, "explorer/bad-parameter".into(), field.into()), "{query}");
    }
    let refusal = |query: &'static str| {
        let world = &world;
        async move { world.refusal(&format!("{OPEN}?{query}"), None).await.1 }
    };
    assert_eq!(refusal("coords=POINT(0%2089)").await, "explorer/no-cell-here");
    assert_eq!(refusal("coords=POINT(0%200)&datetime=1990-01-01/1991-01-01").await, "explorer/no-time-step");
    assert_eq!(refusal("coords=POINT(0%200)&parameter-name=salt").await, "explorer/no-such-variable");
    assert_eq!(refusal("coords=POINT(0%200)&parameter-name=thetao,lat").await, "explorer/bad-parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebodys_own_item_is_for_nobody_else() {
    let world = World::start().await;
    let path = "/edr/collections/c/instances/own/position?coords=POINT(0%200)";
    assert_eq!(world.get(path, None).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(world.get(path, Some("bob")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(world.get(path, Some("ann")).await.status(), StatusCode::OK);
    let thief = "/edr/collections/c/instances/thief/position?coords=POINT(0%200)";
    assert_eq!(world.refusal(thief, Some("bob")).await.0, 403);
}
