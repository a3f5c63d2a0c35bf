// Shifts and visits of this phone in words, and the elements to say them in.

import { isVisit } from "./queue.js";

const PLACE = "Europe/London";
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", hour12: true, timeZone: PLACE });
const TODAY = new Intl.DateTimeFormat("en-CA", { timeZone: PLACE });
const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

export const STATES = {
  waiting: ["Waiting", "yellow", "It is sent by itself when the service is open here and there is a connection."],
  sending: ["Sending", "yellow", "It is on its way."],
  signin: ["Sign in", "yellow", "Sign in, and it is sent."],
  refused: ["Not allowed", "red", "The service does not let you log this. Ask an administrator, then try again."],
  duplicate: ["Duplicate", "red", "The service has another shift under this number. Check your shifts, then discard this one or enter it again."],
  correcting: ["Needs correcting", "red", "The service could not read it. Enter the shift again from the text below, then discard this one."],
  expired: ["Expired", "red", "It was not sent in time, and what was counted is no longer on this phone. It is not saved: enter it again."],
};
// Where the server may have had it without its answer being heard.
export const MAYBE_SAVED = "It was sent, but no answer came, and it is no longer on this phone. It may have been saved: look in your shifts before you enter it again.";
export const OPEN_ELSEWHERE = "Its form is open in another tab: save it there, or close that tab. It is not sent meanwhile.";
export const OUTCOMES = {
  sent: ["Sent", "green", "Reference"],
  changed: ["Saved before", "red", "It was saved already, as it was sent first. What you changed since may not be in it: look, and correct it. Reference"],
  correcting: ["Needs correcting", "yellow", "The service keeps it until you correct it. Number"],
  recorded: ["Sent", "green", "The visit is recorded. See"],
  discarded: ["Discarded", "grey", "You discarded it on another device."],
};

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", hour12: true, timeZone: PLACE });

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
// 2 shifts, 1 visit, or 3 entries where there are some of both.
export function counted(items) {
  const visits = items.filter(isVisit).length;
  if (visits === items.length) return plural(visits, "visit");
  return visits ? plural(items.length, "entry", "entries") : plural(items.length, "shift");
}
// Days of the calendar: on the two nights of the year on which the clocks change, a day has not 24 hours.
export function today(days = 0) {
  const [year, month, date] = TODAY.format(Date.now()).split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}
export const dayInWords = (iso) => DAY.format(new Date(`${iso}T00:00:00Z`));
const shortened = (text) => text.replace(/:00(?= ?[ap]m)/, "").replace(/ (?=[ap]m$)/, "");
export const momentInWords = (at) => shortened(MOMENT.format(at));
export const clockInWords = (at) => shortened(CLOCK.format(at));

export function element(tag, className = "", text = "", children = []) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  made.append(...children);
  return made;
}

export function button(text, kind, action) {
  const made = element("button", `govuk-button${kind ? ` govuk-button--${kind}` : ""}`, text);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

export function age(since) {
  const passed = Date.now() - since;
  if (passed < MINUTE_MS) return "less than a minute";
  if (passed < HOUR_MS) return plural(Math.floor(passed / MINUTE_MS), "minute");
  return passed < 2 * DAY_MS ? plural(Math.floor(passed / HOUR_MS), "hour") : plural(Math.floor(passed / DAY_MS), "day");
}

function night(fields) {
  if (/^\d{4}-\d\d-\d\d$/.test(fields.night ?? "")) return fields.night;
  const [day, month, year] = ["day", "month", "year"].map((part) => fields[`night_date_${part}`] ?? "");
  const iso = `${year.padStart(4, "0")}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return Number.isNaN(Date.parse(iso)) ? "" : iso;
}

function visitInWords({ arrived, left }) {
  const [since, until] = [Number(arrived), Number(left)];
  return `${momentInWords(since)}${left ? ` to ${clockInWords(until)}` : ""}`;
}

export function titleOf(fields, areas) {
  const area = areas.find(({ id }) => String(id) === fields.area)?.name ?? (fields.arrived ? "A visit" : "A shift");
  if (fields.arrived) return `${area}, ${visitInWords(fields)}`;
  const day = night(fields);
  const times = fields.start && fields.end ? `${fields.start} to ${fields.end}` : "";
  return [area, day && dayInWords(day), times].filter(Boolean).join(", ");
}

const CODES = /^(crew|asb|activity)_/;
const NOT_SAID = new Set(["area", "night", "start", "end", "submission_id", "version", "start_day", "funding_stream"]);
const readable = (name) => name.replace(CODES, "").replaceAll("_", " ").replaceAll("-", " ");

// What somebody else can read out or type: one line for what was counted each.
export function textOf(fields, areas) {
  const counts = Object.entries(fields).filter(([name, value]) => value && !NOT_SAID.has(name) && !name.startsWith("night_date"));
  const lines = counts.map(([name, value]) => (name === "nothing_to_report" ? "Nothing to report" : `${readable(name)}: ${value}`));
  return [titleOf(fields, areas), ...lines].join("\n");
}

// Asks for a word, so that no slip of a thumb throws a night's work away.
export function confirmed(id, label, action) {
  const input = element("input", "govuk-input govuk-input--width-10");
  Object.assign(input, { id, autocomplete: "off", autocapitalize: "none" });
  const caption = element("label", "govuk-label", "Type “discard” to confirm");
  caption.htmlFor = id;
  const error = element("p", "govuk-error-message");
  error.setAttribute("role", "alert");
  const press = button(label, "warning", () => {
    if (input.value.trim().toLowerCase() === "discard") action();
    else error.textContent = "Type discard, or leave it";
  });
  return element("div", "govuk-form-group", "", [caption, error, input, element("p", "", "", [press])]);
}

export function folded(summary, children) {
  const line = element("summary", "govuk-details__summary", "", [element("span", "govuk-details__summary-text", summary)]);
  return element("details", "govuk-details", "", [line, element("div", "govuk-details__text", "", children)]);
}
