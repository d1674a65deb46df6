/** The search page: filters, results, and where they are. */

import L from "leaflet";
import { asProblem, getJson, isAbort } from "./api.ts";
import { baseMap } from "./basemap.ts";
import { h, notice, spinner } from "./dom.ts";
import { formatSpan, formatUnit } from "./format.ts";
import { COLLECTIONS_MAX, PAGE_SIZE, SCAN_SIZE, hasWords, mapUrl, readFilters, searchBbox, searchUrl, wordsOf, writeFilters } from "./query.ts";
import { collectionTitle, flatBbox, itemTitle, nextRequest, parameters, timeSpan } from "./stac.ts";
import type { Collection, Item, Link, Page } from "./stac.ts";

const FOOTPRINT = { color: "#0b6f9c", weight: 1.2, fillColor: "#1d9ac9", fillOpacity: 0.06 } as const;
const FOOTPRINT_ON = { color: "#c2410c", weight: 2.5, fillOpacity: 0.18 } as const;
/** Pages of collections that are read at most. */
const COLLECTION_PAGES_MAX = 20;
/** Pages of results that are looked through at once for a text. */
const SCAN_PAGES = 10;

/** A request that results come from, and which of them are wanted. */
interface Source {
  url: string;
  init: RequestInit;
  wanted: ((item: Item) => boolean) | undefined;
}

/** A search under way. */
interface Run {
  sources: Source[];
  signal: AbortSignal;
  shown: number;
  /** Results that were looked through for a text. */
  scanned: number;
}

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

