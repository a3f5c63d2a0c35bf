// What of an unfinished form is kept in this tab until it is saved: counts, codes and times. `mayBeKept` alone decides
// that, for whatever else may want to keep entries on the device. Notes, collar numbers, references and reasons are
// never kept, nor any text that does not read as a number or a time.

const PREFIX = "hotspot-draft:";
const NEVER = /note|collar|reason|reference/;
const HIDDEN = new Set(["submission_id", "version", "form-TOTAL_FORMS"]);
const CHOICES = new Set(["radio", "checkbox", "select-one"]);
const BUTTONS = new Set(["submit", "button", "fieldset"]);
const TIMES = /(^|-)(start|end|starts_at|ends_at|happened_at)$/;
const CLOCK = "(\\d{1,2}([:. h]?\\d{2})? ?([ap]\\.?m\\.?|h|hrs?|hours)?|midnight|midday|noon)";
const TIME = new RegExp(`^\\s*(${CLOCK}( ?(-|–|to|until|till) ?${CLOCK})?)?\\s*$`, "i");
const NUMBER = /^\s*(\d[\d, ]{0,5})?\s*$/;

export function mayBeKept({ name, type, value, inputMode }) {
  if (!name || NEVER.test(name)) return false;
  if (type === "hidden") return HIDDEN.has(name);
  if (CHOICES.has(type)) return true;
  return TIMES.test(name) ? TIME.test(value) : inputMode === "numeric" && NUMBER.test(value);
}

const isBox = ({ type }) => type === "radio" || type === "checkbox";
// Which team a button would add is nothing of the shift.
const NOT_ENTERED = new Set(["team"]);
const isEntry = ({ name, type }) => name && !BUTTONS.has(type) && !NOT_ENTERED.has(name);
const controls = (form) => [...form.elements].filter(isEntry);
const key = (person, path) => `${PREFIX}${person}:${path}`;

export function fields(form) {
  const kept = controls(form).filter(mayBeKept).filter((control) => !isBox(control) || control.checked);
  return kept.map(({ name, value }) => [name, value]);
}

// Whether something was entered that a draft does not hold. What the server filled in was entered, too.
export function hasMore(form) {
  const isFilled = form.dataset.filled !== undefined;
  const entered = ({ type, value, defaultValue }) => type !== "hidden" && value !== (isFilled ? "" : defaultValue);
  return controls(form).some((control) => !isBox(control) && !mayBeKept(control) && entered(control));
}

// A browser may forbid storage, or have none left: then there is no draft.
function quietly(action) {
  try {
    return action(window.sessionStorage);
  } catch {
    return null;
  }
}

export function save(form) {
  const { pathname, search } = window.location;
  const draft = { at: Date.now(), search, fields: fields(form), more: hasMore(form) };
  quietly((storage) => storage.setItem(key(form.dataset.person, pathname), JSON.stringify(draft)));
}

// The draft of this form by the same person, unless the record that it changes has another version by now.
export function load(form) {
  const { pathname, search } = window.location;
  const draft = quietly((storage) => JSON.parse(storage.getItem(key(form.dataset.person, pathname))));
  if (!draft || draft.search !== search) return null;
  const version = draft.fields.find(([name]) => name === "version")?.[1];
  return version === form.elements.version?.value ? draft : null;
}

const shown = (pairs) => JSON.stringify(pairs.filter(([name]) => !HIDDEN.has(name)));

// Whether the form has all that was entered, so that the browser must have put it back.
export function isIn(form, draft) {
  return shown(fields(form)) === shown(draft.fields) && (!draft.more || hasMore(form));
}

export function fill(form, draft) {
  const values = new Map(draft.fields);
  const chosen = new Set(draft.fields.map((pair) => JSON.stringify(pair)));
  controls(form).filter(mayBeKept).forEach((control) => {
    if (isBox(control)) control.checked = chosen.has(JSON.stringify([control.name, control.value]));
    else if (values.has(control.name)) control.value = values.get(control.name);
  });
}

function dropWhere(matches) {
  quietly((storage) => Object.keys(storage).filter((name) => name.startsWith(PREFIX) && matches(name)).forEach(
    (name) => storage.removeItem(name),
  ));
}

// What the server has under this submission is no draft any more, whatever form it was entered in.
export function dropSubmission(id) {
  quietly((storage) => Object.keys(storage).filter((name) => name.startsWith(PREFIX)).forEach((name) => {
    const has = JSON.parse(storage.getItem(name)).fields.some(([field, value]) => field === "submission_id" && value === id);
    if (has) storage.removeItem(name);
  }));
}

export const drop = (path) => dropWhere((name) => name.endsWith(`:${path}`));
export const dropAll = () => dropWhere(() => true);
export const dropOthers = (person) => dropWhere((name) => !name.startsWith(key(person, "")));
