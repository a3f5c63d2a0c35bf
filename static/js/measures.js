// Of rows and columns only those can be chosen that the measure has: `<select name="measure">` in a form with
// `data-offers-parts`, whose options say in `data-of` which records they are of. Without it the server says so.

function connect(form) {
  const { measure, rows, columns } = form.elements;
  const offer = () => {
    const chosen = measure.selectedOptions[0];
    for (const menu of [rows, columns]) {
      for (const option of menu.options) option.disabled = (option.dataset.of ?? chosen.dataset.of) !== chosen.dataset.of;
      if (menu.selectedOptions[0]?.disabled) menu.selectedIndex = 0;
      menu.nextElementSibling.textContent = `Grey: ${chosen.textContent} cannot be split by it.`;
    }
  };
  for (const menu of [rows, columns]) {
    const hint = document.createElement("p");
    hint.className = "govuk-hint";
    menu.after(hint);
  }
  measure.addEventListener("change", offer);
  offer();
}

document.querySelectorAll("form[data-offers-parts]").forEach(connect);
