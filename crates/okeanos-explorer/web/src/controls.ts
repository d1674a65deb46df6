/** Time, depth, colours and opacity of the map. */

import { getJson } from "./api.ts";
import { h } from "./dom.ts";
import { formatNumber, formatTime, formatUnit } from "./format.ts";
import { itemPath, renderQuery } from "./query.ts";
import type { MapState } from "./query.ts";
import { nearestIndex, timeSteps } from "./tileset.ts";
import type { TileSet, Times } from "./tileset.ts";

/** Milliseconds between two steps while it plays. */
const PLAY_MS = 900;

/** What the controls do to the map. */
export interface Actions {
  /** The picture has changed. */
  redraw: () => void;
  /** The opacity has. */
  fade: (opacity: number) => void;
  /** Resolves when the picture is there. */
  drawn: () => Promise<void>;
  /** The range of the colours is known to be another. */
  ranged: () => void;
}

/** The controls. */
export function controls(tileset: TileSet, state: MapState, actions: Actions): HTMLElement {
  // The tile set was asked for without them, and its range is that of the usual ones.
  const isUnusual = state.depth !== undefined || state.palette !== undefined;
  const askRange = (): void => {
    if (!state.range) void usualRange(tileset, state).then((range) => range && (colours.show(range), actions.ranged()));
  };
  const redraw = (): void => {
    actions.redraw();
    askRange();
  };
  const colours = colourControl(tileset, state, redraw);
  const depths = depthControl(tileset, state, redraw);
  if (isUnusual) askRange();
  return h(
    "div",
    {},
    timeControl(tileset, state, actions),
    depths,
    ...(tileset.rendering.fixed ?? []).map((f) => h("p", { class: "quiet-text" }, `Shown is number ${f.index + 1} of ${f.size} along ${f.dimension}.`)),
    colours.element,
    opacityControl(state, actions.fade),
  );
}

/** The range that the server takes for this depth and palette. */
async function usualRange(tileset: TileSet, state: MapState): Promise<[number, number] | undefined> {
  const { depth, palette } = state;
  const query = renderQuery({ collection: state.collection, item: state.item, depth, palette });
  const answer = await getJson<TileSet>(`${itemPath("/tiles", state)}/tiles${query}`).catch(() => undefined);
  if (!answer || state.depth !== depth || state.palette !== palette || state.range) return undefined;
  tileset.rendering.range = answer.rendering.range;
  return answer.rendering.range;
}

function timeControl(tileset: TileSet, state: MapState, { redraw, drawn }: Actions): HTMLElement | undefined {
  const steps = timeSteps(tileset.rendering.times);
  if (steps.length === 0) return dateControl(tileset.rendering.times, state, redraw);
  const instants = steps.map((t) => Date.parse(t));
  const start = state.datetime ? nearestIndex(instants, Date.parse(state.datetime)) : steps.length - 1;
  state.datetime = steps[start];
  if (steps.length === 1) return h("p", { class: "field" }, h("span", { class: "name" }, "Time"), formatTime(steps[0]));
  const slider = h("input", { type: "range", id: "time", min: 0, max: steps.length - 1, step: 1 });
  slider.value = String(start);
  const shown = h("output", { for: "time" }, formatTime(steps[start]));
  const go = (index: number): void => {
    slider.value = String(index);
    state.datetime = steps[index];
    shown.textContent = formatTime(steps[index]);
    slider.setAttribute("aria-valuetext", formatTime(steps[index]));
  };
  slider.addEventListener("input", () => go(Number(slider.value)));
  slider.addEventListener("change", redraw);
  const move = (by: number) => (): void => {
    go((Number(slider.value) + by + steps.length) % steps.length);
    redraw();
  };
  const play = playButton(move(1), drawn);
  return h(
    "div",
    { class: "field" },
    h("label", { for: "time" }, "Time"),
    shown,
    h("div", { class: "stepper" }, h("button", { type: "button", class: "quiet", "aria-label": "Earlier", click: move(-1) }, "‹"), slider, h("button", { type: "button", class: "quiet", "aria-label": "Later", click: move(1) }, "›"), play),
  );
}

