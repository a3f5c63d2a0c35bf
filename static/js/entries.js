// Sends a form without leaving its page, so that no entry is lost: `<form method="post" data-module="app-entries">`.
// With `data-person` it also keeps a draft in this tab until the server has saved what was entered; `data-filled` says
// that the server filled the form with entries already. Without JavaScript the browser sends the form itself.
// The server marks its answers (hotspot/core/pages/script_forms.py): a captive portal must not look like a receipt.

import { drop, dropAll, dropOthers, fill, isIn, load, save } from "./drafts.js";
import { giveUp, holdBack, keepForm, mayHaveKept, settle } from "./keeping.js";
import { restore, show } from "./saving.js";

const PATIENCE_MS = 30_000;
const DRAFT_DELAY_MS = 200;
const SELECTOR = 'form[data-module="app-entries"]';
const HEADERS = { "Hotspot-Form": "1", Accept: "text/html" };
const STYLES_MS = 2_000;
const NOTHING_IS_LOST = "Nothing is lost: save again when you have a connection.";
const sending = new WeakSet();
let isOver = false;
let isKept = false;
const person = document.querySelector(`${SELECTOR}[data-person]`)?.dataset.person;

// --- sending -----------------------------------------------------------------------------------------------------------

async function ask(address, options) {
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), PATIENCE_MS);
  try {
    const response = await fetch(address, { headers: HEADERS, redirect: "manual", signal: controller.signal, ...options });
    const { status, headers } = response;
    const text = await response.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    return { status, headers, page, isOurs: headers.has("Hotspot-Page") };
  } finally {
    window.clearTimeout(timer);
  }
}

function entriesOf(form, button) {
  const entries = new URLSearchParams(new FormData(form));
  if (button?.name) entries.append(button.name, button.value);
  return entries;
}

async function send(form, button) {
  if (sending.has(form)) return;
  sending.add(form);
  if (button?.dataset.saving) show(button, PATIENCE_MS);
  document.querySelector("[data-notice=entries]")?.remove();
  try {
    const address = form.getAttribute("action") ?? window.location.href;
    let answer = await ask(address, { method: "POST", body: entriesOf(form, button) });
    if (answer.page.querySelector("[data-stale-token]")) {
      const fresh = await ask(window.location.href, {});
      if (fresh.headers.has("Hotspot-Kept")) answer = fresh;
      else if (takeToken(fresh)) answer = await ask(address, { method: "POST", body: entriesOf(form, button) });
    }
    await receive(answer, form, button);
  } catch {
    await undelivered(form, button, "No signal.");
  } finally {
    sending.delete(form);
    if (button) restore(button);
  }
}

// The token of a form ends when its person signs in again, in another tab for example. Somebody else's is not taken.
function takeToken({ isOurs, page }) {
  const form = isOurs ? page.querySelector(`${SELECTOR}[data-person="${person}"]`) : null;
  const token = form?.querySelector("[name=csrfmiddlewaretoken]").value;
  if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
  return Boolean(token);
}

// --- what the answer means ---------------------------------------------------------------------------------------------

async function receive({ status, headers, page, isOurs }, form, button) {
  const address = headers.get("Hotspot-Location");
  const isBack = headers.get("Hotspot-Kept");
  if (!isOurs) {
    await undelivered(form, button, "Something else answered, like the sign-in page of a Wi-Fi network.");
  } else if (isBack === "0") {
    const words = "Nothing is lost: sign in again in another tab, then save again here.";
    say(form, button, "You are signed out.", words, { text: "Sign in (opens in a new tab)", address });
  } else if (address) {
    if (isBack === null) {
      forget();
      await settle(form, address);
    }
    // This page again takes its own place in the history: what is typed into it before the script runs is not old.
    if (isBack === null && !isThisPage(address)) markSaved();
    window.location.assign(address);
  } else if (status >= 500 || status === 429) {
    await undelivered(form, button, `${heading(page)}.`, "Nothing is lost: save again in a few minutes.");
  } else {
    await turnTo(page, button);
  }
}

// The server has not taken it. This phone keeps of a shift what it may; a note or a collar number holds the form here.
async function undelivered(form, button, title, words = NOTHING_IS_LOST) {
  // To have a team put on the form is not to save it.
  const kept = button?.name === "add_team" ? null : await keepForm(form);
  if (!kept) {
    say(form, button, title, words);
  } else if (kept.hasMore) {
    say(form, button, title, `${words} ${kept.words}`);
  } else {
    forget();
    endHere();
    await turnTo(kept.page, button);
  }
}

