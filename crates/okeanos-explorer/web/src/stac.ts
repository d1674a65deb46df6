/**
 * The parts of STAC documents that the portal reads. Anyone may publish an item, and its extensions are not checked: what
 * the interfaces leave unknown is read by the functions below, which take it as it should be or leave it out.
 */

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
  title?: unknown;
  description?: unknown;
}

/** An asset whose members have been looked at. */
export interface Asset {
  href: string;
  type: string | undefined;
  size: number | undefined;
}

/** A measured quantity. */
export interface Parameter {
  name: string;
  unit: string | undefined;
}

export interface Item {
  id: string;
  collection?: string;
  bbox?: unknown;
  properties?: Record<string, unknown>;
  assets?: unknown;
  links?: Link[];
}

export interface Page<T> {
  features: T[];
  links?: Link[];
  numberMatched?: number;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** A property that is a text. */
export function textProperty(item: Item, name: string): string | undefined {
  return text(record(item.properties)[name]);
}

/** A title for people: the given one, or the identifier. */
export function itemTitle(item: Item): string {
  return textProperty(item, "title") ?? String(item.id);
}

/** What the item measures (`cf:parameter`). */
export function parameters(item: Item): Parameter[] {
  const listed = record(item.properties)["cf:parameter"];
  return (Array.isArray(listed) ? listed : []).flatMap((entry) => {
    const [name, unit] = [text(record(entry)["name"]), text(record(entry)["unit"])];
    return name ? [{ name, unit }] : [];
  });
}

/** The first variable of the data set that is data. */
export function dataVariable(item: Item): string | undefined {
  const variables = Object.entries(record(record(item.properties)["cube:variables"]));
  return variables.find(([, about]) => record(about)["type"] !== "auxiliary")?.[0];
}

/** The links of an item that are links. */
export function itemLinks(item: Item): Link[] {
  const links: unknown[] = Array.isArray(item.links) ? item.links : [];
  return links.filter((link): link is Link => text(record(link)["rel"]) !== undefined && text(record(link)["href"]) !== undefined);
}

/** A title for people: `climate_forecast-sea_water_temperature` → `Sea water temperature`. */
export function collectionTitle(collection: Collection | undefined, id: string): string {
  const title = text(collection?.title);
  if (title) return title;
  const words = id.replace(/^climate_forecast-/, "").replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How long after an upload its item is made, at most, as far as {@link timeSpan} is concerned. */
const CATALOGUED_WITHIN_MS = 600_000;

/**
 * First and last instant of an item; null where it is open or unknown. STAC wants a `datetime` of every item: that of a
 * file without time is when it was uploaded, which is no time of the data.
 */
export function timeSpan(item: Item): [string | null, string | null] {
  const of = (name: string): string | null => textProperty(item, name) ?? null;
  const [start, end, instant] = [of("start_datetime"), of("end_datetime"), of("datetime")];
  if (!start && !end && instant && isUploadTime(item, instant)) return [null, null];
  return [start ?? instant, end ?? instant];
}

function isUploadTime(item: Item, instant: string): boolean {
  const dimensions = record(item.properties)["cube:dimensions"];
  if (dimensions === undefined) return false;
  const hasTime = Object.values(record(dimensions)).some((about) => record(about)["type"] === "temporal");
  const age = (name: string): number => Date.parse(textProperty(item, name) ?? "") - Date.parse(instant);
  const isRecent = (ms: number): boolean => ms > -1000 && ms < CATALOGUED_WITHIN_MS;
  return !hasTime && (isRecent(age("created")) || isRecent(age("updated")));
}

/** The asset with the data: `data`, or the first one in a bucket. */
export function dataAsset(item: Item): [string, Asset] | undefined {
  const assets = Object.entries(record(item.assets)).flatMap(([key, value]): [string, Asset][] => {
    const about = record(value);
    const [href, size] = [text(about["href"]), about["file:size"]];
    return href ? [[key, { href, type: text(about["type"]), size: typeof size === "number" ? size : undefined }]] : [];
  });
  return assets.find(([key]) => key === "data") ?? assets.find(([, asset]) => asset.href.startsWith("s3://"));
}

/** Bucket and key of an `s3://` address. */
export function s3Location(href: string): { bucket: string; key: string } | undefined {
  const match = /^s3:\/\/([^/]+)\/(.+)$/.exec(href);
  return match?.[1] && match[2] ? { bucket: match[1], key: match[2] } : undefined;
}

/** West, south, east, north of a bounding box with or without heights. */
export function flatBbox(bbox: unknown): [number, number, number, number] | undefined {
  if (!Array.isArray(bbox) || (bbox.length !== 4 && bbox.length !== 6) || !bbox.every(Number.isFinite)) return undefined;
  const [w, sth, e, n] = (bbox.length === 6 ? [bbox[0], bbox[1], bbox[3], bbox[4]] : bbox) as [number, number, number, number];
  return [w, sth, e < w ? e + 360 : e, n];
}

/** The link to the next page, as what fetch needs. Only addresses on this origin are followed. */
export function nextRequest(links: Link[] | undefined, origin: string): { url: string; init: RequestInit } | undefined {
  const next = links?.find((link) => link.rel === "next");
  if (!next || !URL.canParse(next.href, origin)) return undefined;
  const url = new URL(next.href, origin);
  if (url.origin !== origin) return undefined;
  if (next.method?.toUpperCase() !== "POST") return { url: url.href, init: {} };
  const headers = { "content-type": "application/json" };
  return { url: url.href, init: { method: "POST", headers, body: JSON.stringify(next.body ?? {}) } };
}
