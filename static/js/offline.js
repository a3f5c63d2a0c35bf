// The page that opens without a connection: the form of one shift, filled with what this phone keeps of its person.

import { hello } from "./asking.js";
import { mayBeKept } from "./drafts.js";
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

// --- the form ------------------------------------------------------------------------------------------------------------

function radio(value, text, isChecked) {
  const input = element("input", "govuk-radios__input");
  Object.assign(input, { type: "radio", name: "day", id: `id_day_${value}`, value, checked: isChecked });
  const label = element("label", "govuk-label govuk-radios__label", text);
  label.htmlFor = input.id;
  return element("div", "govuk-radios__item", "", [input, label]);
}

function offerNights() {
  const offered = [[today(), "today"], [today(-1), "yesterday"]].map(([day, name]) => [day, `${dayInWords(day)} (${name})`]);
  const nights = form.querySelector("[data-nights]");
  nights.replaceChildren(...[...offered, [OTHER, "Another date"]].map(([value, text]) => radio(value, text, false)));
  nights.addEventListener("change", () => {
    form.querySelector("[data-other-night]").hidden = form.elements.day.value !== OTHER;
  });
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
  return { ...fields, night: OTHER };
}

function problems(fields) {
  const counts = Object.keys(fields).filter((name) => !/^(area|night|start|end|crew_)/.test(name));
  const unread = [...form.elements].filter((control) => control.type === "text" && control.value.trim() && !mayBeKept(control));
  return [
    !fields.area && ["id_area", "Select where you patrolled"],
    !(fields.night_date_day && fields.night_date_month && fields.night_date_year) && ["id_day_" + today(), "Select the day the shift started"],
    !fields.start && ["id_start", "Enter when the shift started, like 10pm"],
    !fields.end && ["id_end", "Enter when the shift finished, like 6am"],
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

async function submit(event, person) {
  event.preventDefault();
  const fields = entered();
  const errors = problems(fields);
  show(errors);
  if (errors.length) return;
  try {
    await keep({ id: crypto.randomUUID(), person, fields, days: Number(days) });
  } catch {
    say("This phone has no room to keep the shift. Note it down, or leave this page open until you have a connection.", "app-queued--old");
    return;
  }
  form.reset();
  form.querySelector("[data-other-night]").hidden = true;
  receipt();
  if (navigator.onLine) await send(address, person);
}

// --- the page ------------------------------------------------------------------------------------------------------------

async function begin() {
  if (!(await isUsable())) {
    say("This browser cannot keep shifts, as in a private window or when its storage is full. Note the shift down, and log it when you have a connection.");
    return;
  }
  const asked = navigator.onLine ? await hello(address) : { who: null };
  const known = await recall().catch(() => null);
  if (!known) {
    say("Nobody has signed in on this phone yet. Sign in once with a connection: then you can log shifts here without one.");
    await start(null);
    return;
  }
  await start(known.person);
  if (section && keeps === "1") {
    offerAreas(known.areas);
    offerNights();
    section.hidden = false;
    form.addEventListener("submit", (event) => submit(event, known.person));
  }
  const go = () => send(address, known.person, { isForced: true });
  window.addEventListener("online", go);
  if (asked.who) await go();
}

begin();
