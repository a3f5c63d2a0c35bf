// Keeps the time left of authorisations in force. The server has written it into the page; without this script it stands
// as it was when the page was made. What the clock of the device shows is not trusted, only how long the page has been
// open: by both of its clocks, as one of them stands still while a device sleeps, and the other can be put back.

const QUARTER = 15;
const MINUTE = 60_000;
const opened = performance.now();
const openedOn = Date.now();

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

export function timeLeft(minutes) {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const parts = [hours ? plural(hours, "hour") : "", rest ? plural(rest, "minute") : ""].filter(Boolean);
  return parts.length ? `in ${parts.join(" ")}` : "in less than a minute";
}

function milliseconds(line) {
  const open = Math.max(performance.now() - opened, Date.now() - openedOn);
  return Date.parse(line.dataset.endsAt) - Date.parse(line.dataset.at) - open;
}

function update(line, say) {
  const left = milliseconds(line);
  const name = line.querySelector("a").textContent;
  if (left <= 0) {
    say(`${name.replace(/ ends at .*$/, "")} has ended.`);
    line.remove();
    return;
  }
  const text = timeLeft(Math.floor(left / MINUTE));
  const shown = line.querySelector(".app-countdown__left");
  if (shown.textContent !== text) shown.textContent = text;
  if (left <= QUARTER * MINUTE && !line.dataset.said) {
    line.dataset.said = "true";
    say(`${name}, ${text}.`);
  }
}

for (const section of document.querySelectorAll('[data-module="app-countdowns"]')) {
  const status = section.querySelector('[role="status"]');
  const say = (words) => {
    status.textContent = words;
  };
  const updateAll = () => section.querySelectorAll("[data-ends-at]").forEach((line) => update(line, say));
  setInterval(updateAll, 10_000);
  document.addEventListener("visibilitychange", () => document.hidden || updateAll());
  addEventListener("pageshow", updateAll);
}
