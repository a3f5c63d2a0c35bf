// Buttons for one fewer and one more beside a number: `<div data-module="app-stepper"><input …></div>`.
// They are made here, so that a page without JavaScript shows the input alone.

import { enhanceEach } from "./content.js";

const NUMBER = /^\d+$/;

function button(text, label) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "app-stepper__button";
  element.textContent = text;
  element.setAttribute("aria-label", label);
  return element;
}

function step(input, by) {
  const { lowest, highest } = input.dataset;
  const number = NUMBER.test(input.value.trim()) ? Number(input.value) : 0;
  const next = Math.min(Math.max(number + by, Number(lowest)), Number(highest));
  input.value = String(next);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return next;
}

function enhance(stepper) {
  const input = stepper.querySelector("input");
  const name = input.labels[0]?.textContent.trim() ?? "";
  const fewer = button("−", `One fewer: ${name}`);
  const more = button("+", `One more: ${name}`);
  const status = document.createElement("span");
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  for (const [control, by] of [[fewer, -1], [more, 1]]) {
    control.addEventListener("click", () => {
      status.textContent = `${name}: ${step(input, by)}`;
    });
  }
  stepper.prepend(fewer);
  stepper.append(more, status);
}

enhanceEach('[data-module="app-stepper"]', enhance);
