// Shifts and visits that wait on this phone until the server has them, and receipts of those it has (docs/offline.md). Of a
// shift only what `mayBeKept` of drafts.js lets through is kept, encrypted. One tab at a time sends and changes what is sent.

import { openDB } from "../vendor/idb-8.0.4/idb.js";

// As PAYLOAD_VERSION in outcomes/offline/rules.py, which goes on reading older versions.
const PAYLOAD = 1;
const [NAME, FORMAT] = ["hotspot-queue", 1];
const WRITER = "hotspot-queue";
const DAY_MS = 86_400_000;
const RECEIPT_DAYS = 30;
const UNSENT = new Set(["waiting", "sending", "signin", "refused", "duplicate", "correcting"]);
const DUE = new Set(["waiting", "sending", "signin"]);
// What is kept of a shift or a visit that expired, so that its person knows which night it was.
const OF_TITLE = ["area", "night", "night_date_day", "night_date_month", "night_date_year", "start", "end", "arrived", "left"];
// Said to be saved only when it is on the disk, as far as the browser knows.
const STRICT = { durability: "strict" };
const CIPHER = { name: "AES-GCM", length: 256 };

const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
const news = new EventTarget();
channel?.addEventListener("message", () => news.dispatchEvent(new Event("change")));

export const onChange = (action) => news.addEventListener("change", action);
export const isUnsent = ({ state }) => UNSENT.has(state);
export const isDue = ({ state }) => DUE.has(state);
export const isVisit = ({ kind }) => kind === "visit";
export const isExpired = ({ state }) => state === "expired";
export const isOld = ({ createdAt }) => Date.now() - createdAt > DAY_MS;
export const endsSoon = ({ expiresAt }) => expiresAt - Date.now() < DAY_MS;
// A form that is open may still have a note, which is not kept: it is not sent from behind its person's back.
const FORM = "hotspot-form:";

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

export const titleOf = (fields) => Object.fromEntries(OF_TITLE.filter((name) => fields[name]).map((name) => [name, fields[name]]));

// One change of one item, in one transaction: `decide` gives what it becomes, null to remove it, undefined to leave it.
async function edit(id, decide) {
  const store = await database();
  const changes = store.transaction("items", "readwrite", STRICT);
  const before = await changes.store.get(id);
  const after = decide(before);
  const written = after ? changes.store.put(after) : after === null && changes.store.delete(id);
  await Promise.all([written, changes.done]);
  if (after !== undefined) announce();
  return { before, after };
}

// Gives "kept"; "sent" where the server has this one already; "there" where it waits already and `replaces` is not said.
// Only a form that is still open, and knows that it kept it, replaces what waits, and the departure of a visit its arrival.
// Throws where nothing can be kept.
export async function keep({ id, person, fields, days, version = PAYLOAD, replaces = false }) {
  if (!navigator.locks) throw new Error("no locks");
  const [kept, title, now] = [await lock(fields), await lock(titleOf(fields)), Date.now()];
  const kind = fields.arrived ? "visit" : "shift";
  const item = {
    id, kind, person, version, createdAt: now, expiresAt: now + days * DAY_MS, state: "waiting", tries: 0, notBefore: 0, title, ...kept,
  };
  let result = "kept";
  const put = () => edit(id, (before) => {
    if (!before || isExpired(before) || (kind === "visit" && !isUnsent(before))) return item;
    result = isUnsent(before) ? "there" : "sent";
    if (result === "sent" || !replaces) return undefined;
    result = "kept";
    return { ...item, createdAt: before.createdAt, expiresAt: before.expiresAt, tries: before.tries };
  });
  // Not while it is on its way.
  await (replaces ? asWriter(put) : put());
  navigator.storage?.persist?.().catch(() => {});
  return result;
}

// Until what it gives is called, or the page is left.
export function holdForm(id) {
  let release = () => {};
  navigator.locks?.request(`${FORM}${id}`, () => new Promise((resolve) => { release = resolve; }));
  return () => release();
}

// The shifts whose form is open in some tab.
export async function heldForms() {
  const { held } = await navigator.locks.query();
  return new Set(held.filter(({ name }) => name.startsWith(FORM)).map(({ name }) => name.slice(FORM.length)));
}

// A receipt, or what has expired, is not changed back into a shift.
export const change = (id, values) => edit(id, (item) => (item && isUnsent(item) ? { ...item, ...values } : undefined));

// The item as it is now, to be sent: null where it was discarded, or has become something else since it was listed.
export async function claim(id) {
  const { after } = await edit(id, (item) => (item && isDue(item) ? { ...item, state: "sending" } : undefined));
  return after ?? null;
}

const asReceipt = ({ id, kind, person, createdAt }, receipt) => {
  const now = Date.now();
  return { id, kind, person, createdAt, state: "sent", sentAt: now, keptUntil: now + RECEIPT_DAYS * DAY_MS, ...receipt };
};

// The server has it: only its receipt stays.
export const finish = (item, receipt) => edit(item.id, () => asReceipt(item, receipt));
export const finishById = (id, receipt) => edit(id, (item) => (item && isUnsent(item) ? asReceipt(item, receipt) : undefined));

export const remove = (id) => edit(id, () => null);
// What its person gives up before it was sent; a receipt stays. Gives what became of it: null for none.
export const giveUp = (id) => edit(id, (item) => (item && isUnsent(item) ? null : undefined));

// In one transaction, so that no receipt that another tab writes is taken for a shift. What is on its way is left alone.
async function expire(store) {
  const now = Date.now();
  const changes = store.transaction("items", "readwrite");
  for (let place = await changes.store.openCursor(); place; place = await place.continue()) {
    const { id, kind, person, createdAt, expiresAt, state, tries, title, keptUntil } = place.value;
    if (isUnsent(place.value) && state !== "sending" && !(expiresAt > now)) {
      place.update({ id, kind, person, createdAt, tries, title, state: "expired", keptUntil: now + RECEIPT_DAYS * DAY_MS });
    } else if (!isUnsent(place.value) && keptUntil <= now) {
      place.delete();
    }
  }
  await changes.done;
}

// The person's own, the oldest first; of others' those that are not sent, to be counted.
export async function list(person) {
  const store = await database();
  await expire(store);
  const all = (await store.getAll("items")).sort((one, other) => one.createdAt - other.createdAt);
  const own = all.filter((item) => item.person === person);
  const others = all.filter((item) => item.person !== person && isUnsent(item));
  return { own, unsent: own.filter(isUnsent), expired: own.filter(isExpired), others };
}
