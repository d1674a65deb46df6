/** What an item is, and how to use it elsewhere. */

import { getJson } from "./api.ts";
import { copyButton, h, withCode } from "./dom.ts";
import { formatBbox, formatBytes, formatSpan, formatTime, formatUnit } from "./format.ts";
import { itemPath } from "./query.ts";
import type { MapState } from "./query.ts";
import { pythonSnippet } from "./snippet.ts";
import { collectionTitle, dataAsset, dataVariable, flatBbox, itemLinks, parameters, s3Location, textProperty, timeSpan } from "./stac.ts";
import type { Asset, Collection, Item } from "./stac.ts";

interface PortalConfig {
  s3_endpoint: string | null;
}

/** The panel: facts, data, Python, documents. */
export function itemPanel(item: Item, state: MapState): HTMLElement {
  const found = dataAsset(item);
  const about = textProperty(item, "description");
  return h(
    "div",
    { class: "panel" },
    about ? h("p", {}, ...withCode(about)) : undefined,
    h("h2", {}, "About"),
    facts(item, state),
    found ? data(found[1], item) : undefined,
    h("h2", {}, "Documents"),
    documents(item, state, found?.[1]),
  );
}

function facts(item: Item, state: MapState): HTMLElement {
  const collection = h("dd", {}, collectionTitle(undefined, state.collection));
  getJson<Collection>(`/data/collections/${encodeURIComponent(state.collection)}`).then(
    (doc) => (collection.textContent = collectionTitle(doc, doc.id)),
    () => undefined,
  );
  const bbox = flatBbox(item.bbox);
  const measured = parameters(item).map((p) => `${p.name.replaceAll("_", " ")}${p.unit ? ` (${formatUnit(p.unit) || p.unit})` : ""}`);
  const updated = textProperty(item, "updated");
  const rows: [string, string | undefined][] = [
    ["Measures", measured.join(", ") || undefined],
    ["Time", formatSpan(timeSpan(item))],
    ["Area", bbox ? formatBbox(bbox) : undefined],
    ["Licence", textProperty(item, "license")],
    ["Updated", updated ? formatTime(updated) : undefined],
    ["Item", item.id],
  ];
  return h("dl", {}, h("dt", {}, "Collection"), collection, ...rows.flatMap(([name, value]) => (value ? [h("dt", {}, name), h("dd", {}, value)] : [])));
}

function data(asset: Asset, item: Item): HTMLElement {
  const code = h("code", {});
  const variable = dataVariable(item);
  const fill = (endpoint: string): void => void (code.textContent = pythonSnippet(asset.href, asset.type, endpoint, variable));
  fill("https://…");
  getJson<PortalConfig>("/portal.json").then(({ s3_endpoint }) => s3_endpoint && fill(s3_endpoint), () => undefined);
  const { size } = asset;
  return h(
    "div",
    {},
    h("h2", {}, "Data"),
    h("div", { class: "href" }, h("code", { tabindex: 0 }, asset.href), copyButton(() => asset.href, "the address")),
    h("p", { class: "quiet-text" }, [asset.type, size === undefined ? undefined : formatBytes(size)].filter(Boolean).join(" · ")),
    h("details", { open: true }, h("summary", {}, "Open it in Python"), h("div", { class: "snippet" }, h("pre", { tabindex: 0 }, code), copyButton(() => code.textContent ?? "", "the Python lines"))),
  );
}

function documents(item: Item, state: MapState, asset: Asset | undefined): HTMLElement {
  const at = asset ? s3Location(asset.href) : undefined;
  const link = (href: string, text: string): HTMLElement => h("li", {}, h("a", { href }, text));
  return h(
    "ul",
    { class: "links" },
    link(itemPath("/data", state), "STAC item (JSON)"),
    at ? link(`/checks?${new URLSearchParams(at)}`, "Check report of the file") : undefined,
    ...itemLinks(item).filter((l) => l.rel === "derived_from" && /^(https?:\/\/|\/)/.test(l.href)).map((l) => link(l.href, "Made from")),
  );
}
