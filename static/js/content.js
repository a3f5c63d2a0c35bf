// Connects a behaviour with what is on the page, and with what `entries.js` puts there later.

export function enhanceEach(selector, enhance) {
  const connect = (root) => root.querySelectorAll(selector).forEach(enhance);
  connect(document);
  document.addEventListener("app:content", (event) => connect(event.target));
}
