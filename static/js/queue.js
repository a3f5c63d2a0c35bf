// Shifts that wait on this phone until the server has them, and receipts of those it has (docs/offline.md). Of a shift only
// what `mayBeKept` of drafts.js lets through is kept, encrypted. One tab at a time sends and changes what is sent.

import { openDB } from "../vendor/idb-8.0.4/idb.js";

// As PAYLOAD_VERSION in outcomes/offline/rules.py, which goes on reading older versions.
const PAYLOAD = 1;
const [NAME, FORMAT] = ["hotspot-queue", 1];
const WRITER = "hotspot-queue";
const DAY_MS = 86_400_000;
const RECEIPT_DAYS = 30;
const UNSENT = new Set(["waiting", "sending", "signin", "refused", "duplicate", "correcting"]);
const CIPHER = { name: "AES-GCM", length: 256 };

const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
const news = new EventTarget();
channel?.addEventListener("message", () => news.dispatchEvent(new Event("change")));

export const onChange = (action) => news.addEventListener("change", action);
export const isUnsent = ({ state }) => UNSENT.has(state);
export const isOld = ({ createdAt }) => Date.now() - createdAt > DAY_MS;
// A form that is open may still have a note, which is not kept: it is not sent from behind its person's back.
export const FORM = "hotspot-form:";

export const asWriter = (action) => navigator.locks.request(WRITER, action);

// --- the store -----------------------------------------------------------------------------------------------------------

let opened = null;

export function database() {
  opened ??= openDB(NAME, FORMAT, {
    upgrade(store, from) {
      if (from >= 1) return;
      store.createObjectStore("keys");
      store.createObjectStore("people");
      store.createObjectStore("items", { keyPath: "id" });
    },
    // A newer version of the service in another tab wants to change the store.
    blocking: (_from, _to, event) => {
      event.target.close();
      opened = null;
    },
    terminated: () => { opened = null; },
  }).catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

// A key that is made here and cannot be read out, by our scripts either: a copy of the data is of no use without this browser.
async function deviceKey() {
  const store = await database();
  const kept = await store.get("keys", "device");
  if (kept) return kept;
  const made = await crypto.subtle.generateKey(CIPHER, false, ["encrypt", "decrypt"]);
  const change = store.transaction("keys", "readwrite");
  const other = await change.store.get("device");
  if (!other) change.store.put(made, "device");
  await change.done;
  return other ?? made;
}

export async function lock(value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ ...CIPHER, iv }, await deviceKey(), new TextEncoder().encode(JSON.stringify(value)));
  return { iv, data };
}

export async function unlock({ iv, data }) {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ ...CIPHER, iv }, await deviceKey(), data)));
}

function announce() {
  news.dispatchEvent(new Event("change"));
  channel?.postMessage("change");
}

// Whether this browser can keep a shift. A private window, a full or forbidden store, or one without encryption cannot.
export async function isUsable() {
  try {
    const store = await database();
    await store.put("people", await lock("probe"), "probe");
    const readable = (await unlock(await store.get("people", "probe"))) === "probe";
    await store.delete("people", "probe");
    return readable && Boolean(navigator.locks);
  } catch {
    return false;
  }
}

// --- shifts --------------------------------------------------------------------------------------------------------------

// Gives false where the server has this one already. Throws where nothing can be kept.
export async function keep({ id, person, fields, days }) {
  const store = await database();
  const kept = await lock(fields);
  const now = Date.now();
  const item = {
    id, person, version: PAYLOAD, createdAt: now, expiresAt: now + days * DAY_MS, state: "waiting", tries: 0, notBefore: 0, ...kept,
  };
  const put = async () => {
    const before = await store.get("items", id);
    if (before && !isUnsent(before)) return false;
    await store.put("items", before ? { ...item, createdAt: before.createdAt, expiresAt: before.expiresAt } : item);
    return true;
  };
  const isKept = (await store.get("items", id)) ? await asWriter(put) : await put();
  announce();
  navigator.storage?.persist?.().catch(() => {});
  return isKept;
}

// Until what it gives is called, or the page is left.
export function holdForm(id) {
  let release = () => {};
  navigator.locks?.request(`${FORM}${id}`, () => new Promise((resolve) => { release = resolve; }));
  return () => release();
}

export async function change(id, values) {
  const store = await database();
  const edit = store.transaction("items", "readwrite");
  const item = await edit.store.get(id);
  if (item) edit.store.put({ ...item, ...values });
  await edit.done;
  announce();
}

// The server has it: only its receipt stays.
export async function finish({ id, person, createdAt }, receipt) {
  const store = await database();
  const until = Date.now() + RECEIPT_DAYS * DAY_MS;
  await store.put("items", { id, person, createdAt, state: "sent", sentAt: Date.now(), keptUntil: until, ...receipt });
  announce();
}

export async function finishById(id, receipt) {
  const item = await (await database()).get("items", id);
  if (item && isUnsent(item)) await finish(item, receipt);
}

export async function remove(id) {
  await (await database()).delete("items", id);
  announce();
}

async function expire(store) {
  const now = Date.now();
  for (const item of await store.getAll("items")) {
    if (isUnsent(item) && item.expiresAt <= now) {
      const { id, person, createdAt } = item;
      await store.put("items", { id, person, createdAt, state: "expired", keptUntil: now + RECEIPT_DAYS * DAY_MS });
    } else if (!isUnsent(item) && item.keptUntil <= now) {
      await store.delete("items", item.id);
    }
  }
}

// The person's own, the oldest first; of others' only how many are not sent.
export async function list(person) {
  const store = await database();
  await expire(store);
  const all = (await store.getAll("items")).sort((one, other) => one.createdAt - other.createdAt);
  const own = all.filter((item) => item.person === person);
  return { own, unsent: own.filter(isUnsent), others: all.filter((item) => item.person !== person && isUnsent(item)).length };
}
