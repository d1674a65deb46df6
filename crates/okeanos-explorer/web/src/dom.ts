/** Builds elements without markup strings, so that text from the outside is always text. */

type Child = Node | string | null | undefined | false;
type Props = Record<string, string | number | boolean | ((event: Event) => void) | null | undefined>;

const SVG = "http://www.w3.org/2000/svg";

function fill(element: Element, props: Props, children: Child[]): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false));
}

/** An HTML element; function properties are event listeners (`click`, `input`…). */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, props, children);
  return element;
}

/** An SVG element. */
export function s(tag: string, props: Props = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  fill(element, props, children);
  return element;
}

/** A text whose `code spans` are shown as such; all else stays as it is written. */
export function withCode(text: string): Node[] {
  return text.split(/`([^`]+)`/).map((part, i) => (i % 2 === 1 ? h("code", {}, part) : document.createTextNode(part)));
}

/** A busy sign with words for those who cannot see it turn. */
export function spinner(label: string): HTMLElement {
  return h("p", { class: "busy", role: "status" }, h("span", { class: "turn", "aria-hidden": "true" }), label);
}

/** A notice: an error, or that there is nothing. */
export function notice(kind: "error" | "empty", title: string, text: string, ...more: Child[]): HTMLElement {
  return h(
    "div",
    { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status" },
    h("strong", {}, title),
    h("p", {}, text),
    ...more,
  );
}

/** Copies a text; where the browser does not allow that, the button says so. */
export function copyButton(text: () => string, what: string): HTMLButtonElement {
  const button = h("button", { type: "button", class: "quiet", "aria-label": `Copy ${what}` }, "Copy");
  button.addEventListener("click", () => {
    const done = (label: string): void => {
      button.textContent = label;
      setTimeout(() => (button.textContent = "Copy"), 1600);
    };
    if (!navigator.clipboard) return done("Select and copy");
    navigator.clipboard.writeText(text()).then(
      () => done("Copied"),
      () => done("Select and copy"),
    );
  });
  return button;
}
