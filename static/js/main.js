// What every page needs. A page with a behaviour of its own adds that module in {% block scripts %}.
import {
  Button,
  CharacterCount,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  SkipLink,
  createAll,
  isSupported,
} from "../vendor/govuk-frontend-6.6.0/govuk-frontend.min.js";
import "./unsent.js";
import "./entries.js";
import "./saving.js";

const COMPONENTS = [
  Button,
  CharacterCount,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  SkipLink,
];

// GOV.UK Frontend sets this class in an inline script, which our Content Security Policy refuses.
document.body.classList.add("govuk-frontend-supported");
const connect = (root) => COMPONENTS.forEach((Component) => createAll(Component, undefined, root));
if (isSupported()) {
  connect(document);
  document.addEventListener("app:content", (event) => connect(event.target));
}

// Keeps addresses short enough to share: a form that asks for a page sends only the fields that say something.
// Without JavaScript the server redirects to the same address without its empty parameters.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const name of new Set(event.formData.keys())) {
    const values = event.formData.getAll(name).filter((value) => value !== "");
    event.formData.delete(name);
    values.forEach((value) => event.formData.append(name, value));
  }
});
