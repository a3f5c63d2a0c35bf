// Answers the first press of a submit button at once: `<button data-saving="Saving…">`.
// The button is never disabled, so its name and value are sent; a second press while the first is under way is ignored.

const RETRY_AFTER_MS = 15_000;
const status = document.createElement("div");
status.className = "govuk-visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

export function show(button, patience = RETRY_AFTER_MS) {
  button.dataset.label = button.textContent;
  button.textContent = button.dataset.saving;
  status.textContent = button.dataset.saving;
  // With no signal a request may hang for ever: give the button back. The server knows a repeat by its submission id.
  window.setTimeout(restore, patience, button);
}

export function restore(button) {
  if (button.dataset.label === undefined) return;
  button.textContent = button.dataset.label;
  delete button.dataset.label;
  status.textContent = "";
}

document.addEventListener("submit", (event) => {
  const button = event.submitter?.closest("[data-saving]");
  if (!button || event.defaultPrevented) return;
  if (button.dataset.label === undefined) show(button);
  else event.preventDefault();
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("[data-saving]").forEach(restore);
});
