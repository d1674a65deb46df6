//! `/data/search` and `/data/collections/{collection}/items`: what is found is what a look at every item finds.

use std::collections::BTreeSet;

use okeanos_auth::{Action, Owner, Principal, Resource, Visibility, authorize};
use okeanos_stac::{
    Bbox, Interval,
    geometry::{self, ITEM_VERTICES_MAX},
};
use serde_json::{Value, json};

use crate::sandbox::{Sandbox, href, ids, item, link, person, seen_by};

const WHO: [&str; 4] = ["", "bob", "ann", "admin"];

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn degrees(&mut self, from: i32, to: i32) -> f64 {
        f64::from(from + i32::try_from(self.below(u64::try_from(to - from).unwrap())).unwrap())
    }
}

/// An item, and what a search would know of it.
struct Known {
    id: String,
    collection: &'static str,
    owner: Owner,
    visibility: Visibility,
    geometry: Option<Value>,
    interval: Interval,
}

fn make(dice: &mut Dice, n: u64) -> (Known, &'static str, Value) {
    let (west, south) = (dice.degrees(-180, 180), dice.degrees(-90, 80));
    let (width, height) = (dice.degrees(1, 60), dice.degrees(1, 10));
    let (east, north) = (west + width, south + height);
    let year = 2000 + dice.below(4);
    let mut document = item(&format!("i{n:03}"), [west, south, east, north], &format!("{year}-06-01T00:00:00Z"));
    match dice.below(5) {
        // A triangle: its box holds more than it.
        0 => {
            let ring = json!([[[west, south], [east, south], [west, north], [west, south]]]);
            document["geometry"]["coordinates"] = ring;
        }
        // Over the antimeridian as RFC 7946 wants it: cut in two.
        1 if east > 180.0 => {
            let part = |w: f64, e: f64| json!([[[w, south], [e, south], [e, north], [w, north], [w, south]]]);
            document["geometry"] =
                json!({"type": "MultiPolygon", "coordinates": [part(west, 180.0), part(-180.0, east - 360.0)]});
            document["bbox"] = json!([west, south, east - 360.0, north]);
        }
        2 => {
            document["geometry"] = Value::Null;
        }
        _ => {}
    }
    if dice.below(2) == 0 {
        document["properties"]["datetime"] = Value::Null;
        document["properties"]["start_datetime"] = json!(format!("{year}-06-01T00:00:00Z"));
        document["properties"]["end_datetime"] = json!(format!("{}-01-01T00:00:00Z", year + 1 + dice.below(2)));
    }
    let poster = ["ann", "bob", "admin"][usize::try_from(dice.below(3)).unwrap()];
    let visibility = match dice.below(3) {
        0 => "private",
        1 if poster != "bob" => "group:reef",
        _ => "public",
    };
    let document = seen_by(document, visibility);
    let time = |name: &str| document["properties"][name].as_str().map(|t| t.parse().unwrap());
    let at = time("datetime");
    let known = Known {
        id: format!("i{n:03}"),
        collection: ["a", "b"][usize::try_from(dice.below(2)).unwrap()],
        owner: Owner::User(poster.to_owned()),
        visibility: visibility.parse().unwrap(),
        geometry: Some(document["geometry"].clone()).filter(|g| !g.is_null()),
        interval: Interval { start: time("start_datetime").or(at), end: time("end_datetime").or(at) },
    };
    (known, poster, document)
}

