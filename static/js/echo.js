// Says the shift in words while it is typed: `<p data-module="app-echo" data-url="…">` inside the form.
// The server words it, so that there is one opinion on clock changes; without a signal the line stays as it was.

const DELAY_MS = 300;
const READ = /^(night|start|end|crew_)/;

function enhance(line) {
  const form = line.closest("form");
  let timer;
  let asked = 0;

  async function ask() {
    const query = new URLSearchParams([...new FormData(form)].filter(([name]) => READ.test(name)));
    const number = ++asked;
    try {
      const response = await fetch(`${line.dataset.url}?${query}`, { headers: { Accept: "text/plain" } });
      if (response.ok && !response.redirected && number === asked) line.textContent = await response.text();
    } catch {
      // No signal: saving says the same words on the receipt.
    }
  }

  form.addEventListener("input", (event) => {
    if (!READ.test(event.target.name)) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, DELAY_MS);
  });
  if (form.elements.start?.value) ask();
}

document.querySelectorAll('[data-module="app-echo"]').forEach(enhance);
