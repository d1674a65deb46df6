import assert from "node:assert/strict";
import { test } from "node:test";

import { datetimeParam, hasWords, mapUrl, readFilters, readMapState, searchBbox, searchUrl, seriesWindows, wordsOf, writeFilters } from "../src/query.ts";

const ORIGIN = "https://ocean.example";

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
    view: [48.4, -4.5, 6] as [number, number, number],
  };
  assert.deepEqual(readMapState(mapUrl(state).slice(4), ORIGIN), state);
  assert.equal(readMapState("?collection=x", ORIGIN), undefined);
  assert.equal(readMapState("?collection=x&item=y&range=3,1", ORIGIN)?.range, undefined);
});

test("EDITO's links lead to items of this platform", () => {
  const link = (selected: string): string => `?c=48.4,-4.5,6&catalog=x&selected=${encodeURIComponent(selected)}`;
  const state = readMapState(link(`${ORIGIN}/data/collections/climate_forecast-x/items/a%20b`), ORIGIN);
  assert.deepEqual([state?.collection, state?.item, state?.view], ["climate_forecast-x", "a b", [48.4, -4.5, 6]]);
  for (const elsewhere of ["https://elsewhere.example/data/collections/x/items/y", `${ORIGIN}/data/collections/x`, "http://[", `${ORIGIN}/data/collections/x/items/%ff`]) {
    assert.equal(readMapState(link(elsewhere), ORIGIN), undefined);
  }
  assert.equal(readMapState("?collection=x&item=y&c=100,0,3", ORIGIN)?.view, undefined);
});

test("the data explorer looks for the file", () => {
  assert.equal(readFilters(`?source=${encodeURIComponent("s3://bucket/a/b.zarr/")}`).text, "b.zarr");
  assert.equal(readFilters("?q=ice&source=x").text, "ice");
});

test("a text is looked for in titles and identifiers", () => {
  assert.ok(hasWords(wordsOf(" OSTIA  sst"), ["Sea surface — ostia-sst.nc"]));
  assert.ok(hasWords(["sea water"], ["climate_forecast-sea_water_temperature"]));
  assert.ok(!hasWords(wordsOf("ostia ice"), ["ostia-sst.nc"]));
});

test("a long series is asked for in smaller parts around a time", () => {
  assert.deepEqual(seriesWindows(undefined, undefined, undefined), [undefined]);
  const parts = seriesWindows("2000-01-01T00:00:00Z", "2000-04-10T00:00:00Z", "2000-04-09T00:00:00Z");
  assert.deepEqual(parts.slice(0, 3), [undefined, "2000-03-31T00:00:00.000Z/2000-04-10T00:00:00.000Z", "2000-04-08T12:00:00.000Z/2000-04-09T12:00:00.000Z"]);
});
