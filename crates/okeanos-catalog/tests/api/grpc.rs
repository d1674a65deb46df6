//! `okeanos.catalog.v1.CatalogService`, and the events that changes send.

use std::time::Duration;

use okeanos_auth::{Principal, node::on_behalf_of};
use okeanos_events::Subscription;
use okeanos_proto::catalog::v1::{
    EnsureCollectionRequest, GetItemRequest, ItemChanged, ItemRecord, ObjectRef, PutObjectItemsRequest,
    PutObjectItemsResponse, RemoveObjectItemsRequest,
};
use serde_json::{Value, json};
use tonic::Code;

use crate::sandbox::{Sandbox, collection, item};

fn object(key: &str) -> Option<ObjectRef> {
    Some(ObjectRef { bucket: "user-ann".into(), key: key.into() })
}

fn put(key: &str, visibility: &str, items: &[(&str, Value)]) -> PutObjectItemsRequest {
    PutObjectItemsRequest {
        object: object(key),
        owner: "user-ann".into(),
        visibility: visibility.into(),
        items: items
            .iter()
            .map(|(collection, item)| {
                let mut item = item.clone();
                item["properties"].as_object_mut().unwrap().remove("okeanos:visibility");
                ItemRecord { collection_id: (*collection).into(), item_json: item.to_string() }
            })
            .collect(),
    }
}

fn at(id: &str, year: u32) -> Value {
    item(id, [0.0, 0.0, 1.0, 1.0], &format!("{year}-01-01T00:00:00Z"))
}

async fn with_collections(sandbox: &Sandbox, ids: &[&str]) {
    for id in ids {
        let request = EnsureCollectionRequest { collection_json: collection(id).to_string() };
        assert!(sandbox.rpc().ensure_collection(request.clone()).await.unwrap().into_inner().created);
        assert!(!sandbox.rpc().ensure_collection(request).await.unwrap().into_inner().created);
    }
}

#[tokio::test]
async fn the_items_of_an_object_become_those_that_are_put() {
    for sandbox in Sandbox::each().await {
        with_collections(&sandbox, &["climate_forecast-a", "climate_forecast-b"]).await;
        let mut rpc = sandbox.rpc();
        let (a, b) = ("climate_forecast-a", "climate_forecast-b");
        let mut send = async |request: PutObjectItemsRequest| {
            let PutObjectItemsResponse { created, updated, removed } =
                rpc.put_object_items(request).await?.into_inner();
            Ok::<_, tonic::Status>((created, updated, removed))
        };
        let first = put("public/x.nc", "public", &[(a, at("one", 2001)), (b, at("two", 2002))]);
        assert_eq!(send(first.clone()).await.unwrap(), (2, 0, 0));
        assert_eq!(send(first).await.unwrap(), (0, 0, 0), "the same again is nothing new");
        let second = put("public/x.nc", "public", &[(a, at("one", 2011)), (a, at("three", 2003))]);
        assert_eq!(send(second).await.unwrap(), (1, 1, 1));
        let found = sandbox.get("", "/data/search").await.expect(200);
        assert_eq!(crate::sandbox::ids(&found), ["one", "three"]);
        let extent = sandbox.get("", &format!("/data/collections/{a}")).await.expect(200)["extent"].clone();
        assert_eq!(extent["temporal"]["interval"][0], json!(["2003-01-01T00:00:00Z", "2011-01-01T00:00:00Z"]));

        let foreign = send(put("other.nc", "private", &[(a, at("one", 2001))])).await.unwrap_err();
        assert_eq!(foreign.code(), Code::AlreadyExists, "an item belongs to one object");
        let nowhere = send(put("other.nc", "private", &[("none", at("x", 2001))])).await.unwrap_err();
        assert_eq!(nowhere.code(), Code::NotFound);
        let wrong = send(put("other.nc", "private", &[(a, at("fine", 2001)), (a, json!({"properties": {}}))])).await;
        assert_eq!(wrong.unwrap_err().code(), Code::InvalidArgument);
        assert_eq!(sandbox.get("admin", "/data/items/fine").await.status, 404, "all or nothing");

        let mut rpc = sandbox.rpc();
        let gone = rpc.remove_object_items(RemoveObjectItemsRequest { object: object("public/x.nc") }).await.unwrap();
        assert_eq!(gone.into_inner().removed, 2);
        let gone = rpc.remove_object_items(RemoveObjectItemsRequest { object: object("public/x.nc") }).await.unwrap();
        assert_eq!(gone.into_inner().removed, 0);
        sandbox.close().await;
    }
}

