// "Nothing to report" and the counts never contradict each other: ticking the box empties the counts,
// entering a count above nought unticks the box.

import { enhanceEach } from "./content.js";

function enhance(group) {
  const box = group.querySelector('input[type="checkbox"]');
  const counts = [...group.querySelectorAll('input[inputmode="numeric"]')].filter((input) => !input.name.startsWith("activity_"));
  box?.addEventListener("change", () => {
    if (box.checked) counts.forEach((input) => { input.value = ""; });
  });
  counts.forEach((input) => input.addEventListener("input", () => {
    if (Number(input.value) > 0) box.checked = false;
  }));
}

enhanceEach('[data-module="app-outcomes"]', enhance);
