// The force keeps nothing on phones: this worker takes the place of the one before, and removes itself and its files.

async function leave() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("hotspot-")).map((name) => caches.delete(name)));
  await self.registration.unregister();
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));
