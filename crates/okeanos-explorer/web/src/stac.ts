/** The parts of STAC documents that the portal reads. */

export interface Link {
  rel: string;
  href: string;
  type?: string;
  title?: string;
  method?: string;
  body?: unknown;
}

export interface Collection {
  id: string;
  title?: string;
  description?: string;
}

export interface Asset {
  href: string;
  type?: string;
  title?: string;
  roles?: string[];
  "file:size"?: number;
}

export interface CubeVariable {
  type?: string;
  unit?: string;
  description?: string;
}

export interface Item {
  id: string;
  collection?: string;
  bbox?: number[];
  geometry?: GeoJSON.Geometry | null;
  properties: {
    title?: string;
    description?: string;
    datetime?: string | null;
    start_datetime?: string;
    end_datetime?: string;
    updated?: string;
    license?: string;
    "cube:variables"?: Record<string, CubeVariable>;
    [name: string]: unknown;
  };
  assets: Record<string, Asset>;
  links?: Link[];
}

export interface Page<T> {
  features: T[];
  links?: Link[];
  numberMatched?: number;
}

/** A title for people: the given one, or the identifier made readable. */
export function itemTitle(item: Item): string {
  return item.properties.title ?? item.id;
}

/** A title for people: `climate_forecast-sea_water_temperature` → `Sea water temperature`. */
export function collectionTitle(collection: Collection | undefined, id: string): string {
  if (collection?.title) return collection.title;
  const words = id.replace(/^climate_forecast-/, "").replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** First and last instant of an item; null where it is open or unknown. */
export function timeSpan(item: Item): [string | null, string | null] {
  const p = item.properties;
  return [p.start_datetime ?? p.datetime ?? null, p.end_datetime ?? p.datetime ?? null];
}

/** The asset with the data: `data`, or the first one in a bucket. */
export function dataAsset(item: Item): [string, Asset] | undefined {
  const assets = Object.entries(item.assets);
  return assets.find(([key]) => key === "data") ?? assets.find(([, asset]) => asset.href.startsWith("s3://"));
}

/** Bucket and key of an `s3://` address. */
export function s3Location(href: string): { bucket: string; key: string } | undefined {
  const match = /^s3:\/\/([^/]+)\/(.+)$/.exec(href);
  return match?.[1] && match[2] ? { bucket: match[1], key: match[2] } : undefined;
}

/** West, south, east, north of a bounding box with or without heights. */
export function flatBbox(bbox: number[] | undefined): [number, number, number, number] | undefined {
  if (!bbox || (bbox.length !== 4 && bbox.length !== 6)) return undefined;
  const [w, sth, e, n] = bbox.length === 6 ? [bbox[0], bbox[1], bbox[3], bbox[4]] : bbox;
  if (w === undefined || sth === undefined || e === undefined || n === undefined) return undefined;
  return [w, sth, e < w ? e + 360 : e, n];
}

/** The link to the next page, as what fetch needs. Only addresses on this origin are followed. */
export function nextRequest(links: Link[] | undefined, origin: string): { url: string; init: RequestInit } | undefined {
  const next = links?.find((link) => link.rel === "next");
  if (!next) return undefined;
  const url = new URL(next.href, origin);
  if (url.origin !== origin) return undefined;
  if (next.method?.toUpperCase() !== "POST") return { url: url.href, init: {} };
  const headers = { "content-type": "application/json" };
  return { url: url.href, init: { method: "POST", headers, body: JSON.stringify(next.body ?? {}) } };
}

/** A measured quantity. */
export interface Parameter {
  name: string;
  unit: string | undefined;
}

/** What an item measures (`cf:parameter`). Anyone may publish an item, and its extensions are not checked: what is not as it should be is left out. */
export function parameters(item: Item): Parameter[] {
  const listed = item.properties["cf:parameter"];
  const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
  return (Array.isArray(listed) ? listed : []).flatMap((entry: { name?: unknown; unit?: unknown } | null) => {
    const name = text(entry?.name);
    return name ? [{ name, unit: text(entry?.unit) }] : [];
  });
}
