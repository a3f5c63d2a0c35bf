// Tonight’s list as this phone had it last, on the page that opens without a connection, and the two presses there.

import { recallNight } from "./people.js";
import { arrive, leave, undo, whereabouts } from "./presses.js";
import { onChange } from "./queue.js";
import { button, clockInWords, element, momentInWords } from "./words.js";

const place = document.querySelector("[data-night-copy]");
const days = Number(document.querySelector('[data-module="app-offline"]')?.dataset.days);
const OPENS = "#tonight";
const UNSENT = " This is kept on this phone, and sent when there is a connection.";
const NO_ROOM = "This phone has no room to keep this. Note the time, and log the shift with it.";
const SENT = "This is sent already. Undo it on Tonight when there is a connection.";
let person = null;
let sendNow = async () => {};
let drawn = "";
let isPressed = false;
let drawing = Promise.resolve();

const listOf = (items) => element("ul", "govuk-list govuk-list--bullet", "", items.map((text) => element("li", "", text)));

function alone(names) {
  return names.length ? [element("h3", "govuk-heading-s", "Leave alone unless you are called"), listOf(names)] : [];
}

// --- the two presses -----------------------------------------------------------------------------------------------------

// A second tap of the same finger is no second press. What is on its way is waited for.
async function press(action) {
  if (isPressed) return;
  isPressed = true;
  place.setAttribute("aria-busy", "true");
  const problem = await action().then((done) => (done === false ? SENT : ""), () => NO_ROOM);
  await redraw();
  isPressed = false;
  place.removeAttribute("aria-busy");
  const said = place.querySelector("[data-whereabouts]") ?? place;
  if (problem) said.append(element("p", "govuk-error-message", problem));
  said.focus();
  if (navigator.onLine) await sendNow();
}

function hereIn({ id, name }) {
  const made = button("I’m here", "secondary", () => press(() => arrive(person, days, { area: id, name })));
  made.classList.add("app-press");
  made.append(element("span", "govuk-visually-hidden", ` in ${name}`));
  return made;
}

function inWords({ name, since, until, isForgotten }) {
  const from = clockInWords(since);
  if (until) return `You were in ${name} from ${from} to ${clockInWords(until)}.`;
  if (isForgotten) return `You said at ${from} that you are in ${name}. Say on Tonight when you left, when there is a connection.`;
  return `You are in ${name} since ${from}.`;
}

function whereaboutsOf(where) {
  const { until, isForgotten, isUnsent } = where;
  const left = button("I’ve left", "", () => press(() => leave(person, days, where)));
  left.classList.add("app-press");
  const back = button("Undo", "secondary", () => press(() => undo(person)));
  const buttons = [...(until || isForgotten ? [] : [left]), ...(isUnsent ? [back] : [])];
  const said = element("div", "govuk-inset-text", "", [
    element("p", "govuk-body", `${inWords(where)}${isUnsent ? UNSENT : ""}`),
    element("div", "govuk-button-group", "", buttons),
  ]);
  said.dataset.whereabouts = "";
  said.tabIndex = -1;
  return said;
}

// --- the list ------------------------------------------------------------------------------------------------------------

function area({ id, name, lines }, isHere) {
  const presses = id && !isHere ? [hereIn({ id, name })] : [];
  return [element("h3", "govuk-heading-s", name), ...lines.map((text) => element("p", "govuk-body", text)), ...presses];
}

export function hideNight() {
  [person, drawn] = [null, ""];
  if (place) place.hidden = true;
  place?.replaceChildren();
}

// Only to whom it was shown before, and until the night is over.
async function draw() {
  const kept = person && (await recallNight(person).catch(() => null));
  const where = person && (await whereabouts(person).catch(() => null));
  const now = JSON.stringify([person, where, kept]);
  if (now === drawn) return;
  drawn = now;
  const said = where ? [whereaboutsOf(where)] : [];
  const hadFocus = place.querySelector("[data-whereabouts]")?.contains(document.activeElement);
  place.replaceChildren(...said, ...(kept ? [night(kept, Boolean(where && !where.until))] : []));
  place.hidden = !place.children.length;
  if (hadFocus) said[0]?.focus();
}

function night({ seenAt, night: { title, areas, alone: names } }, isHere) {
  const text = element("div", "govuk-details__text", "", [
    element("p", "govuk-body", title),
    ...areas.flatMap((each) => area(each, isHere)),
    ...(areas.length ? [] : [element("p", "govuk-body", "No area was wanted then.")]),
    ...alone(names),
  ]);
  const summary = element("summary", "govuk-details__summary", "", [
    element("span", "govuk-details__summary-text", `Tonight, as at ${momentInWords(seenAt)}`),
  ]);
  const details = element("details", "govuk-details", "", [summary, text]);
  const { pathname, hash } = window.location;
  details.open = place.querySelector("details")?.open ?? (pathname.startsWith("/tonight/") || hash === OPENS);
  return details;
}

// One after the other: an older list never takes the place of a newer one.
function redraw() {
  drawing = drawing.then(draw).catch(() => {});
  return drawing;
}

// `send` sends what waits of this person.
export function showNight(who, send) {
  if (!place) return Promise.resolve();
  [person, sendNow] = [who, send];
  return redraw();
}

// What was pressed is sent meanwhile.
if (place) onChange(redraw);