// No draft is kept of what is typed from now on.
function end(dropDrafts) {
  isOver = true;
  dropDrafts();
}

const forget = () => end(() => drop(window.location.pathname));
const isThisPage = (address) => new URL(address, window.location.href).href === window.location.href;

// The form is done with: Back from the receipt leads to a new one.
function markSaved() {
  window.history.replaceState({ ...window.history.state, saved: true }, "");
}

// What was entered is on this phone, under its number: no form that Back leads to may have that number again.
function endHere() {
  markSaved();
  isKept = true;
}

function say(form, button, title, words, link = null) {
  const notice = document.createElement("div");
  notice.className = "govuk-error-summary";
  notice.dataset.notice = "entries";
  notice.setAttribute("role", "alert");
  notice.tabIndex = -1;
  notice.append(element("p", "govuk-error-summary__title", title), " ", element("p", "govuk-body", words));
  if (link) {
    const anchor = element("a", "govuk-link", link.text);
    Object.assign(anchor, { href: link.address, target: "_blank", rel: "noopener" });
    notice.lastChild.append(" ", anchor);
  }
  const place = button?.closest(".govuk-button-group, p") ?? button;
  if (place && form.contains(place)) place.before(notice);
  else form.prepend(notice);
  notice.focus();
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

// --- the page in place of the page -------------------------------------------------------------------------------------

const left = new Map();
let here = window.history.state?.view ?? 0;

const current = () => document.querySelector(".app-page");
const heading = (root) => root.querySelector("h1")?.textContent.trim();

// The same page with errors takes the place of the form; another one, like a question, is one that Back leads out of.
async function turnTo(page, button) {
  await bringAssets(page);
  const fresh = document.adoptNode(page.querySelector(".app-page"));
  if (heading(fresh) !== heading(current())) {
    left.set(here, { page: current(), title: document.title });
    here += 1;
    window.history.pushState({ view: here }, "");
  }
  put(fresh, page.title);
  fresh.dispatchEvent(new CustomEvent("app:content", { bubbles: true }));
  fresh.querySelectorAll(SELECTOR).forEach(enhance);
  focusOn(fresh, button?.name === "add");
}

function put(page, title) {
  current().replaceWith(page);
  document.title = title;
}

// A page is not shown before its style sheets are there, unless they do not come.
async function bringAssets(page) {
  const sheets = [];
  page.querySelectorAll('head link[rel="stylesheet"], head script[src]').forEach((asset) => {
    const [name, address] = asset.src ? ["src", asset.getAttribute("src")] : ["href", asset.getAttribute("href")];
    if (document.querySelector(`head [${name}="${address}"]`)) return;
    const own = document.createElement(asset.localName);
    asset.getAttributeNames().forEach((attribute) => own.setAttribute(attribute, asset.getAttribute(attribute)));
    if (name === "href") sheets.push(new Promise((resolve) => { own.onload = own.onerror = resolve; }));
    document.head.append(own);
  });
  const patience = new Promise((resolve) => { window.setTimeout(resolve, STYLES_MS); });
  if (sheets.length) await Promise.race([Promise.all(sheets), patience]);
}

function focusOn(page, isNewRow) {
  const last = isNewRow ? [...page.querySelectorAll(".app-row")].at(-1)?.querySelector("input, select") : null;
  // A new row, or what says that a team is in the crew: the page stays where it was.
  const row = last ?? page.querySelector("[data-stays]");
  const target = page.querySelector("[autofocus]") ?? row ?? page.querySelector("h1");
  if (target.localName === "h1") target.tabIndex = -1;
  target.focus();
  if (target !== row) window.scrollTo(0, 0);
}

window.addEventListener("popstate", (event) => {
  const wanted = event.state?.view ?? 0;
  if (isKept && wanted !== here) {
    markSaved();
    window.location.reload();
    return;
  }
  const view = left.get(wanted);
  if (view && wanted !== here) {
    left.set(here, { page: current(), title: document.title });
    put(view.page, view.title);
  }
  here = wanted;
});

// --- drafts ------------------------------------------------------------------------------------------------------------

function enhance(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter);
  });
  form.addEventListener("click", (event) => {
    // "Cancel", "No, go back" and "Do not save" mean that nothing of it is wanted, on a question about it too.
    const link = event.target.closest(".govuk-button-group a");
    if (!link) return;
    forget();
    if (!mayHaveKept(form)) return;
    event.preventDefault();
    giveUp(form).then(() => window.location.assign(link.href));
  });
  if (!form.dataset.person) return;
  let timer = null;
  const keep = () => {
    if (timer !== null && !isOver) save(form);
    timer = null;
  };
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, DRAFT_DELAY_MS);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  window.addEventListener("pagehide", keep);
}

