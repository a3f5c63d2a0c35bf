// Tonight’s list: what of it this phone keeps for when there is no signal, areas, reasons and times, never who; and the two
// presses, which this phone keeps where the server does not answer.

import { restore, show } from "./saving.js";

const link = document.querySelector("[data-unsent]");
const list = document.querySelector("[data-tonight]");
const own = document.querySelector("[data-own-visit]");
const person = Number(document.querySelector("form[data-signs-out]")?.dataset.signsOut);
const opened = Date.now();
const keeps = Boolean(person && link?.dataset.keeps === "1");
const days = Number(link?.dataset.days);
// As long as the service worker waits for a page.
const PATIENCE_MS = 10_000;
const KEPT = "No signal: the press is kept on this phone, and sent when there is a connection. Stay on this page, or come back to it.";
const NO_ROOM = "No signal, and this phone has no room to keep the press. Note the time, and log the shift with it.";
const words = (element) => element.textContent.replace(/\s+/g, " ").trim();
const lines = (root) => [...root.querySelectorAll("[data-keep]")].map(words);

function notify(name, className, role) {
  document.querySelector(`[data-notice=${name}]`)?.remove();
  const notice = document.createElement("div");
  notice.className = className;
  notice.dataset.notice = name;
  notice.setAttribute("role", role);
  document.querySelector("main").prepend(notice);
  return notice;
}

const say = (text) => { notify("press", "govuk-error-summary", "alert").textContent = text; };

// --- what is kept --------------------------------------------------------------------------------------------------------

function night() {
  const areas = [...list.querySelectorAll("[data-kept-area]")];
  return {
    title: list.dataset.tonight,
    areas: areas.map((area) => ({ id: area.dataset.keptId, name: area.dataset.keptArea, lines: lines(area) })),
    alone: [...list.querySelectorAll("[data-kept-alone]")].map(words),
  };
}

// The visit that goes on. By how long it has: a phone’s own clock may be wrong.
function ownVisit() {
  if (!own) return null;
  const { ownVisit: arrival, area, name, seconds } = own.dataset;
  return { arrival, area, name, since: opened - 1_000 * Number(seconds) };
}

async function keep() {
  const [{ rememberNight }, { learn }] = await Promise.all([import("./people.js"), import("./presses.js")]);
  // By how long the night still lasts, for the same reason.
  if (list) await rememberNight(person, Date.now() + 1_000 * Number(list.dataset.seconds), night());
  await learn(person, ownVisit(), opened);
}

// What this phone sends while the page is open is not on it.
async function sayRecorded({ isVisit, list }) {
  const { own: items } = await list(person);
  if (document.querySelector("[data-notice=recorded]") || !items.some((item) => isVisit(item) && item.sentAt > opened)) return;
  const link = document.createElement("a");
  Object.assign(link, { className: "govuk-link", href: window.location.href, textContent: "Show it" });
  notify("recorded", "govuk-inset-text", "status").append("A visit that this phone kept is recorded now. ", link);
}

async function followQueue() {
  const { onChange, ...store } = await import("./queue.js");
  onChange(() => sayRecorded(store).catch(() => {}));
  await sayRecorded(store);
}

// --- the presses ---------------------------------------------------------------------------------------------------------

// A press that the server may have had without its answer being heard is sent again under the same number.
async function keepPress(form) {
  const { arrive, leave } = await import("./presses.js");
  const { press, name } = form.dataset;
  const { area, arrival } = form.elements;
  if (press === "here") await arrive(person, days, { area: area.value, name, arrival: arrival.value });
  else await leave(person, days, ownVisit());
}

// To sign-in, or to the page that opens without a connection, where this browser has it.
function goOn({ isOurs, leadsTo }) {
  if (isOurs && leadsTo) window.location.assign(leadsTo);
  else if (navigator.serviceWorker?.controller) window.location.assign("/offline/#tonight");
  else say(KEPT);
}

async function send(form, button) {
  const { ask } = await import("./asking.js");
  const answer = await ask(form.action, {
    method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html" }, patience: PATIENCE_MS,
  });
  const isRefused = answer.isOurs && !answer.signIn && answer.status < 500 && answer.status !== 429;
  if (answer.isTaken) {
    window.location.assign(answer.leadsTo);
  } else if (isRefused) {
    // It is refused once more, by the page that says why.
    form.submit();
  } else {
    await keepPress(form).then(
      () => goOn(answer),
      () => say(NO_ROOM),
    );
  }
  restore(button);
}

const sending = new WeakSet();

function pressed(event) {
  const form = event.target.closest("form[data-press]");
  if (!form) return;
  event.preventDefault();
  event.stopPropagation();
  if (sending.has(form)) return;
  sending.add(form);
  const button = form.querySelector("button");
  show(button, PATIENCE_MS);
  send(form, button).catch(() => form.submit()).finally(() => sending.delete(form));
}

if (keeps) {
  document.addEventListener("submit", pressed, { capture: true });
  // After the page is there. A phone that can keep nothing says so on the form that logs a shift.
  const later = () => window.setTimeout(() => keep().then(followQueue).catch(() => {}), 0);
  if (document.readyState === "complete") later();
  else window.addEventListener("load", later);
}
