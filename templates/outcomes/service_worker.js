// Opens one public page without a connection: {{ page }}. Keeps nothing else but the static files of that page: no page of
// anybody signed in, no answer to a script. Made by outcomes/offline/shell.py.

const CACHE = "hotspot-{{ version }}";
const PAGE = "{{ page }}";
const FILES = [{% for file in files %}
  "{{ file|escapejs }}",{% endfor %}
];
const KEPT = new Set(FILES);
// Longer than the service takes for a page: it stops its own slow questions after 5 seconds.
const PATIENCE_MS = 10_000;
const IS_HASHED = {{ is_hashed|yesno:"true,false" }};

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: IS_HASHED ? "default" : "reload", credentials: "omit" })));
  await cache.add(new Request(PAGE, { cache: "reload", credentials: "omit" }));
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("hotspot-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

// A page comes from the server, or is the one that opens without it: never an older copy of itself. A network that takes
// what is sent and answers nothing, the usual case in a weak signal, is given up after a while.
async function navigate(request) {
  const kept = () => caches.match(PAGE, { cacheName: CACHE, ignoreVary: true });
  // Who opens that page itself has no signal, or a poor one, and is not to wait for it.
  if (new URL(request.url).pathname === PAGE) return (await kept()) ?? fetch(request);
  const answer = fetch(request);
  const late = new Promise((_, reject) => { setTimeout(reject, PATIENCE_MS, new Error("no answer")); });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return (await kept()) ?? answer;
  }
}

async function file(request) {
  const kept = () => caches.match(request.url, { cacheName: CACHE, ignoreVary: true });
  if (IS_HASHED) return (await kept()) ?? fetch(request);
  try {
    return await fetch(request);
  } catch (error) {
    const copy = await kept();
    if (copy) return copy;
    throw error;
  }
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(request));
  else if (KEPT.has(pathname)) event.respondWith(file(request));
});
