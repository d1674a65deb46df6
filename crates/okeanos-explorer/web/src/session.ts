/** Who is signed in: the right end of the bar. */

import { asProblem, getJson } from "./api.ts";
import { h } from "./dom.ts";

interface Me {
  name?: string;
}

/** Asks who is signed in; nobody when the session has ended or there is none. */
async function whoAmI(): Promise<string | undefined> {
  try {
    return (await getJson<Me>("/iam/me")).name || undefined;
  } catch (error) {
    const { status } = asProblem(error);
    if (status === 401 || status === 404) return undefined;
    throw error;
  }
}

function signInDialog(): HTMLDialogElement {
  const dialog = h(
    "dialog",
    { "aria-labelledby": "sign-in-title" },
    h("h2", { id: "sign-in-title" }, "Sign in"),
    h("p", {}, "You see what is public. To see your own data as well, open the one-time link that ", h("code", {}, "okeanos up"), " prints when the platform is ready. It looks like this:"),
    h("p", {}, h("code", { class: "block" }, `${location.origin}/iam/sign-in?token=…`)),
    h("p", {}, "The link works once, signs this browser in and brings you back here."),
    h("form", { method: "dialog" }, h("button", { class: "primary" }, "Got it")),
  );
  return dialog;
}

async function signOut(button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  const response = await fetch("/iam/sign-out", { method: "POST", headers: { "x-requested-with": "okeanos-portal" } }).catch(() => undefined);
  if (response?.ok || response?.status === 401) location.assign("/");
  else {
    button.disabled = false;
    button.textContent = "Sign out failed, try again";
  }
}

/** Fills the place in the bar. */
export async function showSession(place: HTMLElement): Promise<void> {
  let name: string | undefined;
  try {
    name = await whoAmI();
  } catch {
    // Not the same as nobody: a failing server must not look like a lost session.
    const again = h("button", { type: "button", class: "on-bar", click: () => void showSession(place) }, "Try again");
    place.replaceChildren(h("span", { class: "who", role: "status" }, "Who is signed in could not be asked"), again);
    return;
  }
  if (name) {
    const button = h("button", { type: "button", class: "on-bar" }, "Sign out");
    button.addEventListener("click", () => void signOut(button));
    place.replaceChildren(h("span", { class: "who" }, "Signed in as ", h("strong", {}, name)), button);
    return;
  }
  const dialog = signInDialog();
  const button = h("button", { type: "button", class: "on-bar", "aria-haspopup": "dialog", click: () => dialog.showModal() }, "Sign in");
  place.replaceChildren(button, dialog);
}
