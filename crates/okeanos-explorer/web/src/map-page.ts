/** The page of one item: its data on the map, what it is, values where one clicks. */

import L from "leaflet";
import { asProblem, getJson, isAbort } from "./api.ts";
import { baseMap } from "./basemap.ts";
import { lineChart } from "./chart.ts";
import { controls } from "./controls.ts";
import { series } from "./coverage.ts";
import type { Coverage, Series } from "./coverage.ts";
import { DataLayer } from "./data-layer.ts";
import { h, notice, spinner } from "./dom.ts";
import { formatNumber, formatPlace, formatTime, formatUnit } from "./format.ts";
import { itemPanel } from "./item-panel.ts";
import { itemPath, mapUrl, renderQuery, seriesWindows } from "./query.ts";
import type { MapState } from "./query.ts";
import { flatBbox, itemTitle, timeSpan } from "./stac.ts";
import type { Item } from "./stac.ts";
import { nearestIndex, tileSetBox } from "./tileset.ts";
import type { TileSet } from "./tileset.ts";

/** Shows the page. */
export async function showMap(content: HTMLElement, state: MapState): Promise<void> {
  content.replaceChildren(spinner("Loading the item"));
  try {
    const item = await getJson<Item>(itemPath("/data", state));
    await new MapPage(content, state, item).start();
  } catch (error) {
    const problem = asProblem(error);
    const signIn = problem.status === 401 || problem.status === 404;
    const text = signIn ? `${problem.detail} If it is not public, sign in first.` : problem.detail;
    content.replaceChildren(notice("error", problem.title, text, h("a", { href: "/" }, "Search the catalog")));
  }
}

/** The way to a value without a pointer. */
function placeForm(ask: (lat: number, lon: number) => void): HTMLElement {
  const field = (id: string, max: number): HTMLInputElement => h("input", { type: "number", id, step: "any", min: -max, max, required: true });
  const [lat, lon] = [field("lat", 90), field("lon", 180)];
  return h(
    "form",
    { class: "place", "aria-label": "Read a value at a place", submit: (event) => (event.preventDefault(), ask(lat.valueAsNumber, lon.valueAsNumber)) },
    h("div", { class: "field" }, h("label", { for: "lat" }, "Latitude"), lat),
    h("div", { class: "field" }, h("label", { for: "lon" }, "Longitude"), lon),
    h("button", { type: "submit" }, "Read"),
  );
}

class MapPage {
  readonly #state: MapState;
  readonly #map: L.Map;
  readonly #bbox: ReturnType<typeof flatBbox>;
  readonly #legend = h("div", { class: "legend" });
  readonly #controls = h("section", { class: "controls", "aria-label": "Display" }, spinner("Reading the data"));
  readonly #value = h("section", { class: "value", "aria-label": "Value at a place", "aria-live": "polite" });
  readonly #status = h("p", { class: "map-status", role: "status" });
  #tiles: DataLayer | undefined;
  #marker: L.CircleMarker | undefined;
  #tileset: TileSet | undefined;
  #request: AbortController | undefined;
  #series: Series | undefined;
  /** What the series was asked with; `part` when that was an interval only, `instant` when it was one time. */
  #asked: { query: string; depth: number | undefined; part: [number, number] | undefined; instant: string | undefined } | undefined;
  /** What is said below a value that has no series, or none yet. */
  #note: HTMLElement | undefined;
  readonly #span: [string | null, string | null];

  constructor(content: HTMLElement, state: MapState, item: Item) {
    this.#state = state;
    document.title = `${itemTitle(item)} · Okeanos`;
    const place = h("div", { class: "map" });
    content.replaceChildren(
      h(
        "div",
        { class: "page" },
        h("section", { class: "side", "aria-label": "Item" }, h("p", { class: "back" }, h("a", { href: "/" }, "← Search")), h("h1", {}, itemTitle(item)), this.#controls, placeForm((lat, lon) => void this.#ask(this.#show(lat, lon))), this.#value, itemPanel(item, state)),
        h("div", { class: "map-frame" }, place, this.#legend, this.#status),
      ),
    );
    this.#map = baseMap(place, "Map of the data");
    this.#span = timeSpan(item);
    const bbox = flatBbox(item.bbox);
    this.#bbox = bbox;
    if (state.view) this.#map.setView([state.view[0], state.view[1]], state.view[2], { animate: false });
    else if (bbox) this.#map.fitBounds([[Math.max(bbox[1], -75), bbox[0]], [Math.min(bbox[3], 78), bbox[2]]], { maxZoom: 7, animate: false });
    this.#map.on("click", (event) => void this.#ask(event.latlng));
    this.#map.on("moveend", () => this.#keepView());
  }

  async start(): Promise<void> {
    try {
      this.#tileset = await getJson<TileSet>(`${itemPath("/tiles", this.#state)}/tiles`);
    } catch (error) {
      this.#controls.replaceChildren(notice("empty", "No picture of this one", asProblem(error).detail));
      this.#showPlace();
      return;
    }
    this.#controls.replaceChildren(controls(this.#tileset, this.#state, {
        redraw: () => this.#draw(),
        fade: (opacity) => this.#tiles?.setOpacity(opacity),
        drawn: () => this.#tiles?.drawn() ?? Promise.resolve(),
        ranged: () => this.#legend.querySelector("img")?.setAttribute("alt", this.#legendText()),
      }));
    this.#value.replaceChildren(h("p", { class: "quiet-text" }, "Click the map, or give a place, to read a value."));
    this.#draw();
    if (this.#state.at) void this.#ask(this.#show(this.#state.at[1], this.#state.at[0]));
  }