// A browser puts entries back itself after Back and Forward. Either it has put all of them back, or the draft does.
function bringBack(form) {
  const draft = form.dataset.filled === undefined ? load(form) : null;
  if (draft && isIn(form, draft)) {
    fill(form, draft);
    holdBack(form);
    form.dispatchEvent(new CustomEvent("app:filled"));
  } else if (draft) {
    form.reset();
    const rows = draft.fields.find(([name]) => name === ROWS)?.[1];
    if (rows === form.elements[ROWS]?.value) fillFrom(draft, form);
    else addRows(form, Number(rows)).then((ready) => fillFrom(draft, ready), () => {});
  }
  open(form);
}

function fillFrom(draft, form) {
  fill(form, draft);
  holdBack(form);
  open(form);
  form.before(restored(draft, form));
  form.dispatchEvent(new CustomEvent("app:filled"));
}

const ROWS = "form-TOTAL_FORMS";

// The server makes the rows of a form, as it does for "Add another".
async function addRows(form, number) {
  const entries = entriesOf(form, { name: "add", value: "1" });
  entries.set(ROWS, String(number - 1));
  const { isOurs, page } = await ask(window.location.href, { method: "POST", body: entries });
  if (!isOurs) throw new Error("no rows");
  await turnTo(page);
  return document.querySelector(SELECTOR);
}

// What is folded away and has an entry is unfolded.
function open(form) {
  const has = ({ type, checked, value, selectedOptions }) => {
    if (selectedOptions) return selectedOptions[0]?.defaultSelected === false && value;
    return type === "checkbox" || type === "radio" ? checked : value;
  };
  form.querySelectorAll("details").forEach((details) => {
    if ([...details.querySelectorAll("input, select, textarea")].some(has)) details.open = true;
  });
}

function restored(draft, form) {
  const at = new Date(draft.at).toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true });
  const more = draft.more ? " Notes, collar numbers and other text are never kept on this device: enter them again." : "";
  const notice = element("div", "govuk-inset-text", `Your entries from ${at.replace(" ", "")} were restored.${more} `);
  const button = element("button", "govuk-button govuk-button--secondary app-afresh", "Start afresh");
  button.type = "button";
  notice.setAttribute("role", "status");
  notice.append(button);
  button.addEventListener("click", async () => {
    forget();
    await giveUp(form);
    markSaved();
    window.location.reload();
  });
  return notice;
}

// --- the page itself ---------------------------------------------------------------------------------------------------

// Only now has the browser put back what it remembers of the form. What somebody entered in the meantime stays.
const enteredEarly = new Set();
const noteEarly = ({ target }) => target.type === "file" || enteredEarly.add(target);
document.addEventListener("input", noteEarly);

function begin() {
  document.removeEventListener("input", noteEarly);
  const early = [...enteredEarly].map((field) => [field, field.value, field.checked]);
  const { saved, ...state } = window.history.state ?? {};
  if (saved) window.history.replaceState(state, "");
  document.querySelectorAll(SELECTOR).forEach((form) => {
    if (saved) form.reset();
    else if (form.dataset.person) bringBack(form);
  });
  early.forEach(([field, value, checked]) => {
    field.value = value;
    if (checked !== undefined) field.checked = checked;
  });
}

document.querySelectorAll(SELECTOR).forEach(enhance);
// Every page of a signed-in person has the button, so that nobody else's draft outlives their sign-in.
const signOut = document.querySelector("form[data-signs-out]");
signOut?.addEventListener("submit", () => end(dropAll));
if (signOut?.dataset.signsOut) dropOthers(signOut.dataset.signsOut);
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) begin();
  else if (window.history.state?.saved) window.location.reload();
});
