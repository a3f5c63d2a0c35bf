// Tonight’s list as this phone had it last, on the page that opens without a connection.

import { recallNight } from "./people.js";
import { element, momentInWords } from "./words.js";

const place = document.querySelector("[data-night-copy]");

const WITHOUT_SIGNAL =
  "“I’m here” and “I’ve left” need a signal. Without one, note when you come and go: the form below takes the shift " +
  "with its times, and visits can be added on its page when it is sent.";

const listOf = (items) => element("ul", "govuk-list govuk-list--bullet", "", items.map((text) => element("li", "", text)));

function area({ name, lines }) {
  return [element("h3", "govuk-heading-s", name), ...lines.map((text) => element("p", "govuk-body", text))];
}

function alone(names) {
  return names.length ? [element("h3", "govuk-heading-s", "Leave alone unless you are called"), listOf(names)] : [];
}

export function hideNight() {
  if (place) place.hidden = true;
  place?.replaceChildren();
}

// Only to whom it was shown before, and until the night is over.
export async function showNight(person) {
  hideNight();
  const kept = place && (await recallNight(person).catch(() => null));
  if (!kept) return;
  const { title, areas, alone: names } = kept.night;
  const text = element("div", "govuk-details__text", "", [
    element("p", "govuk-body", title),
    ...areas.flatMap(area),
    ...(areas.length ? [] : [element("p", "govuk-body", "No area was wanted then.")]),
    ...alone(names),
    element("p", "govuk-body", WITHOUT_SIGNAL),
  ]);
  const summary = element("summary", "govuk-details__summary", "", [
    element("span", "govuk-details__summary-text", `Tonight, as at ${momentInWords(kept.seenAt)}`),
  ]);
  const details = element("details", "govuk-details", "", [summary, text]);
  details.open = window.location.pathname.startsWith("/tonight/");
  place.replaceChildren(details);
  place.hidden = false;
}
