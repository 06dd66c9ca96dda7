/* Opens Caddy where there is no network: the files of every page, the few pages of a person's own
   that their last visit kept, and else a page that says so. Sends the outbox when the network is
   back. `CADDY`, what it keeps and in which version, is put before this by the server. */
"use strict";

importScripts(CADDY.outbox);

const FILES = `files-${CADDY.version}`;
const WEEK = "/shifts/mine";
const OWN = [WEEK, "/waiting"];
const LONGEST = 8 * 86_400_000;
const SHIFT = /^\/services\/([0-9a-f-]{36})(\/finish|\/notes)?$/;
const INSTEAD = new Set(["/", "/roster", "/services/new"]);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(CADDY.files)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("files-") && name !== FILES) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

const personal = async () => (await caches.keys()).filter((name) => name.startsWith("personal-"));

const wipe = async () => {
  for (const name of await personal()) await caches.delete(name);
};

/* Returns a page of the person's own, unless it is older than what it tells of. */
const own = async (path) => {
  for (const name of await personal()) {
    const kept = await (await caches.open(name)).match(path);
    if (kept && Date.now() - Number(kept.headers.get("X-Kept-At")) < LONGEST) return kept;
    if (kept) await caches.delete(name);
  }
  return null;
};

const withoutNetwork = async (url) => {
  if (OWN.includes(url.pathname)) {
    const kept = await own(url.pathname);
    if (kept) return kept;
  }
  const shift = SHIFT.exec(url.pathname);
  if ((shift || INSTEAD.has(url.pathname)) && (await own(WEEK))) {
    const place = shift ? `#shift-${shift[1]}` : url.pathname === "/services/new" ? "#log" : "";
    return Response.redirect(`${WEEK}${place}`, 302);
  }
  return (await caches.match("/offline")) ?? Response.error();
};

const visit = async (request) => {
  const url = new URL(request.url);
  let response;
  try {
    response = await fetch(request);
  } catch {
    return withoutNetwork(url);
  }
  if ([502, 503, 504].includes(response.status) && OWN.includes(url.pathname)) {
    return (await own(url.pathname)) ?? response;
  }
  // Whoever stands before the sign-in is nobody here: nothing of a person's stays.
  if (url.pathname === "/sign-in" && response.ok) await wipe();
  return response;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(visit(request));
  else if (CADDY.files.includes(url.pathname + url.search)) {
    event.respondWith(caches.open(FILES).then(async (cache) => (await cache.match(request)) ?? fetch(request)));
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  const send = async () => {
    const { why } = await self.Outbox.send();
    if (why === "no-network") throw new Error("The network is away again: later.");
  };
  event.waitUntil(send());
});
