// The page that opens without a connection: the form of one shift, filled with what this phone keeps of its person.

import { hello } from "./asking.js";
import { mayBeKept } from "./drafts.js";
import { hideNight, showNight } from "./night_copy.js";
import { recall } from "./people.js";
import { isUsable, keep } from "./queue.js";
import { say, start } from "./queue_list.js";
import { send } from "./sending.js";
import { dayInWords, element, today } from "./words.js";

const page = document.querySelector('[data-module="app-offline"]');
const { queue: address, keeps, days } = page.dataset;
const section = page.querySelector("[data-offline-form]");
const form = page.querySelector("[data-offline-entries]");
const OTHER = "other";
const CREW = "crew_";
const BETWEEN = /\s*(?:-|–|to|until|till)\s*/i;
const HALF_MISSING = /^(\d|1[0-2])$/;
// Whose phone it is, as far as is known: the shift is kept for them.
let owner = null;
let takeAway = async () => {};

// --- the form ------------------------------------------------------------------------------------------------------------

function radio(value, text, isChecked) {
  const input = element("input", "govuk-radios__input");
  Object.assign(input, { type: "radio", name: "day", id: `id_day_${value}`, value, checked: isChecked });
  const label = element("label", "govuk-label govuk-radios__label", text);
  label.htmlFor = input.id;
  return element("div", "govuk-radios__item", "", [input, label]);
}

let offeredOn = "";

// Named by what is today and yesterday now: the page may have been open since before midnight. Gives whether that changed.
function offerNights() {
  const now = today();
  if (now === offeredOn) return false;
  const before = form.elements.day?.value;
  offeredOn = now;
  const offered = [[now, "today"], [today(-1), "yesterday"]].map(([day, name]) => [day, `${dayInWords(day)} (${name})`]);
  const choices = [...offered, [OTHER, "Another date"]].map(([value, text]) => radio(value, text, value === OTHER && before === OTHER));
  form.querySelector("[data-nights]").replaceChildren(...choices);
  return Boolean(before) && before !== OTHER;
}

function offerAreas(areas) {
  const choices = areas.map(({ id, name }) => new Option(name, String(id)));
  form.elements.area.replaceChildren(...(areas.length === 1 ? [] : [new Option("Select an area", "")]), ...choices);
}

// The fields as those of the page that logs a shift, and the day as the date that it is: nothing is left to guess later.
function entered() {
  const controls = [...form.elements].filter((control) => control.name && control.name !== "day" && mayBeKept(control));
  const chosen = controls.filter(({ type, checked, value }) => (type === "checkbox" ? checked : value.trim()));
  const fields = Object.fromEntries(chosen.map(({ name, type, value }) => [name, type === "checkbox" ? "on" : value.trim()]));
  const day = form.elements.day.value;
  if (day && day !== OTHER) {
    const [year, month, date] = day.split("-").map(Number);
    Object.assign(fields, { night_date_day: String(date), night_date_month: String(month), night_date_year: String(year) });
  }
  return { ...fields, ...times(fields), night: OTHER };
}

// Both times may be written under Start, like 10pm-6am.
function times({ start, end }) {
  const [first, ...others] = (start ?? "").split(BETWEEN);
  return others.length === 1 && (!end || end === others[0]) ? { start: first, end: others[0] } : {};
}

// What the service would ask about is asked here, while somebody still knows.
function timeProblem(name, value, missing) {
  const typed = form.elements[name].value.trim();
  if (!value) return [`id_${name}`, typed ? "Enter the time like 10pm, 22:00 or 2200" : missing];
  if (HALF_MISSING.test(value)) return [`id_${name}`, `Write whether ${value} is in the morning or the evening, like 10pm`];
  return name === "start" && BETWEEN.test(value) ? ["id_start", "Write the start alone, or both times under Start and no finish"] : null;
}

function problems(fields) {
  const counts = Object.keys(fields).filter((name) => !/^(area|night|start|end|crew_)/.test(name));
  const unread = [...form.elements].filter((control) => control.type === "text" && control.value.trim() && !mayBeKept(control));
  return [
    !fields.area && ["id_area", "Select where you patrolled"],
    !(fields.night_date_day && fields.night_date_month && fields.night_date_year) && [`id_day_${offeredOn}`, "Select the day the shift started"],
    timeProblem("start", fields.start, "Enter when the shift started, like 10pm"),
    timeProblem("end", fields.end, "Enter when the shift finished, like 6am"),
    !Object.keys(fields).some((name) => name.startsWith(CREW) && Number(fields[name]) > 0) && ["id_crew_police_officer", "Enter who was on the patrol"],
    !counts.length && ["id_nothing_to_report", "Enter outcomes or select Nothing to report"],
    ...unread.filter(({ name }) => name !== "start" && name !== "end").map(({ id }) => [id, "Enter a whole number, like 12"]),
  ].filter(Boolean);
}

