// On every page of somebody who logs shifts: sends what waits on this phone, says in the header how much does, and has the
// browser keep the page that opens without a connection. What it takes is loaded after the page, and only what it takes.

const link = document.querySelector("[data-unsent]");
const signOut = document.querySelector("form[data-signs-out]");
const address = link?.dataset.queue;
const person = Number(signOut?.dataset.signsOut);
const AREAS_AGE_MS = 12 * 3_600_000;
let waiting = 0;
let isLeaving = false;

export const queue = () => import("./queue.js");

function inWords(count, isOld, others) {
  if (count) return `${count} not sent${isOld ? " for over a day" : ""}`;
  return others ? `${others} of another user not sent` : "";
}

async function count({ list, isOld }) {
  const { unsent, others } = await list(person);
  const areOld = unsent.some(isOld);
  waiting = unsent.length;
  link.textContent = inWords(waiting, areOld, others);
  link.hidden = !link.textContent;
  link.classList.toggle("app-unsent--old", areOld);
}

async function send() {
  if (!waiting || !navigator.onLine) return;
  // Opening a page or coming back into signal is a reason to try now; what waits between tries is for one page.
  await (await import("./sending.js")).send(address, person, { isForced: true });
}

// The page that logs a shift, the heaviest on a poor signal, leaves that to the next one.
async function rememberAreas() {
  if (document.querySelector("form[data-queues]")) return;
  const { recall } = await import("./people.js");
  const before = await recall().catch(() => null);
  if (before?.person === person && Date.now() - before.seenAt < AREAS_AGE_MS) return;
  await (await import("./asking.js")).hello(address);
}

// Said before somebody relies on it.
async function warn({ isUsable }) {
  const form = document.querySelector("form[data-queues]");
  if (!form || link.dataset.keeps !== "1" || (await isUsable())) return;
  const notice = document.createElement("div");
  notice.className = "govuk-inset-text";
  notice.setAttribute("role", "status");
  notice.textContent = "This browser cannot keep a shift without a connection, as in a private window or when its storage is full. Leave this page open until the shift is saved.";
  form.before(notice);
}

async function begin() {
  const { onChange, ...store } = await queue();
  await warn(store);
  const refresh = () => count(store).catch(() => {});
  onChange(refresh);
  await refresh();
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  await send();
  if (link.dataset.keeps === "1") await rememberAreas();
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

if (link && signOut) {
  document.addEventListener("submit", (event) => {
    if (event.target !== signOut || isLeaving) return;
    event.preventDefault();
    event.stopPropagation();
    askFirst().catch(leave);
  }, { capture: true });
  const later = () => {
    // A worker that cannot be had is no loss: then there is only no page without a connection.
    navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
    begin().catch(() => {});
  };
  if (document.readyState === "complete") later();
  else window.addEventListener("load", () => window.setTimeout(later, 0));
}