  /** Where the data is, when there is no picture of it: values can be read there. */
  #showPlace(): void {
    if (!this.#bbox) return;
    const [west, south, east, north] = this.#bbox;
    const style = { color: "#0b6f9c", weight: 2, fillOpacity: 0.06, interactive: false } as const;
    L.rectangle([[south, west], [north, east]], style).addTo(this.#map);
    this.#value.replaceChildren(h("p", { class: "quiet-text" }, "Click inside the outlined area to look for a value."));
    if (this.#state.at) void this.#ask(this.#show(this.#state.at[1], this.#state.at[0]));
    else if (west === east && south === north) void this.#ask(this.#show(south, west));
  }

  /** The copy of a place that is nearest to the middle of the view; the map moves there when it is outside. */
  #show(lat: number, lon: number): L.LatLng {
    const at = L.latLng(lat, lon + 360 * Math.round((this.#map.getCenter().lng - lon) / 360));
    if (!this.#map.getBounds().contains(at)) this.#map.panTo(at, { animate: false });
    return at;
  }

  #keepView(): void {
    const { lat, lng } = this.#map.getCenter();
    this.#state.view = [Number(lat.toFixed(3)), Number(lng.toFixed(3)), this.#map.getZoom()];
    history.replaceState(null, "", mapUrl(this.#state));
  }

  #draw(): void {
    history.replaceState(null, "", mapUrl(this.#state));
    const query = renderQuery(this.#state);
    const url = `${itemPath("/tiles", this.#state)}/WebMercatorQuad/{z}/{y}/{x}${query}`;
    this.#drawLegend(query);
    this.#updateValue();
    if (this.#tiles) {
      this.#tiles.setUrl(url);
      return;
    }
    if (!this.#tileset) return;
    this.#tiles = new DataLayer(url, tileSetBox(this.#tileset), { maxNativeZoom: 12, opacity: this.#state.opacity ?? 0.9, zIndex: 5, className: "data-tile" });
    this.#tiles.on("loading", () => (this.#status.textContent = "Drawing…"));
    this.#tiles.on("load", () => (this.#status.textContent = ""));
    this.#tiles.on("tileerror", () => (this.#status.textContent = "Some tiles could not be drawn. Move the map to try again."));
    this.#tiles.addTo(this.#map);
  }

  #drawLegend(query: string): void {
    const image = h("img", { src: `${itemPath("/tiles", this.#state)}/legend${query}`, alt: this.#legendText() });
    this.#legend.replaceChildren(image);
  }

  #legendText(): string {
    const rendering = this.#tileset?.rendering;
    if (!rendering) return "";
    const [low, high] = this.#state.range ?? rendering.range;
    return `Colours from ${formatNumber(low)} to ${formatNumber(high)} ${formatUnit(rendering.unit)}`;
  }

  /** Reads the value at a place of the map, and then its series: the value is there at once, the series may take a while. */
  async #ask(at: L.LatLng): Promise<void> {
    const lon = Number(at.wrap().lng.toFixed(4));
    const lat = Number(at.lat.toFixed(4));
    this.#state.at = [lon, lat];
    history.replaceState(null, "", mapUrl(this.#state));
    this.#marker?.remove();
    // Where it was clicked, in whichever copy of the world that is.
    this.#marker = L.circleMarker(at, { radius: 7, color: "#7c2d12", weight: 2.5, fillColor: "#fff", fillOpacity: 0.9 }).addTo(this.#map);
    this.#request?.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    [this.#series, this.#asked, this.#note] = [undefined, undefined, undefined];
    this.#value.replaceChildren(spinner("Reading the value"));
    try {
      const times = this.#tileset?.rendering.times;
      if (times && times.count > 1 && this.#state.datetime) {
        this.#note = spinner("Reading the time series");
        await this.#read(lon, lat, this.#state.datetime, signal);
        // The time may have been changed while it was read.
        this.#updateValue();
      }
      await this.#readSeries(lon, lat, signal);
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      const problem = asProblem(error);
      if (this.#series) {
        this.#note = h("p", { class: "quiet-text" }, `No time series: ${problem.detail}`);
        this.#showValue();
        return;
      }
      this.#value.replaceChildren(notice(problem.status === 404 ? "empty" : "error", `No value at ${formatPlace(lon, lat)}`, problem.detail));
    }
  }

  /** All of the series, or as much of it around the time shown as is not too much to read. */
  async #readSeries(lon: number, lat: number, signal: AbortSignal): Promise<void> {
    const windows = seriesWindows(this.#span[0], this.#span[1], this.#state.datetime);
    for (const [i, window] of windows.entries()) {
      try {
        await this.#read(lon, lat, window, signal);
        return;
      } catch (error) {
        // Too much to read, or too slow: a part of it may do.
        const isTooMuch = [413, 504].includes(asProblem(error).status);
        if (isAbort(error) || !isTooMuch || i === windows.length - 1) throw error;
      }
    }
  }

  async #read(lon: number, lat: number, datetime: string | undefined, signal: AbortSignal): Promise<void> {
    const params = new URLSearchParams({ coords: `POINT(${lon} ${lat})` });
    const depth = this.#depth();
    if (depth !== undefined) params.set("z", String(depth));
    if (datetime) params.set("datetime", datetime);
    const query = `${itemPath("/edr", this.#state, "instances")}/position?${params}`;
    const found = series(await getJson<Coverage>(query, { signal }));
    if (signal.aborted) return;
    const ends = datetime?.split("/").map((end) => Date.parse(end));
    const instant = ends?.length === 1 ? datetime : undefined;
    // One value does not take the place of the series that came meanwhile, nor of the value of a later wish.
    const isLate = this.#asked?.instant === undefined || instant !== this.#state.datetime;
    if (instant !== undefined && this.#series && isLate) return;
    [this.#series, this.#asked] = [found, { query, depth, part: ends?.length === 2 ? [ends[0]!, ends[1]!] : undefined, instant }];
    this.#showValue();
  }

  /** Reads the value of another time while there is no series: it is on its way, or cannot be had. */
  async #readInstant(): Promise<void> {
    const [at, request] = [this.#state.at, this.#request];
    if (!at || !request) return;
    try {
      await this.#read(at[0], at[1], this.#state.datetime, request.signal);
    } catch (error) {
      if (isAbort(error) || request.signal.aborted) return;
      this.#note = h("p", { class: "quiet-text" }, `No value at the time of the map: ${asProblem(error).detail}`);
      this.#showValue();
    }
  }

  #depth(): number | undefined {
    return this.#state.depth ?? this.#tileset?.rendering.depths?.values[0];
  }

  /** Shows the value of another time or depth, which may have to be read first. */
  #updateValue(): void {
    if (!this.#marker || !this.#asked || !this.#series) return;
    const { depth, part, instant } = this.#asked;
    const [start, end] = this.#span.map((time) => Date.parse(time ?? ""));
    const shown = Math.min(Math.max(Date.parse(this.#state.datetime ?? ""), start ?? NaN), end ?? NaN);
    // A millisecond for rounding.
    const isOutside = part !== undefined && (shown < part[0] - 1 || shown > part[1] + 1);
    if (isOutside || depth !== this.#depth()) void this.#ask(this.#marker.getLatLng());
    else if (instant !== undefined && instant !== this.#state.datetime) void this.#readInstant();
    else this.#showValue();
  }

  /** Depths are positive downward; what lies above is a height. */
  #level(depth: number | undefined): string {
    if (depth === undefined) return "";
    const unit = formatUnit(this.#tileset?.rendering.depths?.unit);
    return `${depth < 0 ? "height" : "depth"} ${formatNumber(Math.abs(depth))} ${unit}`.trim();
  }

  #showValue(): void {
    const found = this.#series;
    if (!found) return;
    const unit = formatUnit(found.unit);
    const instants = found.times.map((time) => Date.parse(time));
    const shown = Date.parse(this.#state.datetime ?? "");
    const at = Number.isFinite(shown) ? nearestIndex(instants, shown) : 0;
    const value = found.values[at] ?? null;
    const rows = [formatPlace(found.lon, found.lat), this.#level(found.depth), formatTime(found.times[at])].filter((row) => row && row !== "…");
    this.#value.replaceChildren(
      h("p", { class: "big" }, value === null ? "No data here" : `${formatNumber(value)} ${unit}`),
      h("p", { class: "where" }, rows.join(" · ")),
    );
    if (found.times.length < 2) {
      if (this.#note) this.#value.append(this.#note);
      return;
    }
    this.#value.append(
      lineChart(found.times, found.values, `${this.#tileset?.title ?? "Value"}${unit ? ` (${unit})` : ""}`, found.times[at]),
      h("p", { class: "quiet-text" }, h("a", { href: `${this.#asked?.query}&f=csv`, download: "" }, "Download CSV"), this.#asked?.part ? ` · A part of the series (${found.times.length} steps): all of it is too much to read at once.` : ""),
    );
  }
}
