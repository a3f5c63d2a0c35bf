// The shifts of this phone in a list: `<div data-module="app-queue" data-queue="…">` with a place for a notice and the list.

import { recall } from "./people.js";
import { change, isOld, isUnsent, isUsable, keep, list, onChange, remove, unlock } from "./queue.js";
import { send } from "./sending.js";
import { OUTCOMES, STATES, age, button, confirmed, element, folded, momentInWords, textOf, titleOf } from "./words.js";

const place = document.querySelector('[data-module="app-queue"]');
const signedIn = document.querySelector("form[data-signs-out]")?.dataset.signsOut;
const address = place?.dataset.queue;
const days = Number(place?.dataset.days);
const HANDED = "#shift=";
const opened = new Set();

const tag = (text, colour) => element("strong", `govuk-tag govuk-tag--${colour}`, text);

function card(title, label, children) {
  const heading = element("div", "govuk-summary-card__title-wrapper", "", [element("h3", "govuk-summary-card__title", title), label]);
  return element("div", "govuk-summary-card app-queued", "", [heading, element("div", "govuk-summary-card__content", "", children)]);
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
  details.open = opened.has(item.id);
  const show = async () => {
    if (!details.open || details.querySelector("img")) return;
    opened.add(item.id);
    details.lastElementChild.append(await handed(item, fields));
  };
  details.addEventListener("toggle", () => {
    if (details.open) show();
    else opened.delete(item.id);
  });
  return details;
}

async function unsentCard(item, areas) {
  const fields = await unlock(item).catch(() => null);
  const [label, colour, words] = STATES[item.state];
  const kept = element("p", `govuk-body${isOld(item) ? " app-queued--old" : ""}`, `Kept ${age(item.createdAt)} ago${isOld(item) ? ". Send it today" : ""}. This phone keeps it until ${momentInWords(item.expiresAt)}.`);
  const retry = async () => {
    await change(item.id, { state: "waiting", notBefore: 0 });
    await send(address, item.person, { isForced: true });
  };
  const discard = folded("Discard", [confirmed(`discard-${item.id}`, "Discard this shift", () => remove(item.id))]);
  const title = fields ? titleOf(fields, areas) : "A shift that this browser can no longer read";
  const again = button("Try now", "", retry);
  again.append(element("span", "govuk-visually-hidden", `: ${title}`));
  const children = [element("p", "govuk-body", item.problem || words), kept, again];
  return card(title, tag(label, colour), [...children, ...(fields ? [asText(item, fields, areas)] : []), discard]);
}

function receiptCard(item) {
  const [label, colour, words] = item.state === "expired" ? STATES.expired : OUTCOMES[item.outcome];
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
  return others ? [element("p", "govuk-body", others === 1 ? "1 unsent shift belongs to another user." : `${others} unsent shifts belong to another user.`)] : [];
}

async function draw(person) {
  const { own, unsent, others } = await list(person);
  const areas = (await recall().catch(() => null))?.areas ?? [];
  const waiting = await Promise.all(unsent.map((item) => unsentCard(item, areas)));
  const receipts = own.filter((item) => !isUnsent(item)).reverse().map(receiptCard);
  const none = waiting.length ? [] : [element("p", "govuk-body", "No shift of yours waits on this phone.")];
  const done = receipts.length ? [folded("Sent in the last 30 days", receipts)] : [];
  place.querySelector("[data-queue-list]").replaceChildren(...waiting, ...none, ...othersLine(others), ...done);
}

export function say(text, kind = "") {
  const line = text ? [element("div", `govuk-inset-text${kind ? ` ${kind}` : ""}`, text)] : [];
  place.querySelector("[data-queue-notice]").replaceChildren(...line);
}

// Another phone showed a code of a shift: it becomes one of this phone, under the same number.
async function takeOver(person) {
  if (!window.location.hash.startsWith(HANDED)) return;
  const text = window.location.hash.slice(HANDED.length);
  window.history.replaceState(window.history.state, "", window.location.pathname);
  try {
    const { id, person: whose, fields } = JSON.parse(decodeURIComponent(text));
    if (whose !== person) {
      say("This shift belongs to another user. They have to sign in here to take it over.");
    } else if (await keep({ id, person, fields, days })) {
      say("The shift of your other phone is taken over.");
      await send(address, person, { isForced: true });
    } else {
      say("This phone has sent that shift already.");
    }
  } catch {
    say("The code could not be read as a shift.");
  }
}

export async function start(person) {
  let wanted = 0;
  const redraw = async () => {
    wanted += 1;
    const mine = wanted;
    await Promise.resolve();
    if (mine === wanted) await draw(person).catch(() => {});
  };
  onChange(redraw);
  await redraw();
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