#[tokio::test]
async fn what_was_shared_stays_shared_when_the_object_is_overwritten() {
    for sandbox in Sandbox::each().await {
        with_collections(&sandbox, &["c"]).await;
        let mut rpc = sandbox.rpc();
        rpc.put_object_items(put("x.nc", "private", &[("c", at("a", 2001))])).await.unwrap();
        assert_eq!(sandbox.get("", "/data/items/a").await.status, 404);
        sandbox.patch("ann", "/data/items/a?visibility=public", &json!({})).await.expect(200);
        rpc.put_object_items(put("x.nc", "private", &[("c", at("a", 2002))])).await.unwrap();
        let read = sandbox.get("", "/data/items/a").await.expect(200);
        assert_eq!(read["properties"]["datetime"], "2002-01-01T00:00:00Z");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn only_services_write_and_people_see_what_is_theirs() {
    for sandbox in Sandbox::each().await {
        with_collections(&sandbox, &["c"]).await;
        let mut rpc = sandbox.rpc();
        rpc.put_object_items(put("x.nc", "private", &[("c", at("a", 2001))])).await.unwrap();
        let (ann, bob) = (Principal::person("ann", []), Principal::person("bob", []));
        let admin = Principal::administrator("root");
        for who in [&ann, &admin] {
            let refused = rpc.put_object_items(on_behalf_of(who, put("x.nc", "public", &[]))).await.unwrap_err();
            assert_eq!(refused.code(), Code::PermissionDenied);
            let request = RemoveObjectItemsRequest { object: object("x.nc") };
            assert_eq!(
                rpc.remove_object_items(on_behalf_of(who, request)).await.unwrap_err().code(),
                Code::PermissionDenied
            );
            let request = EnsureCollectionRequest { collection_json: collection("d").to_string() };
            assert_eq!(
                rpc.ensure_collection(on_behalf_of(who, request)).await.unwrap_err().code(),
                Code::PermissionDenied
            );
        }
        for (collection_id, who, found) in
            [("", &ann, true), ("c", &ann, true), ("d", &ann, false), ("", &bob, false), ("", &admin, true)]
        {
            let request = GetItemRequest { collection_id: collection_id.into(), item_id: "a".into() };
            match rpc.get_item(on_behalf_of(who, request)).await {
                Ok(answer) => {
                    let answer = answer.into_inner();
                    assert!(found, "{who:?}");
                    assert_eq!((answer.owner.as_str(), answer.visibility.as_str()), ("user-ann", "private"));
                    assert_eq!(serde_json::from_str::<Value>(&answer.item_json).unwrap()["id"], "a");
                }
                Err(status) => assert_eq!((found, status.code()), (false, Code::NotFound), "{who:?}"),
            }
        }
        sandbox.close().await;
    }
}

#[tokio::test]
async fn every_change_is_told_once() {
    for sandbox in Sandbox::each().await {
        let mut consumer = sandbox.ctx.bus.subscribe(Subscription::new("test", &["catalog.>"])).await.unwrap();
        with_collections(&sandbox, &["c"]).await;
        let mut rpc = sandbox.rpc();
        rpc.put_object_items(put("x.nc", "public", &[("c", at("a", 2001))])).await.unwrap();
        rpc.put_object_items(put("x.nc", "public", &[("c", at("a", 2001))])).await.unwrap();
        rpc.put_object_items(put("x.nc", "public", &[("c", at("a", 2002))])).await.unwrap();
        rpc.remove_object_items(RemoveObjectItemsRequest { object: object("x.nc") }).await.unwrap();
        let mut told = Vec::new();
        while told.len() < 4 {
            let delivery = tokio::time::timeout(Duration::from_secs(20), consumer.next()).await.unwrap().unwrap();
            delivery.settle.ack().await.unwrap();
            if let Some(kind) = delivery.event.short_kind().strip_prefix("catalog.v1.item.") {
                let payload: ItemChanged = delivery.event.payload().unwrap();
                assert_eq!((payload.item_id.as_str(), payload.owner.as_str()), ("a", "user-ann"));
                assert_eq!(payload.visibility, "public");
                told.push(kind.to_owned());
            } else {
                told.push(delivery.event.short_kind().to_owned());
            }
        }
        assert_eq!(told, ["catalog.v1.collection.created", "created", "updated", "deleted"]);
        sandbox.close().await;
    }
}

#[tokio::test]
async fn nobody_keeps_an_object_out_by_posting_its_id_first() {
    for sandbox in Sandbox::each().await {
        with_collections(&sandbox, &["climate_forecast-a"]).await;
        let mut posted = at("user-ann-x.nc-sst-0123", 1999);
        posted["collection"] = json!("climate_forecast-a");
        sandbox.post("bob", "/data/collections/climate_forecast-a/items", &posted).await.expect(201);
        let request = put("x.nc", "private", &[("climate_forecast-a", at("user-ann-x.nc-sst-0123", 2001))]);
        let PutObjectItemsResponse { created, .. } =
            sandbox.rpc().put_object_items(request).await.unwrap().into_inner();
        assert_eq!(created, 1);
        let path = "/data/collections/climate_forecast-a/items/user-ann-x.nc-sst-0123";
        assert_eq!(sandbox.get("bob", path).await.status, 404, "it is ann's now");
        let item = sandbox.get("ann", path).await.expect(200);
        assert_eq!(item["properties"]["datetime"], "2001-01-01T00:00:00Z");
        sandbox.close().await;
    }
}

#[tokio::test]
async fn nobody_keeps_an_object_out_by_posting_its_uuid_first() {
    for sandbox in Sandbox::each().await {
        with_collections(&sandbox, &["climate_forecast-a"]).await;
        let (id, path) = ("user-ann-x.nc-sst-0123", "/data/collections/climate_forecast-a/items");
        let uuid = okeanos_stac::item_uuid(id).to_string();
        sandbox.post("bob", path, &at(&uuid, 1999)).await.expect(201);
        let request = put("x.nc", "private", &[("climate_forecast-a", at(id, 2001))]);
        let changes = sandbox.rpc().put_object_items(request).await.unwrap().into_inner();
        assert_eq!(changes.created, 1);
        assert_eq!(sandbox.get("ann", &format!("{path}/{uuid}")).await.expect(200)["id"], id);
        assert_eq!(sandbox.get("bob", &format!("{path}/{uuid}")).await.status, 404);
        sandbox.close().await;
    }
}

#[tokio::test]
async fn of_two_at_once_for_an_object_one_stands_whole() {
    for sandbox in Sandbox::each().await {
        with_collections(&sandbox, &["a", "b"]).await;
        for round in 0..12 {
            let key = format!("public/{round}.nc");
            let names = |letter: char| (0..3).map(move |n| format!("{letter}-{round}-{n}"));
            let send = async |collection: &str, letter: char| {
                let items: Vec<_> = names(letter).map(|id| (collection, at(&id, 2001))).collect();
                sandbox.rpc().put_object_items(put(&key, "public", &items)).await.unwrap();
            };
            tokio::join!(send("a", 'x'), send("b", 'y'), send("a", 'z'));
            let ids: Vec<String> = ['x', 'y', 'z'].into_iter().flat_map(names).collect();
            let page = sandbox.get("", &format!("/data/search?ids={}", ids.join(","))).await.expect(200);
            let found = crate::sandbox::ids(&page);
            let whole =
                ['x', 'y', 'z'].into_iter().any(|letter| found.iter().eq(names(letter).collect::<Vec<_>>().iter()));
            assert!(whole, "{found:?}");
            let request = RemoveObjectItemsRequest { object: object(&key) };
            assert_eq!(sandbox.rpc().remove_object_items(request).await.unwrap().into_inner().removed, 3);
        }
        for collection in ["a", "b"] {
            let extent =
                sandbox.get("", &format!("/data/collections/{collection}")).await.expect(200)["extent"].clone();
            assert_eq!(extent["spatial"]["bbox"][0], json!([-1, -2, 3, 4]), "as said: nothing is left to count");
        }
        sandbox.close().await;
    }
}
