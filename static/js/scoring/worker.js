// Gives the scoring page without a network. SHELL is written in front of this by the server; one version is kept whole.
const CACHE = `funeng-score-${SHELL.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(SHELL.assets.map((url) => new Request(url, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("funeng-score-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const page = request.mode === "navigate" && url.pathname === SHELL.page;
  // The page itself is asked of the network by the page alone, to be kept anew in another language.
  if (page || (request.mode !== "navigate" && url.pathname !== SHELL.page && SHELL.assets.includes(url.pathname))) event.respondWith(kept(url.pathname, request));
});

// The kept one first: page, styles and scripts of one version belong together.
async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}
