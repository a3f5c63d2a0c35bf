// The shifts of this phone in a list: `<div data-module="app-queue" data-queue="…">` with a place for a notice and the list.

import { recall } from "./people.js";
import { change, endsSoon, heldForms, isExpired, isOld, isUnsent, isUsable, isVisit, keep, list, onChange, remove, unlock } from "./queue.js";
import { send } from "./sending.js";
import { MAYBE_SAVED, OPEN_ELSEWHERE, OUTCOMES, STATES, age, button, confirmed, counted, element, folded, momentInWords, textOf, titleOf } from "./words.js";

const place = document.querySelector('[data-module="app-queue"]');
const signedIn = document.querySelector("form[data-signs-out]")?.dataset.signsOut;
const address = place?.dataset.queue;
const days = Number(place?.dataset.days);
const HANDED = "#shift=";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UNREADABLE = "A shift that this browser can no longer read";
// What is shown of each shift: it is changed in place, so that what somebody has opened, typed or reached stays.
const cards = new Map();

const tag = (text, colour) => element("strong", `govuk-tag govuk-tag--${colour}`, text);

function card(title, label, children) {
  const heading = element("div", "govuk-summary-card__title-wrapper", "", [element("h3", "govuk-summary-card__title", title), label]);
  return element("div", "govuk-summary-card app-queued", "", [heading, element("div", "govuk-summary-card__content", "", children)]);
}

export function say(text, kind = "") {
  const line = text ? [element("div", `govuk-inset-text${kind ? ` ${kind}` : ""}`, text)] : [];
  place.querySelector("[data-queue-notice]").replaceChildren(...line);
}

// --- one shift -----------------------------------------------------------------------------------------------------------

