import assert from "node:assert/strict";
import { test } from "node:test";

import { datetimeParam, mapUrl, readFilters, readMapState, searchBbox, searchUrl, writeFilters } from "../src/query.ts";

test("a search names only what is filtered", () => {
  const none = { text: "", collections: [], from: "", to: "" };
  assert.equal(searchUrl(none), "/data/search?limit=20");
  const url = searchUrl({ ...none, collections: ["a", "b"], from: "2020-01-01", bbox: [-10, 35, 5, 48] });
  const params = new URLSearchParams(url.split("?")[1]);
  assert.equal(params.get("collections"), "a,b");
  assert.equal(params.get("datetime"), "2020-01-01T00:00:00Z/..");
  assert.equal(params.get("bbox"), "-10,35,5,48");
});

test("a day is whole in a time range", () => {
  assert.equal(datetimeParam("", "2020-01-31"), "../2020-01-31T23:59:59Z");
  assert.equal(datetimeParam("", ""), undefined);
});

test("a view over the antimeridian becomes a box with west above east", () => {
  assert.deepEqual(searchBbox(170, -10, 200, 10), [170, -10, -160, 10]);
  assert.equal(searchBbox(-200, -90, 200, 90), undefined);
});

test("filters survive the address", () => {
  const filters = { text: "sea ice", collections: ["x"], from: "2020-01-01", to: "", inView: true };
  assert.deepEqual(readFilters(writeFilters(filters).slice(1)), filters);
  assert.equal(readFilters("?from=yesterday").from, "");
});

test("a deep link survives the address", () => {
  const state = {
    collection: "climate_forecast-x", item: "a b/c", datetime: "2020-01-01T00:00:00Z", depth: 0,
    palette: undefined, range: [-1, 2.5] as [number, number], opacity: 0.5, at: [4.5, -48] as [number, number],
  };
  assert.deepEqual(readMapState(mapUrl(state).slice(4)), state);
  assert.equal(readMapState("?collection=x"), undefined);
  assert.equal(readMapState("?collection=x&item=y&range=3,1")?.range, undefined);
});
