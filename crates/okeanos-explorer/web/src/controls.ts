/** Time, depth, colours and opacity of the map. */

import { h } from "./dom.ts";
import { formatNumber, formatTime, formatUnit } from "./format.ts";
import type { MapState } from "./query.ts";
import { nearestIndex, timeSteps } from "./tileset.ts";
import type { TileSet } from "./tileset.ts";

/** Milliseconds between two steps while it plays. */
const PLAY_MS = 900;

/** The controls; `redraw` is called when the picture changes, `fade` while the opacity does. */
export function controls(tileset: TileSet, state: MapState, redraw: () => void, fade: (opacity: number) => void): HTMLElement {
  return h("div", {}, timeControl(tileset, state, redraw), depthControl(tileset, state, redraw), colourControl(tileset, state, redraw), opacityControl(state, fade));
}

function timeControl(tileset: TileSet, state: MapState, redraw: () => void): HTMLElement | undefined {
  const steps = timeSteps(tileset.rendering.times);
  if (steps.length === 0) return undefined;
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
  let timer: ReturnType<typeof setInterval> | undefined;
  const play = h("button", { type: "button", class: "quiet", "aria-label": "Play through time" }, "▶");
  play.addEventListener("click", () => {
    clearInterval(timer);
    timer = timer === undefined ? setInterval(move(1), PLAY_MS) : undefined;
    play.textContent = timer === undefined ? "▶" : "❚❚";
    play.setAttribute("aria-label", timer === undefined ? "Play through time" : "Stop");
  });
  return h(
    "div",
    { class: "field" },
    h("label", { for: "time" }, "Time"),
    shown,
    h("div", { class: "stepper" }, h("button", { type: "button", class: "quiet", "aria-label": "Earlier", click: move(-1) }, "‹"), slider, h("button", { type: "button", class: "quiet", "aria-label": "Later", click: move(1) }, "›"), play),
  );
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

function colourControl(tileset: TileSet, state: MapState, redraw: () => void): HTMLElement {
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
  return h("div", { class: "row" }, h("div", { class: "field" }, h("label", { for: "palette" }, "Colours"), select), h("div", { class: "field" }, h("span", { class: "name" }, `Range ${formatUnit(rendering.unit)}`), h("div", { class: "ends" }, ...ends)));
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
