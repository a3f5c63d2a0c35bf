// A button that fills inputs: `<button type="button" data-fills='{"id_start": "22:00"}' hidden>10pm</button>`.
// Hidden until this runs. It never saves; the listener of the input hears `input` and `change` as if it had been typed.

import { enhanceEach } from "./content.js";

function fill(id, value) {
  const input = document.getElementById(id);
  if (!input) return;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

enhanceEach("[data-fills]", (chip) => {
  const fills = Object.entries(JSON.parse(chip.dataset.fills));
  chip.hidden = false;
  chip.addEventListener("click", () => fills.forEach(([id, value]) => fill(id, value)));
});