/** Steps through time until it is pressed again, no faster than pictures come. Nothing where people want no motion. */
function playButton(next: () => void, drawn: () => Promise<void>): HTMLElement | undefined {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return undefined;
  const button = h("button", { type: "button", class: "quiet", "aria-label": "Play through time" }, "▶");
  let playing = false;
  // Pressed twice within a beat, the first loop must not go on beside the second.
  let run = 0;
  const show = (): void => {
    button.textContent = playing ? "❚❚" : "▶";
    button.setAttribute("aria-label", playing ? "Stop" : "Play through time");
  };
  const play = async (): Promise<void> => {
    const mine = ++run;
    while (playing && mine === run && button.isConnected) {
      next();
      await Promise.all([new Promise((resolve) => setTimeout(resolve, PLAY_MS)), drawn()]);
    }
  };
  button.addEventListener("click", () => {
    playing = !playing;
    show();
    if (playing) void play();
  });
  return button;
}

/** A date for an axis that is too long and irregular to be listed: the nearest step is shown. */
function dateControl(times: Times | undefined, state: MapState, redraw: () => void): HTMLElement | undefined {
  if (!times?.start || !times.end) return undefined;
  const local = (iso: string): string => new Date(iso).toISOString().slice(0, 19);
  if (!Number.isFinite(Date.parse(state.datetime ?? ""))) state.datetime = times.end;
  const input = h("input", { type: "datetime-local", id: "time", step: 1, min: local(times.start), max: local(times.end), value: local(state.datetime ?? times.end) });
  input.addEventListener("change", () => {
    if (!input.value || !input.reportValidity()) return;
    state.datetime = new Date(`${input.value}Z`).toISOString();
    redraw();
  });
  return h("div", { class: "field" }, h("label", { for: "time" }, "Time (UTC); the nearest step is shown"), input);
}

function depthControl(tileset: TileSet, state: MapState, redraw: () => void): HTMLElement | undefined {
  const depths = tileset.rendering.depths;
  if (!depths || depths.values.length === 0) return undefined;
  const surface = nearestIndex(depths.values, state.depth ?? 0);
  state.depth = depths.values[surface];
  if (depths.values.length === 1) return undefined;
  const select = h("select", { id: "depth" }, ...depths.values.map((value) => h("option", { value }, `${formatNumber(value)} ${formatUnit(depths.unit)}`)));
  select.selectedIndex = surface;
  select.addEventListener("change", () => {
    state.depth = depths.values[select.selectedIndex];
    redraw();
  });
  const label = depths.positive === "up" ? "Height" : "Depth";
  return h("div", { class: "field" }, h("label", { for: "depth" }, label), select);
}

function colourControl(tileset: TileSet, state: MapState, redraw: () => void): { element: HTMLElement; show: (range: [number, number]) => void } {
  const rendering = tileset.rendering;
  const select = h("select", { id: "palette" }, ...rendering.palettes.map((name) => h("option", { value: name, selected: name === (state.palette ?? rendering.palette) }, name)));
  select.addEventListener("change", () => {
    state.palette = select.value === rendering.palette ? undefined : select.value;
    redraw();
  });
  const [low, high] = state.range ?? rendering.range;
  const ends = [low, high].map((value, i) => h("input", { type: "number", step: "any", value: Number(value.toPrecision(4)), "aria-label": i === 0 ? "Colours from" : "Colours to" }));
  const change = (): void => {
    const [from, to] = ends.map((input) => input.valueAsNumber);
    const good = from !== undefined && to !== undefined && Number.isFinite(from) && Number.isFinite(to) && from < to;
    ends.forEach((input) => input.setCustomValidity(good ? "" : "The first number must be below the second."));
    if (!good) return void ends[0]?.reportValidity();
    state.range = [from, to];
    redraw();
  };
  ends.forEach((input) => input.addEventListener("change", change));
  const show = (range: [number, number]): void => ends.forEach((input, i) => (input.value = String(Number(range[i]!.toPrecision(4)))));
  const element = h("div", { class: "row" }, h("div", { class: "field" }, h("label", { for: "palette" }, "Colours"), select), h("div", { class: "field" }, h("span", { class: "name" }, `Range ${formatUnit(rendering.unit)}`), h("div", { class: "ends" }, ...ends)));
  return { element, show };
}

function opacityControl(state: MapState, fade: (opacity: number) => void): HTMLElement {
  const slider = h("input", { type: "range", id: "opacity", min: 0, max: 1, step: 0.05 });
  slider.value = String(state.opacity ?? 0.9);
  slider.addEventListener("input", () => {
    state.opacity = Number(slider.value);
    fade(state.opacity);
  });
  return h("div", { class: "field" }, h("label", { for: "opacity" }, "Opacity"), slider);
}
