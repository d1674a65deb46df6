/** Search requests and deep links: what is in an address, and back. */

export interface Filters {
  text: string;
  collections: string[];
  from: string;
  to: string;
  bbox?: [number, number, number, number];
}

/** How many results a page has. */
export const PAGE_SIZE = 20;
/** How many results a page has that is looked through for a text. */
export const SCAN_SIZE = 100;
/** How many collections a text filter may stand for. */
export const COLLECTIONS_MAX = 100;

/** The `datetime` of two dates, either of which may be empty: `2020-01-01T00:00:00Z/..`. */
export function datetimeParam(from: string, to: string): string | undefined {
  if (!from && !to) return undefined;
  return `${from ? `${from}T00:00:00Z` : ".."}/${to ? `${to}T23:59:59Z` : ".."}`;
}

/** A map view as a search box: turned back into ±180; nothing when it sees the whole world. */
export function searchBbox(
  west: number,
  south: number,
  east: number,
  north: number,
): [number, number, number, number] | undefined {
  if (east - west >= 360) return undefined;
  const wrap = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180;
  const round = (x: number): number => Math.round(x * 1e4) / 1e4;
  return [round(wrap(west)), round(Math.max(south, -90)), round(wrap(east)), round(Math.min(north, 90))];
}

/** The address of the first page of a search. */
export function searchUrl(filters: Filters, limit = PAGE_SIZE): string {
  const params = new URLSearchParams({ limit: String(limit) });
  if (filters.collections.length > 0) params.set("collections", filters.collections.slice(0, COLLECTIONS_MAX).join(","));
  const datetime = datetimeParam(filters.from, filters.to);
  if (datetime) params.set("datetime", datetime);
  if (filters.bbox) params.set("bbox", filters.bbox.join(","));
  return `/data/search?${params}`;
}

/** The words of a text, as they are looked for. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Whether every word is somewhere in the texts; in identifiers, also over their hyphens and underscores. */
export function hasWords(words: string[], texts: string[]): boolean {
  const about = texts.flatMap((text) => [text, text.replace(/[_-]+/g, " ")]).join("\n").toLowerCase();
  return words.every((word) => about.includes(word));
}

