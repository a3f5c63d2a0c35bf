// Buttons for one fewer and one more beside a number: `<div data-module="app-stepper"><input …></div>`.
// They are made here, so that a page without JavaScript shows the input alone. With the keyboard the up and down arrows do
// the same in the input, so that each number is one stop of the Tab key and not three.

import { enhanceEach } from "./content.js";

const NUMBER = /^\d+$/;

function button(text, label) {
  const element = document.createElement("button");
  element.type = "button";
  element.tabIndex = -1;
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
  const change = (by) => { status.textContent = `${name}: ${step(input, by)}`; };
  fewer.addEventListener("click", () => change(-1));
  more.addEventListener("click", () => change(1));
  input.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    change(by);
  });
  stepper.prepend(fewer);
  stepper.append(more, status);
}

enhanceEach('[data-module="app-stepper"]', enhance);