async function handed(item, fields) {
  const { renderSVG } = await import("../vendor/uqr-0.1.3/uqr.js");
  const { id, person, version } = item;
  const text = encodeURIComponent(JSON.stringify({ id, person, version, fields }));
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(renderSVG(`${window.location.origin}/shifts/unsent/${HANDED}${text}`, { border: 4 }))}`;
  image.alt = "QR code with this shift";
  image.className = "app-queued__code";
  return image;
}

function asText(item, fields, areas) {
  const text = element("pre", "app-queued__text", textOf(fields, areas));
  const words = "Another phone of yours can take this shift over: sign in there, then point its camera at the code. The shift is saved once, whichever phone sends it.";
  const details = folded("Show as text and as a code", [text, element("p", "govuk-body", words)]);
  details.addEventListener("toggle", async () => {
    if (!details.open || details.querySelector("img")) return;
    details.lastElementChild.append(await handed(item, fields));
  });
  return details;
}

function keptInWords(item) {
  const advice = endsSoon(item) ? ". Send it now" : isOld(item) ? ". Send it today" : "";
  return `Kept ${age(item.createdAt)} ago${advice}. This phone keeps it until ${momentInWords(item.expiresAt)}, then it is removed.`;
}

const problemOf = (item, isOpen) => (isOpen ? OPEN_ELSEWHERE : item.problem || STATES[item.state][2]);

// Tries, and says what came of it where the eye and the ear are.
async function tryNow(item, open = "") {
  await change(item.id, { state: "waiting", notBefore: 0 });
  await send(address, item.person, { isForced: true, open });
  const found = (await list(item.person)).own.find(({ id }) => id === item.id);
  if (found && isUnsent(found)) say(`Not sent: ${problemOf(found, (await heldForms()).has(found.id))}`);
}

const keyOf = ({ iv, data }, areas) => `${iv} ${data?.byteLength} ${areas.length}`;

async function unsentCard(item, areas) {
  const fields = await unlock(item).catch(() => null);
  const title = fields ? titleOf(fields, areas) : UNREADABLE;
  const [label, words, kept] = [element("strong"), element("p", "govuk-body"), element("p", "govuk-body")];
  const again = button("Try now", "", () => tryNow(item));
  const without = button("Send it without the note", "secondary", () => tryNow(item, item.id));
  for (const each of [again, without]) each.append(element("span", "govuk-visually-hidden", `: ${title}`));
  const discard = folded("Discard", [confirmed(`discard-${item.id}`, `Discard this ${isVisit(item) ? "visit" : "shift"}`, () => remove(item.id))]);
  const children = [words, kept, again, without, ...(fields && !isVisit(item) ? [asText(item, fields, areas)] : []), discard];
  const node = card(title, label, children);
  const show = (now, isOpen) => {
    const [state, colour] = STATES[now.state];
    Object.assign(label, { textContent: state, className: `govuk-tag govuk-tag--${colour}` });
    words.textContent = problemOf(now, isOpen);
    kept.textContent = keptInWords(now);
    kept.classList.toggle("app-queued--old", isOld(now) || endsSoon(now));
    [again.hidden, without.hidden] = [isOpen, !isOpen];
  };
  return { node, title, key: keyOf(item, areas), show };
}

async function expiredCard(item, areas) {
  const [label, colour, words] = STATES.expired;
  const fields = item.title ? await unlock(item.title).catch(() => ({})) : {};
  const seen = button("I have read this", "secondary", () => remove(item.id));
  const title = titleOf(fields, areas);
  seen.append(element("span", "govuk-visually-hidden", `: ${title}`));
  const kept = element("p", "govuk-body", `Kept ${momentInWords(item.createdAt)}.`);
  return card(title, tag(label, colour), [element("p", "govuk-body", item.tries ? MAYBE_SAVED : words), kept, seen]);
}

function receiptCard(item) {
  const [label, colour, words] = OUTCOMES[item.outcome];
  const line = element("p", "govuk-body", item.reference ? `${words} ` : words);
  if (item.reference) {
    const link = element("a", "govuk-link", item.reference);
    link.href = item.address;
    line.append(link);
  }
  return card(`Kept ${momentInWords(item.createdAt)}`, tag(label, colour), [line]);
}

// --- the list ------------------------------------------------------------------------------------------------------------

function othersLine(others) {
  const words = `${counted(others)} of another user ${others.length === 1 ? "waits" : "wait"} on this phone.`;
  return others.length ? [element("p", "govuk-body", words)] : [];
}

// Only what has changed is made anew. Gives the nodes of what waits.
async function waitingNodes(unsent, areas) {
  const forms = await heldForms();
  for (const item of unsent) {
    if (cards.get(item.id)?.key !== keyOf(item, areas)) cards.set(item.id, await unsentCard(item, areas));
    cards.get(item.id).show(item, forms.has(item.id));
  }
  return unsent.map(({ id }) => cards.get(id).node);
}

// What became of those that waited until now, said once.
function sayOutcomes(own, unsent) {
  const waiting = new Set(unsent.map(({ id }) => id));
  for (const [id, { title, node }] of [...cards]) {
    if (waiting.has(id)) continue;
    const hadFocus = node.contains(document.activeElement);
    cards.delete(id);
    const receipt = own.find((item) => item.id === id);
    const [label, , words] = receipt ? (isExpired(receipt) ? STATES.expired : OUTCOMES[receipt.outcome]) : ["Discarded", "", "It is no longer on this phone."];
    say(`${label}: ${title}. ${words}${receipt?.reference ? ` ${receipt.reference}` : ""}`);
    if (hadFocus) focusOnNotice();
  }
}

function focusOnNotice() {
  const notice = place.querySelector("[data-queue-notice]");
  notice.tabIndex = -1;
  notice.focus();
}

// A node that is where it should be is not moved: moving takes the focus from it.
function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  [...parent.children].filter((node) => !wanted.has(node)).forEach((node) => node.remove());
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

async function draw(person) {
  const { own, unsent, expired, others } = await list(person);
  const areas = (await recall().catch(() => null))?.areas ?? [];
  const waiting = await waitingNodes(unsent, areas);
  const gone = await Promise.all(expired.map((item) => expiredCard(item, areas)));
  const receipts = own.filter((item) => !isUnsent(item) && !isExpired(item)).reverse().map(receiptCard);
  const none = waiting.length ? [] : [element("p", "govuk-body", "Nothing of yours waits on this phone.")];
  const lost = gone.length ? [element("h3", "govuk-heading-s app-queued--old", "Expired without being sent"), ...gone] : [];
  const [now, after, done] = parts();
  sayOutcomes(own, unsent);
  arrange(now, waiting);
  after.replaceChildren(...none, ...lost, ...othersLine(others));
  done.hidden = !receipts.length;
  done.lastElementChild.replaceChildren(...receipts);
}

function parts() {
  const whole = place.querySelector("[data-queue-list]");
  if (!whole.children.length) whole.append(element("div"), element("div"), folded("Sent in the last 30 days", []));
  return [...whole.children];
}

// Gives what takes the list away again, where it turns out to be somebody else's phone by now.
export async function start(person) {
  let wanted = 0;
  let isOver = false;
  let drawing = Promise.resolve();
  const redraw = () => {
    wanted += 1;
    const mine = wanted;
    // One after the other, so that no card is made twice.
    drawing = drawing.then(() => (mine === wanted && !isOver ? draw(person) : null)).catch(() => {});
    return drawing;
  };
  onChange(redraw);
  await redraw();
  return async () => {
    isOver = true;
    await drawing;
    cards.clear();
    place.querySelector("[data-queue-list]").replaceChildren();
  };
}

// --- a shift of another phone --------------------------------------------------------------------------------------------

// What an address says is shown first: anybody can have made it. It never takes the place of what is here.
function offer(person, { id, version, fields }, areas) {
  const taken = button("Take over this shift", "", async () => {
    const result = await keep({ id, person, fields, version, days }).catch(() => "full");
    say(ANSWERS[result]);
    focusOnNotice();
    if (result === "kept") await send(address, person, { isForced: true });
  });
  const words = element("p", "govuk-body", "A code or an address holds this shift. Take it over only if you logged it on another phone of yours: it is saved in your name.");
  const text = element("pre", "app-queued__text", textOf(fields, areas));
  const refused = button("Leave it", "secondary", () => say(""));
  const group = element("div", "govuk-button-group", "", [taken, refused]);
  place.querySelector("[data-queue-notice]").replaceChildren(element("div", "govuk-inset-text", "", [words, text, group]));
}

const ANSWERS = {
  kept: "The shift of your other phone is taken over.",
  sent: "This phone has sent that shift already.",
  there: "That shift waits on this phone already.",
  full: "This phone has no room to keep the shift. Send it from your other phone.",
};

function isShift({ id, version, fields }) {
  const isText = (value) => typeof value === "string" && value.length <= 60;
  return UUID.test(id) && Number.isInteger(version) && Object.keys(fields).length > 0 && !fields.arrived && Object.values(fields).every(isText);
}

// Another phone showed a code of a shift: it can become one of this phone, under the same number.
async function takeOver(person) {
  if (!window.location.hash.startsWith(HANDED)) return;
  const text = window.location.hash.slice(HANDED.length);
  window.history.replaceState(window.history.state, "", window.location.pathname);
  try {
    const shift = JSON.parse(decodeURIComponent(text));
    const areas = (await recall().catch(() => null))?.areas ?? [];
    if (place.dataset.keeps !== "1") say("Your force does not let phones keep shifts. Enter it again on the page that logs shifts.");
    else if (shift.person !== person) say("This shift belongs to another user. They have to sign in here to take it over.");
    else if (isShift(shift)) offer(person, shift, areas);
    else say("The code could not be read as a shift.");
  } catch {
    say("The code could not be read as a shift.");
  }
}

async function begin() {
  if (!(await isUsable())) {
    say("This browser cannot keep shifts, as in a private window or when its storage is full.");
    return;
  }
  const person = Number(signedIn);
  await start(person);
  await takeOver(person);
}

if (place && signedIn) begin();
