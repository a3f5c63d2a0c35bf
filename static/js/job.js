// Keeps the progress of a background job up to date: `<div data-module="app-job" data-url="…" data-state="running">`.
// When the job is over the page is loaded again, because the rest of it then says what came of it.

const EVERY_MS = 1000;
const SLOWEST_MS = 15000;

function enhance(element) {
  let wait = EVERY_MS;

  async function look() {
    try {
      const response = await fetch(element.dataset.url, { headers: { Accept: "text/html" } });
      if (!response.ok || response.redirected) return;
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".app-job");
      if (!fresh) return;
      if (isOver(fresh)) return window.location.reload();
      update(element, fresh);
      wait = EVERY_MS;
    } catch {
      // No signal: ask again, less and less often.
      wait = Math.min(2 * wait, SLOWEST_MS);
    }
    window.setTimeout(look, wait);
  }

  if (!isOver(element)) window.setTimeout(look, wait);
}

const isOver = (element) => ["done", "failed"].includes(element.dataset.state);

// Only what changes is changed, so that focus stays and a screen reader hears the new sentence alone.
function update(element, fresh) {
  const [words, bar] = [element.querySelector("[role=status]"), element.querySelector("progress")];
  const freshWords = fresh.querySelector("[role=status]").textContent;
  if (words.textContent !== freshWords) words.textContent = freshWords;
  const { max, value } = fresh.querySelector("progress");
  Object.assign(bar, { max, value });
}

document.querySelectorAll('[data-module="app-job"]').forEach(enhance);
