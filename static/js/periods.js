// Another programme has other periods: `<select name="programme">` in a form with `data-follows-programme`. The page of
// the programme that was chosen is asked for, and its menus take the place of those that depend on the programme.

const MENUS = ["period", "from_month", "to_month", "compare"];
let latest = 0;

async function pageOf(form, programme) {
  const address = new URL(form.action);
  address.search = new URLSearchParams({ programme });
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function replaceMenu(form, page, name) {
  const here = form.elements[name];
  const there = page.querySelector(`form[data-follows-programme] [name="${name}"]`);
  if (!here || !there) return;
  const chosen = here.value;
  here.replaceChildren(...there.children);
  here.value = chosen;
  if (here.selectedIndex < 0) here.selectedIndex = 0;
}

function connect(form) {
  const programme = form.elements.programme;
  const status = document.createElement("div");
  status.className = "govuk-visually-hidden";
  status.setAttribute("role", "status");
  form.append(status);
  programme.addEventListener("change", async () => {
    const mine = ++latest;
    try {
      const page = await pageOf(form, programme.value);
      if (mine !== latest) return;
      MENUS.forEach((name) => replaceMenu(form, page, name));
      const name = programme.options[programme.selectedIndex].textContent;
      status.textContent = `The periods are those of ${name}.`;
    } catch {
      // The server says which periods there are when the form is sent.
      status.textContent = "";
    }
  });
}

document.querySelectorAll("form[data-follows-programme]").forEach(connect);
