/** The map under everything: land and coast lines from Natural Earth, no tiles from elsewhere. */

import L from "leaflet";
import { getJson } from "./api.ts";

const LAND = { stroke: false, fill: true, fillColor: "#e9e4d6", fillOpacity: 1, interactive: false } as const;
const COAST = { fill: false, color: "#54717f", weight: 0.8, interactive: false } as const;
const BORDER = { color: "#a49c86", weight: 0.6, dashArray: "3 3", interactive: false } as const;

/** Copies of the world to the left and right, so that a view over the antimeridian has land too. */
const TURNS = [-360, 0, 360];

/** A map with land below the data and coast lines above it. */
export function baseMap(place: HTMLElement, label: string): L.Map {
  const map = L.map(place, {
    center: [20, 0],
    zoom: 2,
    // No emptier than the world is high.
    minZoom: Math.max(1, Math.ceil(Math.log2(place.clientHeight / 256) - 0.1)),
    maxZoom: 12,
    preferCanvas: true,
    maxBounds: [[-90, -540], [90, 540]],
    maxBoundsViscosity: 0.8,
  });
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", label);
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  map.attributionControl.addAttribution('Base map: <a href="https://www.naturalearthdata.com">Natural Earth</a> (public domain)');
  L.control.scale({ imperial: false }).addTo(map);
  map.createPane("land").style.zIndex = "150";
  map.createPane("coast").style.zIndex = "350";
  map.getPane("coast")!.style.pointerEvents = "none";
  void addLand(map);
  return map;
}

/** The outlines of land, without the sides that only close a shape at the pole. */
function coastLines(land: GeoJSON.MultiPolygon): GeoJSON.MultiLineString {
  const outline = (ring: GeoJSON.Position[]): GeoJSON.Position[] => {
    const shore = ring.filter(([, lat]) => lat !== -90);
    return shore.length < ring.length ? shore.slice(0, -1) : ring;
  };
  return { type: "MultiLineString", coordinates: land.coordinates.flat().map(outline) };
}

async function addLand(map: L.Map): Promise<void> {
  const [land, borders] = await Promise.all([
    getJson<GeoJSON.MultiPolygon>("/basemap/land.json"),
    getJson<GeoJSON.GeoJsonObject>("/basemap/borders.json"),
  ]);
  const coast = coastLines(land);
  const below = L.canvas({ pane: "land", padding: 0.3 });
  const above = L.canvas({ pane: "coast", padding: 0.3 });
  for (const turn of TURNS) {
    const coordsToLatLng = ([lon, lat]: number[]): L.LatLng => L.latLng(lat ?? 0, (lon ?? 0) + turn);
    const shape = (data: GeoJSON.GeoJsonObject, style: L.PathOptions, pane: string, renderer: L.Renderer): void => {
      L.geoJSON(data, { coordsToLatLng: coordsToLatLng as never, pane, style: { ...style, renderer, pane } as L.PathOptions }).addTo(map);
    };
    shape(land, LAND, "land", below);
    shape(coast, COAST, "coast", above);
    shape(borders, BORDER, "coast", above);
  }
}