const sets = (count: number): string => `${count} data set${count === 1 ? "" : "s"}`;

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
    const loading = allCollections().then(
      (collections) => {
        this.#collections = collections;
        this.#showCollections();
        // With the titles more may fit a text.
        if (this.#state.text) void this.#search();
      },
      (error: unknown) => this.#list.replaceChildren(notice("error", "No list of collections", asProblem(error).detail)),
    );
    await Promise.all([this.#search(), loading]);
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

  /** Collections whose title or identifier has every word of the text. */
  #matching(): Collection[] {
    const words = wordsOf(this.#state.text);
    return this.#collections.filter((c) => hasWords(words, [collectionTitle(c, c.id), c.id]));
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
    clearTimeout(this.#typing);
    history.replaceState(null, "", writeFilters(this.#state));
    this.#request?.abort();
    this.#request = new AbortController();
    this.#count.textContent = "";
    this.#results.replaceChildren(spinner("Searching"));
    this.#footprints.clearLayers();
    await this.#show({ sources: this.#sources(), signal: this.#request.signal, shown: 0, scanned: 0 });
  }

  /**
   * Where results come from. The catalog has no search by text: first come those of collections that the text names, then
   * the others are looked through for it in their titles and identifiers.
   */
  #sources(): Source[] {
    const state = this.#state;
    const view = state.inView ? this.#map.getBounds() : undefined;
    const bbox = view ? searchBbox(view.getWest(), view.getSouth(), view.getEast(), view.getNorth()) : undefined;
    const filters = { ...state, ...(bbox ? { bbox } : {}) };
    const words = wordsOf(state.text);
    if (words.length === 0) return [{ url: searchUrl(filters), init: {}, wanted: undefined }];
    const chosen = (id: string): boolean => state.collections.length === 0 || state.collections.includes(id);
    const named = this.#matching().map((c) => c.id).filter(chosen).slice(0, COLLECTIONS_MAX);
    const wanted = (item: Item): boolean => !named.includes(item.collection ?? "") && hasWords(words, [itemTitle(item), String(item.id), this.#collectionTitle(item), String(item.collection)]);
    const others = { url: searchUrl(filters, SCAN_SIZE), init: {}, wanted };
    return named.length === 0 ? [others] : [{ url: searchUrl({ ...filters, collections: named }), init: {}, wanted: undefined }, others];
  }

  /** Shows the next results of a search, a page of them or as many as are found in a bounded number of requests. */
  async #show(run: Run): Promise<void> {
    const enough = run.shown + PAGE_SIZE;
    const isFirst = run.shown === 0;
    let matched: number | undefined;
    try {
      for (let page = 0; run.sources.length > 0 && run.shown < enough && page < SCAN_PAGES; page += 1) {
        matched = await this.#next(run);
        if (run.signal.aborted) return;
      }
    } catch (error) {
      if (isAbort(error)) return;
      const problem = asProblem(error);
      this.#clear();
      this.#results.append(
        notice("error", problem.title, problem.detail, h("button", { type: "button", click: () => void this.#search() }, "Try again")),
      );
      return;
    }
    this.#clear();
    const more = run.sources.length > 0;
    if (run.shown === 0 && !more) return this.#nothing("No data fits these filters. Try fewer words, a wider time range, or the whole map.");
    const count = matched !== undefined ? `${run.shown} of ${sets(matched)}` : more ? `${run.shown} or more data sets` : sets(run.shown);
    this.#count.textContent = more && run.scanned > 0 ? `${count}; ${run.scanned} were looked through so far` : count;
    if (more) this.#results.append(this.#more(run));
    if (isFirst && !this.#state.inView) this.#fit();
  }

  /** Shows what a page of the first source has, and keeps what comes after it. Says how many results there are, if that is all of them. */
  async #next(run: Run): Promise<number | undefined> {
    const source = run.sources[0];
    if (!source) return undefined;
    const page = await getJson<Page<Item>>(source.url, { ...source.init, signal: run.signal });
    if (run.signal.aborted) return undefined;
    const features = Array.isArray(page.features) ? page.features.filter((item) => typeof item === "object" && item !== null) : [];
    const wanted = source.wanted ? features.filter(source.wanted) : features;
    if (source.wanted) run.scanned += features.length;
    this.#clear();
    this.#results.append(...wanted.map((item) => this.#card(item)), spinner("Searching"));
    run.shown += wanted.length;
    const next = nextRequest(page.links, location.origin);
    const all = run.sources.length === 1 && !source.wanted;
    run.sources = [...(next ? [{ ...next, wanted: source.wanted }] : []), ...run.sources.slice(1)];
    return all ? page.numberMatched : undefined;
  }

  #clear(): void {
    this.#results.querySelectorAll(".busy, .more, .notice").forEach((element) => element.remove());
  }

  #collectionTitle(item: Item): string {
    return collectionTitle(this.#collections.find((c) => c.id === item.collection), String(item.collection ?? "no collection"));
  }

  #nothing(why: string): void {
    this.#count.textContent = "";
    this.#footprints.clearLayers();
    this.#results.replaceChildren(notice("empty", "Nothing found", why));
  }

  #more(run: Run): HTMLElement {
    const button = h("button", { type: "button", class: "more" }, "Show more");
    button.addEventListener("click", () => {
      button.replaceWith(spinner("Loading more"));
      void this.#show(run);
    });
    return button;
  }

  #fit(): void {
    const bounds = this.#footprints.getBounds();
    if (bounds.isValid()) this.#map.fitBounds(bounds, { maxZoom: 5, padding: [20, 20], animate: false });
  }

  /** An item as a card. Anyone may publish an item: one that cannot be shown must not hide the others. */
  #card(item: Item): HTMLElement {
    try {
      return this.#goodCard(item);
    } catch {
      return h("article", { class: "card" }, h("p", { class: "kind" }, `${String(item.id)} cannot be shown: its record is malformed.`));
    }
  }

  #goodCard(item: Item): HTMLElement {
    const href = mapUrl({ collection: item.collection ?? "", item: item.id });
    const units = parameters(item).map((p) => formatUnit(p.unit)).filter(Boolean);
    const card = h(
      "article",
      { class: "card" },
      h("h2", {}, h("a", { href }, itemTitle(item))),
      h("p", { class: "kind" }, this.#collectionTitle(item), units.length > 0 && h("span", { class: "unit" }, units.join(", "))),
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
    // An element: Leaflet takes a string for HTML.
    shape.bindTooltip(h("span", {}, itemTitle(item)), { sticky: true });
    for (const name of ["pointerenter", "focusin"]) card.addEventListener(name, light(true));
    for (const name of ["pointerleave", "focusout"]) card.addEventListener(name, light(false));
    this.#footprints.addLayer(shape);
  }
}