/// What a search finds, by looking at every item.
fn oracle(all: &[Known], who: &str, search: &Value) -> BTreeSet<String> {
    let who = person(who).unwrap_or_else(Principal::anonymous);
    let shape = search.get("intersects").map(|g| geometry::parse(g, "/g", ITEM_VERTICES_MAX).unwrap());
    let shape = shape.or_else(|| search.get("bbox").map(|b| geo::Geometry::from(Bbox::from_json(b).unwrap())));
    let interval: Option<Interval> = search.get("datetime").map(|d| d.as_str().unwrap().parse().unwrap());
    let lists =
        |name: &str, value: &str| search.get(name).is_none_or(|l| l.as_array().unwrap().contains(&json!(value)));
    all.iter()
        .filter(|item| {
            let resource = Resource { owner: &item.owner, visibility: &item.visibility };
            let geometry = item.geometry.as_ref().map(|g| geometry::parse(g, "/g", ITEM_VERTICES_MAX).unwrap());
            authorize(&who, Action::Read, &resource).is_ok()
                && lists("collections", item.collection)
                && lists("ids", &item.id)
                && interval.is_none_or(|i| i.overlaps(&item.interval))
                && shape.as_ref().is_none_or(|s| geometry.is_some_and(|g| geometry::intersects(s, &g)))
        })
        .map(|item| item.id.clone())
        .collect()
}

fn searches() -> Vec<Value> {
    let triangle = json!({"type": "Polygon", "coordinates": [[[-60, -60], [80, -40], [10, 70], [-60, -60]]]});
    let beyond =
        json!({"type": "Polygon", "coordinates": [[[160, -30], [200, -30], [200, 30], [160, 30], [160, -30]]]});
    vec![
        json!({}),
        json!({"collections": ["a"]}),
        json!({"collections": ["a", "b"], "ids": ["i001", "i002", "i003", "none"]}),
        json!({"bbox": [-180, -90, 180, 90]}),
        json!({"bbox": [0, 0, 30, 30]}),
        json!({"bbox": [0, 0, 0, 30, 30, 100]}),
        json!({"bbox": [170, -40, -160, 40]}),
        json!({"bbox": [-180, -90, -170, 90]}),
        json!({"bbox": [190, -90, 250, 0]}),
        json!({"intersects": triangle}),
        json!({"intersects": beyond}),
        json!({"intersects": {"type": "Point", "coordinates": [180, 0]}}),
        json!({"datetime": "2001-06-01T00:00:00Z"}),
        json!({"datetime": "2001-07-01T00:00:00Z/2001-08-01T00:00:00Z"}),
        json!({"datetime": "../2001-05-31T23:59:59Z"}),
        json!({"datetime": "2003-06-01T00:00:00.000001Z/.."}),
        json!({"collections": ["b"], "bbox": [-90, -60, 90, 60], "datetime": "2002-01-01T00:00:00Z/"}),
        json!({"intersects": triangle, "datetime": "/2002-12-31T00:00:00Z"}),
    ]
}

#[tokio::test]
async fn every_search_finds_what_a_look_at_every_item_finds() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("a").await;
        sandbox.collection("b").await;
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
        let mut all = Vec::new();
        for n in 0..150 {
            let (known, poster, document) = make(&mut dice, n);
            sandbox.item(poster, known.collection, &document).await;
            all.push(known);
        }
        for search in searches() {
            for who in WHO {
                let expected = oracle(&all, who, &search);
                let found = walk(&sandbox, who, &search, 7, expected.len()).await;
                let set: BTreeSet<String> = found.iter().cloned().collect();
                assert_eq!(set.len(), found.len(), "nothing comes twice: {who:?} {search}");
                assert_eq!(set, expected, "{who:?} {search}");
            }
        }
        sandbox.close().await;
    }
}

/// All pages by POST, following `next`; then back to the first by `prev`.
async fn walk(sandbox: &Sandbox, who: &str, search: &Value, limit: usize, matched: usize) -> Vec<String> {
    let mut body = search.clone();
    body["limit"] = json!(limit);
    let (mut found, mut pages) = (Vec::new(), 0);
    let mut last;
    loop {
        last = sandbox.post(who, "/data/search", &body).await.expect(200);
        assert_eq!(last["numberMatched"], matched, "{who:?} {search}");
        assert_eq!(last["numberReturned"], ids(&last).len());
        found.extend(ids(&last));
        pages += 1;
        assert!(pages <= 60, "paging ends");
        let Some(next) = link(&last, "next") else { break };
        assert_eq!((&next["method"], &next["merge"]), (&json!("POST"), &json!(false)));
        body = next["body"].clone();
    }
    let mut back = ids(&last);
    while let Some(previous) = link(&last, "prev") {
        last = sandbox.post(who, "/data/search", &previous["body"]).await.expect(200);
        back.splice(0..0, ids(&last));
        pages -= 1;
        assert!(pages >= 0, "paging back ends");
    }
    assert_eq!(back, found, "the way back passes the same items: {who:?} {search}");
    found
}