/** What the address of the search page says; `source`, of `/data-explorer`, is looked for by the name of its file. */
export function readFilters(search: string): Omit<Filters, "bbox"> & { inView: boolean } {
  const params = new URLSearchParams(search);
  const day = (name: string): string => (/^\d{4}-\d\d-\d\d$/.test(params.get(name) ?? "") ? (params.get(name) ?? "") : "");
  return {
    text: params.get("q") ?? (params.get("source") ?? "").replace(/[?#].*$/, "").split("/").filter(Boolean).at(-1) ?? "",
    collections: (params.get("collections") ?? "").split(",").filter(Boolean),
    from: day("from"),
    to: day("to"),
    inView: params.get("view") === "map",
  };
}

/** The address of the search page for these filters. */
export function writeFilters(filters: Omit<Filters, "bbox"> & { inView: boolean }): string {
  const params = new URLSearchParams();
  if (filters.text) params.set("q", filters.text);
  if (filters.collections.length > 0) params.set("collections", filters.collections.join(","));
  if (filters.from) params.set("from", filters.from);
  if (filters.to) params.set("to", filters.to);
  if (filters.inView) params.set("view", "map");
  const query = params.toString();
  return query ? `/?${query}` : "/";
}

export interface MapState {
  collection: string;
  item: string;
  datetime?: string | undefined;
  depth?: number | undefined;
  palette?: string | undefined;
  range?: [number, number] | undefined;
  opacity?: number | undefined;
  at?: [number, number] | undefined;
  /** Latitude, longitude and zoom of the view. */
  view?: [number, number, number] | undefined;
}

function numbers(text: string | null, count: number): number[] | undefined {
  if (text === null || text === "") return undefined;
  const values = text.split(",").map(Number);
  return values.length === count && values.every(Number.isFinite) ? values : undefined;
}

/** The item that an address of this origin is of: `…/data/collections/{collection}/items/{item}`. */
function selectedItem(selected: string | null, origin: string): [string, string] | undefined {
  if (!selected || !URL.canParse(selected, origin)) return undefined;
  const url = new URL(selected, origin);
  const match = /^\/data\/(?:.*\/)?collections\/([^/]+)\/items\/([^/]+)\/?$/.exec(url.pathname);
  if (url.origin !== origin || !match?.[1] || !match[2]) return undefined;
  try {
    return [decodeURIComponent(match[1]), decodeURIComponent(match[2])];
  } catch {
    return undefined;
  }
}

/**
 * What the address of the map page says; undefined when it names no item of this platform. EDITO's form is understood too:
 * `?c=latitude,longitude,zoom&selected=<address of the item>`.
 */
export function readMapState(search: string, origin: string): MapState | undefined {
  const params = new URLSearchParams(search);
  const [collection, item] = selectedItem(params.get("selected"), origin) ?? [params.get("collection"), params.get("item")];
  if (!collection || !item) return undefined;
  const view = numbers(params.get("c"), 3);
  const isPlace = view && Math.abs(view[0]!) <= 90 && Math.abs(view[1]!) <= 540 && view[2]! >= 0 && view[2]! <= 22;
  const at = numbers(params.get("at"), 2);
  const range = numbers(params.get("range"), 2);
  return {
    collection,
    item,
    datetime: params.get("datetime") ?? undefined,
    depth: numbers(params.get("depth"), 1)?.[0],
    palette: params.get("palette") ?? undefined,
    range: range && range[0]! < range[1]! ? [range[0]!, range[1]!] : undefined,
    opacity: numbers(params.get("opacity"), 1)?.[0],
    at: at ? [at[0]!, at[1]!] : undefined,
    view: isPlace ? [view[0]!, view[1]!, view[2]!] : undefined,
  };
}

/** The address of the map page for this state. */
export function mapUrl(state: MapState): string {
  const params = new URLSearchParams({ collection: state.collection, item: state.item });
  if (state.datetime) params.set("datetime", state.datetime);
  if (state.depth !== undefined) params.set("depth", String(state.depth));
  if (state.palette) params.set("palette", state.palette);
  if (state.range) params.set("range", state.range.join(","));
  if (state.opacity !== undefined) params.set("opacity", String(state.opacity));
  if (state.at) params.set("at", state.at.join(","));
  if (state.view) params.set("c", state.view.join(","));
  return `/map?${params}`;
}

/** The path of an item under a service: `/tiles`, `/edr` or `/data`. */
export function itemPath(service: string, state: { collection: string; item: string }, kind = "items"): string {
  return `${service}/collections/${encodeURIComponent(state.collection)}/${kind}/${encodeURIComponent(state.item)}`;
}

/** The query that tiles and the legend share. */
export function renderQuery(state: MapState): string {
  const params = new URLSearchParams();
  if (state.datetime) params.set("datetime", state.datetime);
  if (state.depth !== undefined) params.set("depth", String(state.depth));
  if (state.range) params.set("range", state.range.join(","));
  if (state.palette) params.set("palette", state.palette);
  const query = params.toString();
  return query ? `?${query}` : "";
}

/**
 * Intervals to ask a time series of, one after the other until one is not too much to read: all of it, then ever smaller
 * parts around an instant. Without ends there is only all of it.
 */
export function seriesWindows(start: string | null | undefined, end: string | null | undefined, around: string | null | undefined): (string | undefined)[] {
  const [from, to] = [Date.parse(start ?? ""), Date.parse(end ?? "")];
  if (!(from < to)) return [undefined];
  const asked = Date.parse(around ?? "");
  const middle = Number.isFinite(asked) ? Math.min(Math.max(asked, from), to) : to;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const part = (share: number): string => {
    const length = (to - from) * share;
    const first = Math.min(Math.max(middle - length / 2, from), to - length);
    return `${iso(first)}/${iso(first + length)}`;
  };
  return [undefined, ...[0.1, 0.01, 0.001].map(part)];
}
