/** The portal: chooses the page by the path. */

import "leaflet/dist/leaflet.css";
import "./style.css";

import { h, notice } from "./dom.ts";
import { showMap } from "./map-page.ts";
import { readMapState } from "./query.ts";
import { showSearch } from "./search-page.ts";
import { showSession } from "./session.ts";

const content = document.getElementById("content")!;
void showSession(document.getElementById("session")!);

const path = location.pathname.replace(/\/+$/, "") || "/";
if (path === "/map") {
  const state = readMapState(location.search, location.origin);
  if (state) void showMap(content, state);
  else content.append(notice("empty", "Nothing to show yet", "The address names no item of this platform.", h("a", { href: "/" }, "Search the catalog")));
} else {
  document.getElementById("nav-search")?.setAttribute("aria-current", "page");
  void showSearch(content);
}
