// Makes the base map of the portal from Natural Earth (npm `world-atlas`, public domain): land as polygons and country
// borders as lines, as GeoJSON with two decimals (about one kilometre), enough for the zooms that the portal offers.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature, mesh } from "topojson-client";

const require = createRequire(import.meta.url);
const read = (name) => JSON.parse(readFileSync(require.resolve(`world-atlas/${name}.json`), "utf8"));
const out = new URL("../public/basemap/", import.meta.url);
mkdirSync(out, { recursive: true });

const round = (_key, value) => (typeof value === "number" ? Math.round(value * 100) / 100 : value);
const write = (name, geometry) => writeFileSync(new URL(`${name}.json`, out), JSON.stringify(geometry, round));

/** Rings of world-atlas jump from 180° to −180°. Unrolled they go on beyond 180°, and one around the pole ends at it. */
const unroll = (ring) => {
  let turn = 0;
  const out = ring.map(([lon, lat], i) => {
    const step = i === 0 ? 0 : lon - ring[i - 1][0];
    if (step > 180) turn -= 360;
    if (step < -180) turn += 360;
    return [lon + turn, lat];
  });
  const [first, last] = [out[0], out.at(-1)];
  return Math.abs(first[0] - last[0]) > 180 ? [...out, [last[0], -90], [first[0], -90], first] : out;
};
const polygons = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);

const land = read("land-50m");
const shapes = feature(land, land.objects.land).features.flatMap((f) => polygons(f.geometry));
write("land", { type: "MultiPolygon", coordinates: shapes.map((rings) => rings.map(unroll)) });
const countries = read("countries-110m");
write("borders", mesh(countries, countries.objects.countries, (a, b) => a !== b));
