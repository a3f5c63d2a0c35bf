// Charts say the number that is pointed at, touched or reached with the left and right arrow keys.

// One of several small charts says which it is.
const wordsOf = (mark) => {
  const name = mark.closest("figure")?.parentElement.querySelector("[data-plot-of]")?.textContent;
  const words = mark.querySelector("title").textContent;
  return name ? `${name}: ${words}` : words;
};

for (const figure of document.querySelectorAll("[data-plot]")) {
  const marks = [...figure.querySelectorAll("svg title")].map((title) => title.parentElement);
  if (marks.length === 0) continue;
  const says = figure.querySelector("[data-plot-says]");
  // What scrolls can be reached with keys anyway.
  const region = figure.querySelector("[tabindex]") ?? figure;
  region.tabIndex = 0;
  let place = -1;

  const show = (next) => {
    marks[place]?.removeAttribute("data-shown");
    place = next;
    marks[place].setAttribute("data-shown", "");
    says.textContent = wordsOf(marks[place]);
  };

  // Above a low stick counts as on it.
  const stickAt = ({ target, clientX }) => {
    const sticks = target.closest(".app-sticks");
    return marks.find((mark) => {
      const { left, right } = mark.getBoundingClientRect();
      return sticks?.contains(mark) && left <= clientX && clientX <= right;
    });
  };

  // Said aloud only where somebody asks with a key: a pointer crosses many.
  const point = (event) => {
    const found = marks.indexOf(marks.includes(event.target) ? event.target : stickAt(event));
    if (found < 0 || found === place) return;
    says.setAttribute("aria-live", "off");
    show(found);
  };
  figure.addEventListener("pointermove", point);
  figure.addEventListener("pointerdown", point);
  region.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || event.target !== region) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    says.setAttribute("aria-live", "polite");
    event.preventDefault();
    show(place < 0 ? (step > 0 ? 0 : marks.length - 1) : (place + step + marks.length) % marks.length);
    marks[place].scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
