// Answers from what the device has kept when the network does not. SHELL is written in front of this by the server.
const SHELL_CACHE = `funeng-shell-${SHELL.version}`;
const PACK = "funeng-pack-";
const KEPT = ["/static/", "/figures/", "/media/", "/pictures/", "/images/"];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL_CACHE)
      .then((cache) => cache.addAll(SHELL.assets.map((url) => new Request(url, { cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith("funeng-shell-") && n !== SHELL_CACHE).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === SHELL.logout) event.respondWith(signOut(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") event.respondWith(page(request));
  else if (KEPT.some((path) => url.pathname.startsWith(path))) event.respondWith(fetch(request).catch(() => kept(request)));
});

async function kept(request) {
  return (await caches.match(request, { ignoreVary: true, ignoreSearch: true })) ?? Response.error();
}

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const found = await caches.match(request, { ignoreVary: true, ignoreSearch: true });
    return found ?? (await caches.match(SHELL.shelf, { ignoreVary: true })) ?? Response.error();
  }
}

// Signing out takes everything of this person off the device, with or without a network.
async function signOut(request) {
  const answer = await fetch(request).catch(() => null);
  await forget();
  return answer ?? Response.redirect(SHELL.shelf, 303);
}

async function forget() {
  for (const name of await caches.keys()) if (name.startsWith(PACK)) await caches.delete(name);
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase("funeng-offline");
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}
