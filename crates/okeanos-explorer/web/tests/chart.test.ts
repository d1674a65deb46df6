import assert from "node:assert/strict";
import { test } from "node:test";

import { pieces } from "../src/chart.ts";
import { series } from "../src/coverage.ts";
import { niceTicks, timeTicks } from "../src/ticks.ts";
import { nearestIndex, tileShows, timeSteps } from "../src/tileset.ts";

test("ticks are round and enclose the range", () => {
  assert.deepEqual(niceTicks(3.2, 17.9, 5), [0, 5, 10, 15, 20]);
  const flat = niceTicks(5, 5, 5);
  assert.ok(flat[0]! < 5 && flat.at(-1)! > 5);
});

test("time ticks are few, in order and inside", () => {
  for (const [from, to] of [["2020-01-01", "2020-01-02"], ["2020-01-01", "2020-06-01"], ["1982-01-16", "1986-06-16"], ["2020-01-01", "2020-01-20"]]) {
    const [a, b] = [Date.parse(from!), Date.parse(to!)];
    const ticks = timeTicks(a, b);
    assert.ok(ticks.length >= 2 && ticks.length <= 7, `${from}: ${ticks.length}`);
    assert.ok(ticks.every((t, i) => t.ms >= a && t.ms <= b && (i === 0 || t.ms > ticks[i - 1]!.ms)));
  }
});

test("a line breaks where values are missing", () => {
  const times = ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"];
  assert.deepEqual(pieces(times, [1, null, 3, 4]).map((p) => p.length), [1, 2]);
});

test("a regular time axis is spelled out", () => {
  assert.deepEqual(timeSteps({ start: "2020-01-01T00:00:00Z", count: 3, step_s: 3600 }), ["2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z", "2020-01-01T02:00:00Z"]);
  assert.deepEqual(timeSteps({ count: 9 }), []);
  assert.equal(nearestIndex([0, 10, 20], 14), 1);
});

test("of many levels the first one is taken", () => {
  const found = series({
    domain: { axes: { x: { values: [2] }, y: { values: [48] }, z: { values: [0, 10] }, t: { values: ["a", "b"] } } },
    parameters: {},
    ranges: { t: { axisNames: ["t", "z"], shape: [2, 2], values: [1, 2, 3, 4] } },
  });
  assert.deepEqual([found?.values, found?.depth, found?.unit], [[1, 3], 0, ""]);
});

test("a coverage becomes a series", () => {
  const found = series({
    domain: { axes: { x: { values: [2] }, y: { values: [48] }, t: { values: ["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"] } } },
    parameters: { sst: { unit: { symbol: { value: "degC" } } } },
    ranges: { sst: { axisNames: ["t"], shape: [2], values: [1.5, null] } },
  });
  assert.deepEqual(found, { lon: 2, lat: 48, depth: undefined, times: ["2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z"], values: [1.5, null], unit: "degC" });
});

test("tiles beside the data are not asked for, whichever copy of the world they are in", () => {
  const pacific: [number, number, number, number] = [170, -10, 190, 10];
  assert.deepEqual([0, 3, 4, -1, 8].map((x) => tileShows(pacific, { x, y: 3, z: 3 })), [true, false, false, true, true]);
  assert.ok(tileShows(pacific, { x: 7, y: 3, z: 3 }) && !tileShows(pacific, { x: 7, y: 0, z: 3 }));
  assert.ok(tileShows([-180, -90, 180, 90], { x: 5, y: 7, z: 3 }) && tileShows(pacific, { x: 0, y: 0, z: 0 }));
});
