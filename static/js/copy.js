// A button that copies: `<div data-copies="id" hidden><button type="button">Copy</button> <span role="status"></span></div>`
// takes the words of the element with that id, with their HTML for programs that keep it, like Word. Without an id it
// takes the page's address. Hidden until this runs, and where the browser has no clipboard for us.

async function copy(id) {
  const element = document.getElementById(id);
  if (!element) return navigator.clipboard.writeText(window.location.href);
  const words = new Blob([element.innerText.trim()], { type: "text/plain" });
  const html = new Blob([element.innerHTML.trim()], { type: "text/html" });
  return navigator.clipboard.write([new ClipboardItem({ "text/plain": words, "text/html": html })]);
}

function connect(copier) {
  const status = copier.querySelector("[role=status]");
  copier.hidden = false;
  copier.querySelector("button").addEventListener("click", () => {
    status.textContent = "";
    copy(copier.dataset.copies).then(
      () => (status.textContent = "Copied"),
      () => (status.textContent = "Your browser did not let us copy it"),
    );
  });
}

if (navigator.clipboard && window.ClipboardItem) document.querySelectorAll("[data-copies]").forEach(connect);
