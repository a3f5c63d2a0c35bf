// Charts with axes say the number that is pointed at, touched or reached with the left and right arrow keys.

for (const figure of document.querySelectorAll("[data-plot]")) {
  const marks = [...figure.querySelectorAll("svg title")].map((title) => title.parentElement);
  const says = figure.querySelector("[data-plot-says]");
  const region = figure.querySelector("[tabindex]");
  let place = -1;

  const show = (next) => {
    marks[place]?.removeAttribute("data-shown");
    place = next;
    marks[place]?.setAttribute("data-shown", "");
    says.textContent = marks[place]?.querySelector("title").textContent ?? "";
  };

  // Said aloud only where somebody asks with a key: a pointer crosses many.
  figure.addEventListener("pointerover", (event) => {
    const found = marks.indexOf(event.target);
    says.setAttribute("aria-live", "off");
    if (found >= 0) show(found);
  });
  region.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || marks.length === 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    says.setAttribute("aria-live", "polite");
    event.preventDefault();
    show(place < 0 ? (step > 0 ? 0 : marks.length - 1) : (place + step + marks.length) % marks.length);
    marks[place].scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
