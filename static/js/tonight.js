// Tonight’s list: what of it this phone keeps, for when there is no signal. Areas, reasons and times: never who.

const link = document.querySelector("[data-unsent]");
const list = document.querySelector("[data-tonight]");
const person = Number(document.querySelector("form[data-signs-out]")?.dataset.signsOut);
const words = (element) => element.textContent.replace(/\s+/g, " ").trim();
const lines = (root) => [...root.querySelectorAll("[data-keep]")].map(words);

function night() {
  const areas = [...list.querySelectorAll("[data-kept-area]")];
  return {
    title: list.dataset.tonight,
    areas: areas.map((area) => ({ name: area.dataset.keptArea, lines: lines(area) })),
    alone: [...list.querySelectorAll("[data-kept-alone]")].map(words),
  };
}

async function keep() {
  const { rememberNight } = await import("./people.js");
  // By how long the night still lasts: a phone’s own clock may be wrong.
  await rememberNight(person, Date.now() + 1_000 * Number(list.dataset.seconds), night());
}

// After the page is there. A phone that can keep nothing says so on the form that logs a shift.
if (list && person && link?.dataset.keeps === "1") {
  const later = () => window.setTimeout(() => keep().catch(() => {}), 0);
  if (document.readyState === "complete") later();
  else window.addEventListener("load", later);
}
