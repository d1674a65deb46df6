/** The pictures of an item on the map. */

import L from "leaflet";
import { tileShows } from "./tileset.ts";

/** Longest wait for tiles to be drawn. */
const DRAW_MS = 15_000;

/** Tiles that are asked for only where the data is, in every copy of the world. */
export class DataLayer extends L.TileLayer {
  readonly #box: [number, number, number, number];

  constructor(url: string, box: [number, number, number, number], options: L.TileLayerOptions) {
    super(url, options);
    this.#box = box;
  }

  override createTile(coords: L.Coords, done: L.DoneCallback): HTMLElement {
    if (tileShows(this.#box, coords)) return super.createTile(coords, done);
    const empty = document.createElement("div");
    queueMicrotask(() => done(undefined, empty));
    return empty;
  }

  /** Resolves when all tiles of the view are there, or after a while. */
  drawn(): Promise<void> {
    if (!this.isLoading()) return Promise.resolve();
    return new Promise((resolve) => {
      this.once("load", () => resolve());
      setTimeout(resolve, DRAW_MS);
    });
  }
}
