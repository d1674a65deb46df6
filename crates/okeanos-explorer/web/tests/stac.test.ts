import assert from "node:assert/strict";
import { test } from "node:test";

import { toProblem } from "../src/api.ts";
import { pythonSnippet } from "../src/snippet.ts";
import { collectionTitle, dataAsset, dataVariable, flatBbox, itemLinks, itemTitle, nextRequest, parameters, s3Location, timeSpan } from "../src/stac.ts";
import type { Item } from "../src/stac.ts";

test("the next page is followed on this origin only", () => {
  const origin = "https://ocean.example";
  assert.equal(nextRequest([{ rel: "next", href: "https://elsewhere.example/x" }], origin), undefined);
  assert.equal(nextRequest([{ rel: "next", href: "/data/search?token=t" }], origin)?.url, `${origin}/data/search?token=t`);
  assert.equal(nextRequest([{ rel: "next", href: "/data/search", method: "POST", body: { token: "t" } }], origin)?.init.body, '{"token":"t"}');
});

test("boxes lose their heights and gain a turn at the antimeridian", () => {
  assert.deepEqual(flatBbox([1, 2, -100, 3, 4, 0]), [1, 2, 3, 4]);
  assert.deepEqual(flatBbox([170, -10, -170, 10]), [170, -10, 190, 10]);
  assert.equal(flatBbox([1, 2]), undefined);
});

test("titles, assets and places", () => {
  assert.equal(collectionTitle(undefined, "climate_forecast-sea_water_temperature"), "Sea water temperature");
  assert.equal(dataAsset({ id: "i", properties: {}, assets: { a: { href: "https://x" }, b: { href: "s3://b/k" } } })?.[0], "b");
  assert.deepEqual(s3Location("s3://bucket/a/b.nc"), { bucket: "bucket", key: "a/b.nc" });
});

test("whatever an item has in it, reading it does not throw", () => {
  const odd: unknown[] = [null, 5, "x", [], {}, [5], [null], { a: 5 }, { a: null }, [{ name: 5 }], true];
  for (const value of odd) {
    const properties = Object.fromEntries(["title", "datetime", "start_datetime", "cf:parameter", "cube:variables", "cube:dimensions", "created"].map((name) => [name, value]));
    const item = { id: "i", properties, assets: value, bbox: value, links: value } as unknown as Item;
    assert.equal(typeof itemTitle(item), "string");
    for (const read of [parameters, dataVariable, timeSpan, dataAsset, itemLinks]) read(item);
    assert.equal(flatBbox(item.bbox), undefined);
    assert.equal(typeof collectionTitle({ id: "c", title: value }, "c"), "string");
  }
  const item = { id: "i", properties: { "cf:parameter": [{ name: "a", unit: 5 }, 7, { name: "b", unit: "m" }] } } as unknown as Item;
  assert.deepEqual(parameters(item), [{ name: "a", unit: undefined }, { name: "b", unit: "m" }]);
  assert.equal(nextRequest([{ rel: "next", href: "http://[" }], "https://ocean.example"), undefined);
});

test("the time of an upload is no time of the data", () => {
  const upload = { datetime: "2026-01-01T00:00:00Z", created: "2026-01-01T00:00:02.5Z" };
  const item = (more: object): Item => ({ id: "i", properties: { ...upload, ...more } });
  assert.deepEqual(timeSpan(item({ "cube:dimensions": { x: { type: "spatial" } } })), [null, null]);
  assert.deepEqual(timeSpan(item({ "cube:dimensions": { t: { type: "temporal" } } })), [upload.datetime, upload.datetime]);
  assert.deepEqual(timeSpan(item({})), [upload.datetime, upload.datetime], "of somebody else's item nothing is known");
  assert.equal(timeSpan(item({ "cube:dimensions": {}, datetime: "1984-12-01T00:00:00Z" }))[0], "1984-12-01T00:00:00Z");
});

test("a problem is told in its own words", () => {
  const problem = toProblem(400, { title: "Bad Request", detail: "four numbers are expected", field: "bbox", type: "/errors/catalog/bad-bbox" });
  assert.deepEqual([problem.title, problem.detail, problem.field, problem.page], ["Bad Request", "four numbers are expected", "bbox", "/errors/catalog/bad-bbox"]);
  assert.match(toProblem(502, undefined).detail, /Try again/);
});

test("the Python lines fit the asset", () => {
  const open = pythonSnippet("s3://user-a/public/sst.nc", "application/x-netcdf", "http://127.0.0.1:9000", "sst");
  assert.match(open, /"anon": True/);
  assert.match(open, /fsspec\.open\("s3:\/\/user-a\/public\/sst\.nc"/);
  const own = pythonSnippet("s3://user-a/x.zarr", "application/vnd+zarr", "http://127.0.0.1:9000", undefined);
  assert.match(own, /engine="zarr"/);
  assert.doesNotMatch(own, /anon/);
});
