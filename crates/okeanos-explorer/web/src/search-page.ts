/** The search page: filters, results, and where they are. */

import L from "leaflet";
import { asProblem, getJson, isAbort } from "./api.ts";
import { baseMap } from "./basemap.ts";
import { h, notice, spinner } from "./dom.ts";
import { formatSpan, formatUnit } from "./format.ts";
import { mapUrl, readFilters, searchBbox, searchUrl, writeFilters } from "./query.ts";
import { collectionTitle, flatBbox, itemTitle, nextRequest, parameters, timeSpan } from "./stac.ts";
import type { Collection, Item, Link, Page } from "./stac.ts";

const FOOTPRINT = { color: "#0b6f9c", weight: 1.2, fillColor: "#1d9ac9", fillOpacity: 0.06 } as const;
const FOOTPRINT_ON = { color: "#c2410c", weight: 2.5, fillOpacity: 0.18 } as const;
/** Pages of collections that are read at most. */
const COLLECTION_PAGES_MAX = 20;

async function allCollections(): Promise<Collection[]> {
  const all: Collection[] = [];
  let next: { url: string; init: RequestInit } | undefined = { url: "/data/collections?limit=500", init: {} };
  for (let page = 0; next && page < COLLECTION_PAGES_MAX; page += 1) {
    const answer: { collections: Collection[]; links?: Link[] } = await getJson(next.url, next.init);
    all.push(...answer.collections);
    next = nextRequest(answer.links, location.origin);
  }
  return all.sort((a, b) => collectionTitle(a, a.id).localeCompare(collectionTitle(b, b.id)));
}

/** Shows the page. */
export async function showSearch(content: HTMLElement): Promise<void> {
  document.title = "Search · Okeanos";
  const page = new SearchPage(content);
  await page.start();
}

class SearchPage {
  readonly #state = readFilters(location.search);
  #collections: Collection[] = [];
  #request: AbortController | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;
  readonly #list = h("div", { class: "collections", role: "group", "aria-label": "Collections" });
  readonly #results = h("div", { class: "results" });
  readonly #count = h("p", { class: "count", role: "status", "aria-live": "polite" });
  readonly #mapPlace = h("div", { class: "map" });
  readonly #map: L.Map;
  readonly #footprints = L.featureGroup();

  constructor(content: HTMLElement) {
    content.replaceChildren(
      h("div", { class: "page" }, h("section", { class: "side", "aria-label": "Search" }, this.#filters(), this.#count, this.#results), this.#mapPlace),
    );
    this.#map = baseMap(this.#mapPlace, "Map of the results");
    this.#footprints.addTo(this.#map);
    this.#map.on("moveend", () => {
      if (this.#state.inView) this.#later();
    });
  }

  async start(): Promise<void> {
    this.#list.replaceChildren(spinner("Loading collections"));
    const [collections] = await Promise.allSettled([allCollections()]);
    if (collections.status === "fulfilled") this.#collections = collections.value;
    else this.#list.replaceChildren(notice("error", "No list of collections", asProblem(collections.reason).detail));
    if (collections.status === "fulfilled") this.#showCollections();
    await this.#search();
  }

  #filters(): HTMLElement {
    const state = this.#state;
    const field = (id: string, label: string, input: HTMLInputElement): HTMLElement => {
      input.id = id;
      return h("div", { class: "field" }, h("label", { for: id }, label), input);
    };
    const text = h("input", { type: "search", placeholder: "temperature, salinity, chlorophyll…", value: state.text, autocomplete: "off" });
    text.addEventListener("input", () => {
      state.text = text.value;
      this.#showCollections();
      this.#later();
    });
    const date = (name: "from" | "to"): HTMLInputElement => {
      const input = h("input", { type: "date", value: state[name] });
      input.addEventListener("change", () => {
        state[name] = input.value;
        void this.#search();
      });
      return input;
    };
    const inView = h("input", { type: "checkbox", checked: state.inView, id: "in-view" });
    inView.addEventListener("change", () => {
      state.inView = inView.checked;
      void this.#search();
    });
    return h(
      "form",
      { class: "filters", role: "search", submit: (event) => (event.preventDefault(), void this.#search()) },
      h("h1", {}, "Explore ocean data"),
      field("text", "What", text),
      h("div", { class: "row" }, field("from", "From", date("from")), field("to", "Until", date("to"))),
      h("label", { class: "check", for: "in-view" }, inView, "Only what lies in the map view"),
      h("details", { open: state.collections.length > 0 }, h("summary", {}, "Collections"), this.#list),
    );
  }

  /** Collections whose title, id or description has every word of the text. */
  #matching(): Collection[] {
    const words = this.#state.text.toLowerCase().split(/\s+/).filter(Boolean);
    return this.#collections.filter((c) => {
      const about = `${collectionTitle(c, c.id)} ${c.id.replace(/[_-]/g, " ")} ${c.id}`.toLowerCase();
      return words.every((word) => about.includes(word));
    });
  }

