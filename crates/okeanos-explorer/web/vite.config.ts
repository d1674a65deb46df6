import { defineConfig } from "vite";

/** A platform to develop against: `OKEANOS_URL=http://127.0.0.1:8080 npx vite`. */
const platform = process.env["OKEANOS_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: {
    // No data: URIs, so that the content security policy can stay at 'self'.
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ["data", "tiles", "edr", "iam", "checks", "portal.json"].map((path) => [`^/${path}(/|\\?|$)`, platform]),
    ),
  },
});
