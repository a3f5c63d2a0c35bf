// Says the shift in words while it is typed: `<p data-module="app-echo" data-url="…">` inside the form.
// The server words it, so that there is one opinion on clock changes; without a signal the line stays as it was.

import { enhanceEach } from "./content.js";

const DELAY_MS = 300;
const READ = /^(night|start|end|crew_)/;

// A night has two mornings: the server says which ones a start in the small hours may mean.
function askWhichMorning(question, mornings) {
  question.hidden = !mornings;
  const options = question.querySelectorAll("input");
  JSON.parse(mornings ?? "[]").forEach(([day, words], place) => {
    const option = options[place];
    if (option.value !== day) Object.assign(option, { value: day, checked: false });
    option.labels[0].textContent = words;
  });
}

// After a refusal the field says what is wrong with it; the line need not say it again.
function isShown(form, words) {
  return Boolean(words) && [...form.querySelectorAll(".govuk-error-message")].some((error) => error.textContent.includes(words));
}

function enhance(line) {
  const form = line.closest("form");
  let timer;
  let asked = 0;
  let asking = new AbortController();

  async function ask() {
    const query = new URLSearchParams([...new FormData(form)].filter(([name]) => READ.test(name)));
    const number = ++asked;
    try {
      const join = line.dataset.url.includes("?") ? "&" : "?";
      const response = await fetch(`${line.dataset.url}${join}${query}`, {
        headers: { Accept: "text/plain" },
        redirect: "manual",
        signal: asking.signal,
      });
      const words = await response.text();
      if (!response.ok || number !== asked) return;
      const question = form.querySelector("[data-mornings]");
      const mornings = response.headers.get("Hotspot-Mornings");
      askWhichMorning(question, mornings);
      // An error has said the same already, or the question's own error asks it.
      const isAsked = Boolean(mornings && question?.querySelector(".govuk-error-message"));
      line.textContent = isAsked || isShown(form, words) ? "" : words;
    } catch {
      // No signal: saving says the same words on the receipt.
    }
  }

  form.addEventListener("input", (event) => {
    if (!READ.test(event.target.name)) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, DELAY_MS);
  });
  // Once the session has ended, an answer to this could take the place of the one that keeps what is sent.
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    asking.abort();
    asking = new AbortController();
  });
  form.addEventListener("app:filled", ask);
  if (form.elements.start?.value) ask();
}

enhanceEach('[data-module="app-echo"]', enhance);
