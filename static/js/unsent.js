// On every page of somebody signed in: sends what waits on this phone, says in the header how much does, and has the
// browser keep the page that opens without a connection. What it takes is loaded after the page, and only what it takes.
// Who does not log shifts, or not any more, has no link: what waits of theirs is said all the same.

const link = document.querySelector("[data-unsent]");
const signOut = document.querySelector("form[data-signs-out]");
const address = link?.dataset.queue ?? "/shifts/queue/";
const person = Number(signOut?.dataset.signsOut);
const keeps = link?.dataset.keeps === "1";
const STORE = "hotspot-queue";
// A connection that is back is not usable at once, and a script that could not be fetched is not asked for again.
const SETTLES_MS = 1_000;
const AREAS_AGE_MS = 12 * 3_600_000;
let waiting = 0;
let isLeaving = false;
// Whether there can be something to ask about, or to forget, at sign-out.
let mayHaveKept = Boolean(link);
let badge = link;

export const queue = () => import("./queue.js");

function inWords({ unsent, expired, others }, { isOld, endsSoon }) {
  const when = unsent.some(endsSoon) ? ", removed within a day" : unsent.some(isOld) ? " for over a day" : "";
  const parts = [];
  if (unsent.length) parts.push(`${unsent.length} not sent${when}`);
  if (expired.length) parts.push(`${expired.length} expired unsent`);
  if (!parts.length && others.length) parts.push(`${others.length} of another user not sent`);
  return parts.join(", ");
}

// Where the page has no link to the list, because its person logs no shifts, there is only the number.
function madeBadge() {
  const made = document.createElement("span");
  made.className = "app-unsent";
  signOut.before(made);
  return made;
}

async function count({ list, ...words }) {
  const found = await list(person);
  waiting = found.unsent.length;
  const text = inWords(link || waiting ? found : { unsent: [], expired: [], others: [] }, words);
  if (!badge && !text) return;
  badge ??= madeBadge();
  badge.textContent = link ? text : `${text}: you may not log shifts`;
  badge.hidden = !text;
  badge.classList.toggle("app-unsent--old", Boolean(found.expired.length) || found.unsent.some(words.isOld) || found.unsent.some(words.endsSoon));
}

async function send() {
  if (!waiting || !navigator.onLine) return;
  // Opening a page or coming back into signal is a reason to try now; what waits between tries is for one page.
  await (await import("./sending.js")).send(address, person, { isForced: true });
}

// Whose phone it was is forgotten as soon as somebody else is signed in, or nothing is to be kept any more.
async function whosePhone() {
  const { forget, recall } = await import("./people.js");
  const before = await recall().catch(() => null);
  if (before && (before.person !== person || !keeps)) await forget();
  return before?.person === person ? before : null;
}

// The page that logs a shift, the heaviest on a poor signal, leaves that to the next one unless nothing is known yet.
async function rememberAreas(before) {
  const isHeavy = document.querySelector("form[data-queues]");
  if (before && (isHeavy || Date.now() - before.seenAt < AREAS_AGE_MS)) return;
  await (await import("./asking.js")).hello(address);
}

// Said before somebody relies on it.
async function warn({ isUsable }) {
  const form = document.querySelector("form[data-queues]");
  if (!form || !keeps || (await isUsable())) return;
  const notice = document.createElement("div");
  notice.className = "govuk-inset-text";
  notice.setAttribute("role", "status");
  notice.textContent = "This browser cannot keep a shift without a connection, as in a private window or when its storage is full. Leave this page open until the shift is saved.";
  form.before(notice);
}

// A browser that never kept anything is not made to, for who logs no shifts.
async function hasStore() {
  if (!indexedDB.databases) return true;
  return (await indexedDB.databases()).some(({ name }) => name === STORE);
}

async function begin() {
  if (!keeps && !(await hasStore())) return;
  mayHaveKept = true;
  const { onChange, ...store } = await queue();
  await warn(store);
  const before = await whosePhone().catch(() => null);
  const refresh = () => count(store).catch(() => {});
  onChange(refresh);
  await refresh();
  window.addEventListener("online", () => { window.setTimeout(send, SETTLES_MS); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  await send();
  if (keeps) await rememberAreas(before);
}

// What is not sent is asked about first. Whose phone it was is forgotten with the signing out.
async function leave() {
  isLeaving = true;
  await import("./people.js").then(({ forget }) => forget()).catch(() => {});
  signOut.requestSubmit();
}

async function askFirst() {
  const asking = waiting ? await import("./leaving.js").catch(() => null) : null;
  await (asking ? asking.ask({ person, address, leave }) : leave());
}

if (signOut) {
  document.addEventListener("submit", (event) => {
    if (event.target !== signOut || isLeaving || !mayHaveKept) return;
    event.preventDefault();
    event.stopPropagation();
    askFirst().catch(leave);
  }, { capture: true });
  const later = () => {
    // A worker that cannot be had is no loss: then there is only no page without a connection.
    if (link) navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
    begin().catch(() => {});
  };
  if (document.readyState === "complete") later();
  else window.addEventListener("load", () => window.setTimeout(later, 0));
}
