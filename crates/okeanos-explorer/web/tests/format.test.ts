import assert from "node:assert/strict";
import { test } from "node:test";

import { formatBytes, formatNumber, formatPlace, formatSpan, formatTime, formatUnit } from "../src/format.ts";

test("numbers keep four digits", () => {
  assert.deepEqual([13.24204, 0, -1.5, 0.00012, 1234567, NaN].map(formatNumber), ["13.24", "0", "−1.5", "1.2e−4", "1.23e6", "–"]);
  assert.equal(formatNumber(5432.1), "5432.1");
});

test("units are written as people do", () => {
  assert.deepEqual(["degC", "m s-1", "kg m-3", "1", undefined, "mg/m^3"].map(formatUnit), ["°C", "m s⁻¹", "kg m⁻³", "", "", "mg/m³"]);
});

test("places turn back into ±180", () => {
  assert.equal(formatPlace(355.5, 48.4), "48.40° N, 4.50° W");
  assert.equal(formatPlace(10, -3), "3.00° S, 10.00° E");
});

test("times without a time of day are dates", () => {
  assert.equal(formatTime("2020-01-01T00:00:00Z"), "2020-01-01");
  assert.equal(formatTime("2020-01-01T06:30:00Z"), "2020-01-01 06:30");
  assert.equal(formatSpan(["2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"]), "2020-01-01");
  assert.equal(formatSpan([null, null]), "no time in the file");
});

test("sizes", () => {
  assert.deepEqual([12, 1_700_000, 123_456_789].map(formatBytes), ["12 B", "1.7 MB", "123 MB"]);
});