#[tokio::test]
async fn get_and_items_page_with_links_to_follow() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        for n in 0..5 {
            sandbox.item("ann", "c", &item(&format!("i{n}"), [0.0, 0.0, 1.0, 1.0], "2020-01-01T00:00:00Z")).await;
        }
        for start in ["/data/search?collections=c&limit=2&bbox=0,0,1,1", "/data/collections/c/items?limit=2"] {
            let (mut url, mut found) = (start.to_owned(), Vec::new());
            loop {
                let answer = sandbox.get("", &url).await;
                assert_eq!(answer.header("content-type"), "application/geo+json");
                let page = answer.expect(200);
                found.extend(ids(&page));
                assert!(href(&page, "self").unwrap().starts_with(&sandbox.url));
                match href(&page, "next") {
                    Some(next) => url = next.to_owned(),
                    None => break,
                }
            }
            assert_eq!(found, ["i0", "i1", "i2", "i3", "i4"], "{start}");
        }
        let own = sandbox.get("", "/data/collections/c/items").await.expect(200);
        assert_eq!(href(&own, "self"), Some(format!("{}/data/collections/c/items", sandbox.url).as_str()));
        sandbox.close().await;
    }
}

#[tokio::test]
async fn newest_come_first_and_owners_are_found() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        for (who, id, year) in [("ann", "old", 2001), ("bob", "new", 2020), ("ann", "middle", 2010)] {
            sandbox.item(who, "c", &item(id, [0.0; 4], &format!("{year}-01-01T00:00:00Z"))).await;
        }
        assert_eq!(ids(&sandbox.get("", "/data/search").await.expect(200)), ["new", "middle", "old"]);
        for path in ["owner=me", "owner=ann", "owner=user-ann"] {
            let page = sandbox.get("ann", &format!("/data/search?{path}&limit=100")).await.expect(200);
            assert_eq!(ids(&page), ["middle", "old"], "{path}");
        }
        sandbox.get("", "/data/search?owner=me").await.expect_code(400, "catalog/invalid-parameter");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn wrong_searches_are_refused_with_the_parameter() {
    for sandbox in Sandbox::each().await {
        sandbox.collection("c").await;
        for (query, field) in [
            ("bbox=0,0,1,1&intersects=%7B%22type%22%3A%22Point%22%2C%22coordinates%22%3A%5B0%2C0%5D%7D", "intersects"),
            ("bbox=1,2,3", "bbox"),
            ("bbox=0,5,1,4", "bbox"),
            ("datetime=2020-01-01", "datetime"),
            ("limit=0", "limit"),
            ("limit=-1", "limit"),
            ("token=nonsense", "token"),
            ("sortby=id", "sortby"),
            ("intersects=nonsense", "intersects"),
        ] {
            let answer = sandbox.get("", &format!("/data/search?{query}")).await;
            answer.expect_code(400, "catalog/invalid-parameter");
            assert_eq!(answer.body["field"], field, "{query}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        for (body, field) in [
            (json!({"filter": {}}), "filter"),
            (json!({"limit": "ten"}), "limit"),
            (json!({"bbox": "0,0,1,1"}), "bbox"),
        ] {
            assert_eq!(sandbox.post("", "/data/search", &body).await.expect(400)["field"], field);
        }
        assert_eq!(sandbox.post("", "/data/search", &json!([1])).await.status, 400);
        let clamped = sandbox.get("", "/data/search?limit=1000000").await;
        assert_eq!(clamped.status, 200, "a limit that is too large is clamped");
        sandbox.get("", "/data/collections/none/items").await.expect_code(404, "catalog/no-such-collection");
        sandbox.get("", "/data/collections/c/items?collections=c").await.expect(200);
        sandbox.get("", "/data/collections/c/items?collections=a").await.expect_code(400, "catalog/invalid-parameter");
        sandbox.close().await;
    }
}

/// All pages, some perhaps empty, by `next`; how many there were.
async fn all_of(sandbox: &Sandbox, search: &Value) -> (Vec<String>, usize) {
    let (mut body, mut found, mut pages) = (search.clone(), Vec::new(), 0);
    loop {
        let page = sandbox.post("", "/data/search", &body).await.expect(200);
        found.extend(ids(&page));
        pages += 1;
        match link(&page, "next") {
            Some(next) => body = next["body"].clone(),
            None => return (found, pages),
        }
    }
}

/// Outlines with the same box, of which every third meets a point.
async fn outlines(sandbox: &Sandbox) -> (Value, Vec<String>) {
    sandbox.collection("c").await;
    for n in 0..30 {
        let mut document = item(&format!("i{n:02}"), [0.0, 0.0, 10.0, 10.0], "2020-01-01T00:00:00Z");
        let ring = if n % 3 == 0 {
            json!([[[0, 0], [10, 0], [0, 10], [0, 0]]])
        } else {
            json!([[[0, 10], [10, 10], [10, 0], [9.9, 9.9], [0, 10]]])
        };
        document["geometry"]["coordinates"] = ring;
        sandbox.item("ann", "c", &document).await;
    }
    let search = json!({"intersects": {"type": "Point", "coordinates": [1, 1]}, "limit": 4});
    (search, (0..30).step_by(3).map(|n| format!("i{n:02}")).collect())
}

#[tokio::test]
async fn a_search_that_may_do_little_at_once_finds_everything_once() {
    for sandbox in Sandbox::each_with(|config| config.pairs_max = 1).await {
        let (search, expected) = outlines(&sandbox).await;
        assert_eq!(all_of(&sandbox, &search).await, (expected, 30), "one candidate a page, the last one, too");
        sandbox.close().await;
    }
    for sandbox in Sandbox::each_with(|config| config.candidates_max = 1).await {
        let (search, expected) = outlines(&sandbox).await;
        let (found, pages) = all_of(&sandbox, &search).await;
        assert_eq!(found, expected);
        assert_eq!(pages, 11, "one item a page, and none is empty but the last");
        let between = json!({"intersects": {"type": "Point", "coordinates": [6, 6]}});
        assert_eq!(all_of(&sandbox, &between).await, (vec![], 4), "ten candidates a page, though in vain");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn a_page_ends_early_when_its_items_are_large() {
    for sandbox in Sandbox::each_with(|config| config.page_bytes_max = 10_000).await {
        let (search, expected) = outlines(&sandbox).await;
        let large = |n: u32| {
            let mut document = item(&format!("l{n}"), [50.0, 50.0, 51.0, 51.0], "2021-01-01T00:00:00Z");
            document["note"] = json!("x".repeat(4_000));
            document
        };
        for n in 0..5 {
            sandbox.item("ann", "c", &large(n)).await;
        }
        let first = sandbox.get("", "/data/search?limit=100").await.expect(200);
        assert_eq!(ids(&first), ["l0", "l1"]);
        assert_eq!(first["numberMatched"], 35);
        let (found, pages) = all_of(&sandbox, &json!({"bbox": [40, 40, 60, 60]})).await;
        assert_eq!((found, pages), ((0..5).map(|n| format!("l{n}")).collect(), 3));
        assert_eq!(all_of(&sandbox, &search).await.0, expected);
        let back = sandbox.get("", href(&first, "next").unwrap()).await.expect(200);
        assert_eq!(ids(&sandbox.get("", href(&back, "prev").unwrap()).await.expect(200)), ["l0", "l1"]);
        for n in 0..40 {
            sandbox.collection(&format!("d{n}")).await;
        }
        let page = sandbox.get("", "/data/collections").await.expect(200);
        let listed = page["collections"].as_array().unwrap().len();
        assert!(listed < 41 && link(&page, "next").is_some(), "{listed}");
        sandbox.close().await;
    }
}