function show(errors) {
  page.querySelector(".govuk-error-summary")?.remove();
  if (!errors.length) return;
  const items = errors.map(([id, text]) => {
    const link = element("a", "", text);
    link.href = `#${id}`;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById(id)?.focus();
    });
    return element("li", "", "", [link]);
  });
  const summary = element("div", "govuk-error-summary", "", [
    element("h2", "govuk-error-summary__title", "There is a problem"),
    element("ul", "govuk-list govuk-error-summary__list", "", items),
  ]);
  summary.tabIndex = -1;
  form.before(summary);
  summary.focus();
}

function receipt() {
  page.querySelector(".govuk-panel")?.remove();
  const title = element("h2", "govuk-panel__title", "Saved on this phone – not sent yet");
  const words = `It is sent when you open the service with a connection, and kept here for ${days} days at the most.`;
  const panel = element("div", "govuk-panel govuk-panel--confirmation app-panel--waiting", "", [title, element("div", "govuk-panel__body", words)]);
  panel.tabIndex = -1;
  page.querySelector("h1").after(panel);
  panel.focus();
}

const NEW_DAY = "It is past midnight by now: select the day the shift started again";
const NO_ROOM = "This phone has no room to keep the shift. Note it down, or leave this page open until you have a connection.";
const WHOSE = "Sign in first: it is not known whose shift this is. What you entered stays on this page; sign in from another tab, then come back.";

async function submit(event) {
  event.preventDefault();
  if (offerNights()) {
    show([[`id_day_${offeredOn}`, NEW_DAY]]);
    return;
  }
  const fields = entered();
  const errors = problems(fields);
  show(errors);
  if (errors.length) return;
  if (owner === null) await again();
  if (owner === null) {
    say(WHOSE, "app-queued--old");
    return;
  }
  try {
    await keep({ id: crypto.randomUUID(), person: owner, fields, days: Number(days) });
  } catch {
    say(NO_ROOM, "app-queued--old");
    return;
  }
  isTyped = false;
  form.reset();
  form.querySelector("[data-other-night]").hidden = true;
  receipt();
  if (navigator.onLine) await send(address, owner);
}

// --- whose phone it is ---------------------------------------------------------------------------------------------------

const NOBODY = "Nobody has signed in on this phone yet. Sign in once with a connection: then you can log shifts here without one.";
const SIGNED_OUT = "You are signed out. Sign in, and what waits here is shown and sent.";
const MAY_NOT = "You are signed in as somebody who does not log shifts. What waits here is kept for whoever logged it.";
let isTyped = false;
let isRefused = false;

async function become(known) {
  isRefused = false;
  if (owner === known.person) return;
  await takeAway();
  owner = known.person;
  say("");
  takeAway = await start(owner);
  await showNight(owner, () => send(address, owner));
  if (!section || keeps !== "1") return;
  offerAreas(known.areas);
  offerNights();
  section.hidden = false;
}

// What somebody has typed stays to be read, but is kept for nobody.
async function nobody(words) {
  await takeAway();
  hideNight();
  owner = null;
  takeAway = await start(null);
  if (section) section.hidden = !isTyped;
  say(words);
}

// What this phone knows is shown at once; whoever is signed in by now, as soon as that is known.
async function check() {
  const known = await recall().catch(() => null);
  if (known && !isRefused) await become(known);
  else if (!known) await nobody(NOBODY);
  if (!navigator.onLine) return;
  const { who, isSignedOut, isAllowed } = await hello(address);
  if (who) {
    await become(who);
    await send(address, who.person, { isForced: true });
  } else if (isSignedOut || !isAllowed) {
    isRefused = true;
    await nobody(!isSignedOut ? MAY_NOT : known ? SIGNED_OUT : NOBODY);
  }
}

// --- the page ------------------------------------------------------------------------------------------------------------

let checking = Promise.resolve();

// One after the other, so that no list is drawn twice.
function again() {
  checking = checking.then(check).catch(() => {});
  return checking;
}

async function begin() {
  if (!(await isUsable())) {
    say("This browser cannot keep shifts, as in a private window or when its storage is full. Note the shift down, and log it when you have a connection.");
    return;
  }
  form?.addEventListener("submit", submit);
  form?.addEventListener("input", () => { isTyped = true; });
  form?.querySelector("[data-nights]").addEventListener("change", () => {
    form.querySelector("[data-other-night]").hidden = form.elements.day.value !== OTHER;
  });
  again();
  window.addEventListener("online", again);
  window.addEventListener("focus", () => { if (offeredOn) offerNights(); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (offeredOn) offerNights();
    again();
  });
}

begin();