  #showCollections(): void {
    const chosen = this.#state.collections;
    const shown = this.#matching();
    const boxes = shown.map((collection) => {
      const box = h("input", { type: "checkbox", checked: chosen.includes(collection.id) });
      box.addEventListener("change", () => {
        this.#state.collections = box.checked ? [...this.#state.collections, collection.id] : this.#state.collections.filter((id) => id !== collection.id);
        void this.#search();
      });
      return h("label", { class: "check", title: collection.id }, box, collectionTitle(collection, collection.id));
    });
    this.#list.replaceChildren(...(boxes.length > 0 ? boxes : [h("p", { class: "quiet-text" }, "No collection has this in its title.")]));
  }

  #later(): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#search(), 350);
  }

  async #search(): Promise<void> {
    const state = this.#state;
    history.replaceState(null, "", writeFilters(state));
    this.#request?.abort();
    this.#request = new AbortController();
    let collections = state.collections;
    if (collections.length === 0 && state.text.trim() !== "" && this.#collections.length > 0) {
      collections = this.#matching().map((c) => c.id);
      if (collections.length === 0) return this.#nothing("No collection has these words in its title.");
    }
    const bounds = this.#map.getBounds();
    const bbox = state.inView ? searchBbox(bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()) : undefined;
    this.#count.textContent = "";
    this.#results.replaceChildren(spinner("Searching"));
    this.#footprints.clearLayers();
    await this.#page(searchUrl({ ...state, collections, ...(bbox ? { bbox } : {}) }), {}, this.#request.signal, 0);
  }

  #nothing(why: string): void {
    this.#count.textContent = "";
    this.#footprints.clearLayers();
    this.#results.replaceChildren(notice("empty", "Nothing found", why));
  }

  async #page(url: string, init: RequestInit, signal: AbortSignal, before: number): Promise<void> {
    try {
      const page = await getJson<Page<Item>>(url, { ...init, signal });
      if (signal.aborted) return;
      this.#results.querySelectorAll(".busy, .more, .notice").forEach((element) => element.remove());
      const total = before + page.features.length;
      if (total === 0) return this.#nothing("No data fits these filters. Try fewer words, a wider time range, or the whole map.");
      const next = nextRequest(page.links, location.origin);
      this.#count.textContent = page.numberMatched !== undefined ? `${total} of ${page.numberMatched} data sets` : `${total}${next ? " or more" : ""} data sets`;
      this.#results.append(...page.features.map((item) => this.#card(item)));
      if (next) this.#results.append(this.#more(next, signal, total));
      if (before === 0 && !this.#state.inView) this.#fit();
    } catch (error) {
      if (isAbort(error)) return;
      const problem = asProblem(error);
      this.#results.querySelectorAll(".busy, .more").forEach((element) => element.remove());
      this.#results.append(
        notice("error", problem.title, problem.detail, h("button", { type: "button", click: () => void this.#search() }, "Try again")),
      );
    }
  }

  #more(next: { url: string; init: RequestInit }, signal: AbortSignal, total: number): HTMLElement {
    const button = h("button", { type: "button", class: "more" }, "Show more");
    button.addEventListener("click", () => {
      button.replaceWith(spinner("Loading more"));
      void this.#page(next.url, next.init, signal, total);
    });
    return button;
  }

  #fit(): void {
    const bounds = this.#footprints.getBounds();
    if (bounds.isValid()) this.#map.fitBounds(bounds, { maxZoom: 5, padding: [20, 20], animate: false });
  }

  #card(item: Item): HTMLElement {
    const collection = this.#collections.find((c) => c.id === item.collection);
    const href = mapUrl({ collection: item.collection ?? "", item: item.id });
    const units = parameters(item).map((p) => formatUnit(p.unit)).filter(Boolean);
    const card = h(
      "article",
      { class: "card" },
      h("h2", {}, h("a", { href }, itemTitle(item))),
      h("p", { class: "kind" }, collectionTitle(collection, item.collection ?? "no collection"), units.length > 0 && h("span", { class: "unit" }, units.join(", "))),
      h("p", { class: "when" }, formatSpan(timeSpan(item))),
    );
    this.#footprint(item, card, href);
    return card;
  }

  #footprint(item: Item, card: HTMLElement, href: string): void {
    const bbox = flatBbox(item.bbox);
    if (!bbox) return;
    const [west, south, east, north] = bbox;
    const shape: L.Path =
      west === east && south === north
        ? L.circleMarker([south, west], { ...FOOTPRINT, radius: 6, fillOpacity: 0.5 })
        : L.rectangle([[south, west], [north, east]], FOOTPRINT);
    const light = (on: boolean) => (): void => {
      shape.setStyle(on ? FOOTPRINT_ON : FOOTPRINT);
      card.classList.toggle("lit", on);
    };
    shape.on("mouseover", light(true)).on("mouseout", light(false)).on("click", () => location.assign(href));
    // An element: a string would be taken as markup, and anyone may choose a title.
    shape.bindTooltip(h("span", {}, itemTitle(item)), { sticky: true });
    for (const name of ["pointerenter", "focusin"]) card.addEventListener(name, light(true));
    for (const name of ["pointerleave", "focusout"]) card.addEventListener(name, light(false));
    this.#footprints.addLayer(shape);
  }
}
