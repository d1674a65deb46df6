import assert from "node:assert/strict";
import { test } from "node:test";

import { toProblem } from "../src/api.ts";
import { pythonSnippet } from "../src/snippet.ts";
import { collectionTitle, dataAsset, flatBbox, nextRequest, parameters, s3Location } from "../src/stac.ts";
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

test("what an item measures is read as it should be or left out", () => {
  const of = (listed: unknown): unknown => parameters({ properties: { "cf:parameter": listed } } as unknown as Item);
  assert.deepEqual(of([{ name: "sea_surface_temperature", unit: "K" }, { name: "x" }]), [
    { name: "sea_surface_temperature", unit: "K" },
    { name: "x", unit: undefined },
  ]);
  for (const odd of [undefined, "x", 5, [null], [{ unit: "K" }], [{ name: 5 }]]) assert.deepEqual(of(odd), []);
  assert.deepEqual(of([{ name: "a", unit: 5 }]), [{ name: "a", unit: undefined }]);
});
