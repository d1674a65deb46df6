//! `/tiles`.

use reqwest::{StatusCode, header};
use serde_json::json;

use crate::world::World;

const OPEN: &str = "/tiles/collections/c/items/open";
/// Ends of `viridis`.
const LOW: [u8; 4] = [0x44, 0x01, 0x54, 0xff];
const HIGH: [u8; 4] = [0xfd, 0xe7, 0x25, 0xff];

/// A tile's pixels as red, green, blue, alpha.
struct Picture(Vec<[u8; 4]>);

impl Picture {
    async fn get(world: &World, path: &str) -> Self {
        let response = world.get(path, None).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "image/png");
        let bytes = response.bytes().await.unwrap();
        let mut decoder = png::Decoder::new(std::io::Cursor::new(&bytes[..]));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height, info.color_type), (256, 256, png::ColorType::Rgba));
        Self(pixels.as_chunks::<4>().0.to_vec())
    }

    /// The pixel of a place on the tile of the whole world.
    fn at(&self, lon: f64, lat: f64) -> [u8; 4] {
        let x = (lon + 180.0) / 360.0;
        let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
        self.0[(y * 256.0) as usize * 256 + (x * 256.0) as usize]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_have_their_colours_north_up_and_missing_ones_none() {
    let world = World::start().await;
    let tile = Picture::get(&world, &format!("{OPEN}/WebMercatorQuad/0/0/0?range=0,25&palette=viridis")).await;
    assert_eq!(tile.at(5.0, 60.0), LOW, "0 °C in the north");
    assert_eq!(tile.at(5.0, -30.0), HIGH, "25 °C in the south");
    assert_eq!(tile.at(-90.0, -30.0), HIGH, "270° east is 90° west");
    assert_eq!(tile.at(-179.0, 60.0)[3], 0, "missing at 180°");
    assert_eq!(tile.at(0.0, 80.0)[3], 0, "outside the grid");
    let middle = tile.at(100.0, 2.0);
    assert!(middle != LOW && middle != HIGH && middle[3] == 255, "15 °C at the equator: {middle:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn time_and_depth_choose_the_slice() {
    let world = World::start().await;
    let base = format!("{OPEN}/WebMercatorQuad/0/0/0?palette=viridis");
    // The southern row: 25 °C now, 26 the day before; 5 more at 100 m.
    let day_before = Picture::get(&world, &format!("{base}&range=25,26&datetime=2020-01-02T03:00:00Z")).await;
    assert_eq!(day_before.at(0.0, -30.0), HIGH);
    let now = Picture::get(&world, &format!("{base}&range=25,26")).await;
    assert_eq!(now.at(0.0, -30.0), LOW);
    let deep = Picture::get(&world, &format!("{base}&range=29,30&depth=80")).await;
    assert_eq!(deep.at(0.0, -30.0), HIGH);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deeper_tile_continues_where_the_world_tile_is() {
    let world = World::start().await;
    // Zoom 1, row 1, column 0: the south-western quarter.
    let tile = Picture::get(&world, &format!("{OPEN}/WebMercatorQuad/1/1/0?range=0,25&palette=viridis")).await;
    // 30° south is 51 pixels below the equator at zoom 1… (asinh(tan 30°)/π × 256 ≈ 44.8).
    assert_eq!(tile.0[44 * 256 + 128], HIGH);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_curvilinear_grid_over_the_antimeridian() {
    let world = World::start().await;
    let path = "/tiles/collections/c/items/curved/WebMercatorQuad/0/0/0?range=0,11&palette=viridis";
    let tile = Picture::get(&world, path).await;
    assert_eq!(tile.at(165.0, -10.0), LOW, "the first cell");
    assert_eq!(tile.at(-165.0, 10.0), HIGH, "the last cell, beyond 180°");
    assert_eq!(tile.at(0.0, 0.0)[3], 0);
    assert_eq!(tile.at(165.0, 25.0)[3], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_says_what_there_is_to_see() {
    let world = World::start().await;
    let tileset = world.json(&format!("{OPEN}/tiles")).await;
    let rendering = &tileset["rendering"];
    assert_eq!(tileset["title"], "Temperature");
    assert_eq!((&rendering["unit"], &rendering["palette"]), (&json!("degC"), &json!("thermal")));
    assert_eq!(rendering["range"], json!([0.0, 27.0]), "of the first, middle and last time");
    assert_eq!(
        rendering["times"]["values"],
        json!(["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z", "2020-01-03T00:00:00Z"])
    );
    assert_eq!(rendering["depths"]["values"], json!([0.0, 100.0]));
    assert_eq!(tileset["boundingBox"]["lowerLeft"], json!([-180.0, -45.0]));
    let template = tileset["links"][2]["href"].as_str().unwrap();
    assert!(
        template.ends_with("/tiles/collections/c/items/open/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"),
        "{template}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_legend_shows_the_range() {
    let world = World::start().await;
    let response = world.get(&format!("{OPEN}/legend.svg?range=-2,30"), None).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "image/svg+xml");
    let svg = response.text().await.unwrap();
    assert!(svg.contains("Temperature (°C)") && svg.contains(">-2<") && svg.contains(">30<"), "{svg}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_tile_is_not_sent_again() {
    let world = World::start().await;
    let path = format!("{OPEN}/WebMercatorQuad/0/0/0");
    let tag = world.get(&path, None).await.headers()[header::ETAG].to_str().unwrap().to_owned();
    let again = world.get_with(&path, None, &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()[header::CACHE_CONTROL], "public, max-age=0, must-revalidate");
    let other = world.get_with(&format!("{path}?depth=100"), None, &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overwritten_file_has_other_pictures() {
    let world = World::start().await;
    let tile = async |headers: &[(header::HeaderName, &str)]| {
        world.get_with("/tiles/collections/c/items/file/WebMercatorQuad/0/0/0?range=0,25", None, headers).await
    };
    world.put("public/file.nc", include_bytes!("../../../okeanos-dataset/tests/data/classic.nc")).await;
    let before = tile(&[]).await;
    assert_eq!(before.status(), StatusCode::OK);
    let tag = before.headers()[header::ETAG].to_str().unwrap().to_owned();
    world.put("public/file.nc", include_bytes!("../../../okeanos-dataset/tests/data/packed.nc")).await;
    let after = tile(&[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(after.status(), StatusCode::OK, "what is known is old");
    assert_ne!(after.bytes().await.unwrap(), before.bytes().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bounds_of_a_curvilinear_grid_are_its_own() {
    let world = World::start().await;
    let bounds = world.json("/tiles/collections/c/items/curved/tiles").await["boundingBox"].clone();
    let (west, east) = (bounds["lowerLeft"][0].as_f64().unwrap(), bounds["upperRight"][0].as_f64().unwrap());
    assert!((140.0..161.0).contains(&west) && (-161.0..-140.0).contains(&east), "{bounds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_usual_range_is_that_of_the_level() {
    let world = World::start().await;
    let range = async |query: &str| world.json(&format!("{OPEN}/tiles{query}")).await["rendering"]["range"].clone();
    assert_ne!(range("").await, range("?depth=100").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_name_the_field() {
    let world = World::start().await;
    let tile = format!("{OPEN}/WebMercatorQuad/0/0/0");
    for (query, code, field) in [
        ("range=3", "explorer/bad-parameter", "range"),
        ("palette=jet", "explorer/bad-parameter", "palette"),
        ("depth=deep", "explorer/bad-parameter", "depth"),
        ("datetime=then", "explorer/bad-parameter", "datetime"),
        ("variable=salt", "explorer/no-such-variable", "variable"),
    ] {
        assert_eq!(world.refusal(&format!("{tile}?{query}"), None).await, (400, code.into(), field.into()));
    }
    assert_eq!(world.refusal(&format!("{tile}?colour=red"), None).await.0, 400);
    assert_eq!(world.refusal(&format!("{OPEN}/WebMercatorQuad/1/2/0"), None).await.1, "explorer/no-such-tile");
    assert_eq!(world.refusal(&format!("{OPEN}/WebMercatorQuad/a/2/0"), None).await.0, 400);
    let of = |item: &str| format!("/tiles/collections/c/items/{item}/tiles");
    assert_eq!(world.refusal(&of("station"), None).await.1, "explorer/not-mappable");
    assert_eq!(world.refusal(&of("gone"), None).await.1, "explorer/unreadable-data");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebodys_own_item_is_for_nobody_else() {
    let world = World::start().await;
    for route in ["tiles", "legend", "legend.svg", "WebMercatorQuad/0/0/0"] {
        let path = format!("/tiles/collections/c/items/own/{route}");
        assert_eq!(world.get(&path, None).await.status(), StatusCode::NOT_FOUND, "no token: {route}");
        assert_eq!(world.get(&path, Some("bob")).await.status(), StatusCode::NOT_FOUND, "wrong person: {route}");
        let own = world.get(&path, Some("ann")).await;
        assert_eq!(own.status(), StatusCode::OK, "{route}");
        assert_eq!(own.headers()[header::CACHE_CONTROL], "private, no-cache");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_on_a_strangers_object_shows_nothing() {
    let world = World::start().await;
    let path = "/tiles/collections/c/items/thief/WebMercatorQuad/0/0/0";
    for who in [None, Some("bob")] {
        assert_eq!(world.refusal(path, who).await, (403, "explorer/asset-not-allowed".into(), String::new()));
    }
    assert_eq!(world.get(path, Some("ann")).await.status(), StatusCode::OK, "it is her object");
}
