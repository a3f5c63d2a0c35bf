// What of a form stays on this phone when the server cannot be reached: `data-queues` on the form that logs a shift.

import { fields, hasMore } from "./drafts.js";

const link = document.querySelector("[data-unsent]");
const held = new Map();
const GIVE_UP_MS = 2_000;
const idOf = (form) => form.elements.submission_id?.value;
const queues = (form) => form.dataset.queues !== undefined && link?.dataset.keeps === "1";

// A form that is open is sent by its person, with its note: not meanwhile without.
export function holdBack(form) {
  if (!queues(form)) return;
  const id = idOf(form);
  if (!held.has(id)) held.set(id, import("./queue.js").then(({ holdForm }) => holdForm(id)).catch(() => () => {}));
}

async function release(id) {
  (await held.get(id))?.();
  held.delete(id);
}

function receipt(id) {
  const page = document.implementation.createHTMLDocument("Saved on this phone – Operation Hotspot");
  const [log, list] = [window.location.pathname, link.getAttribute("href")];
  page.body.innerHTML = `<div class="app-page"><div class="govuk-width-container"><div class="app-before-content"></div>
<main class="govuk-main-wrapper" id="main-content"><div class="app-measure">
<div class="govuk-panel govuk-panel--confirmation app-panel--waiting"><h1 class="govuk-panel__title">Saved on this phone – not sent yet</h1>
<div class="govuk-panel__body"></div></div>
<ul class="govuk-list app-next"><li><a class="govuk-link app-link-target">Log another</a></li>
<li><a class="govuk-link app-link-target">Shifts on this phone</a></li></ul></div></main></div></div>`;
  const days = Number(link.dataset.days);
  page.querySelector(".govuk-panel__body").textContent = `It is sent when you open the service with a connection. This phone keeps it for ${days} ${days === 1 ? "day" : "days"} at the most.`;
  page.querySelector(".govuk-panel").dataset.kept = id;
  [log, list].forEach((address, place) => page.querySelectorAll("a")[place].setAttribute("href", address));
  return page;
}

// The page says what became of the shift, as long as it is open.
function follow(id, person, { list, onChange }) {
  onChange(async () => {
    const panel = document.querySelector(`[data-kept="${id}"]`);
    const item = panel && (await list(person)).own.find((each) => each.id === id);
    if (item?.state !== "sent") return;
    const { OUTCOMES } = await import("./words.js");
    const [title, colour, words] = OUTCOMES[item.outcome];
    panel.classList.toggle("app-panel--waiting", colour !== "green");
    panel.querySelector("h1").textContent = title;
    document.title = `${title} – Operation Hotspot`;
    const shift = document.createElement("a");
    Object.assign(shift, { className: "govuk-link", href: item.address ?? "", textContent: item.reference ?? "" });
    const body = panel.querySelector(".govuk-panel__body");
    body.setAttribute("role", "status");
    body.replaceChildren(words, ...(item.reference ? [" ", shift] : []));
  });
}

// Null where this phone keeps nothing of it: then the form is all there is.
export async function keepForm(form) {
  if (!queues(form)) return null;
  const [id, person] = [idOf(form), Number(form.dataset.person)];
  const entries = fields(form).filter(([name, value]) => value !== "" && name !== "submission_id" && name !== "version");
  try {
    const queue = await import("./queue.js");
    const item = { id, person, fields: Object.fromEntries(entries), days: Number(link.dataset.days) };
    if ((await queue.keep({ ...item, replaces: held.has(id) })) !== "kept") return null;
    follow(id, person, queue);
  } catch {
    return null;
  }
  if (hasMore(form)) {
    holdBack(form);
    return { hasMore: true, words: "Counts and times are saved on this phone too – not sent yet. If you close this page, they are sent without the note, the collar numbers and whatever does not read as a count or a time." };
  }
  await release(id);
  return { hasMore: false, page: receipt(id) };
}

// The server has saved the form, or the page that asked about it: what this phone keeps of it is a receipt.
export async function settle(form, address) {
  const [id, number] = [idOf(form), address.match(/\/shifts\/(\d+)\/saved\//)?.[1]];
  if (!link || !id || !number) return;
  try {
    const { finishById } = await import("./queue.js");
    await finishById(id, { outcome: "sent", reference: `HS-${number}`, address: `/shifts/${number}/` });
  } catch {
    // It is sent once more, and the server knows it.
  }
}

// Whether this phone may keep something of the form, or of the one that a question is about.
export const mayHaveKept = (form) => Boolean(link && held.has(idOf(form)));

// Its person throws away what they entered: what this phone keeps of it is not sent either.
export async function giveUp(form) {
  const id = idOf(form);
  if (!link || !id) return;
  try {
    const queue = await import("./queue.js");
    const patience = new Promise((resolve) => { window.setTimeout(resolve, GIVE_UP_MS); });
    await Promise.race([queue.giveUp(id), patience]);
  } catch {
    // Nothing is kept where nothing can be.
  }
  await release(id);
}
