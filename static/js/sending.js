// Sends what waits on this phone, in order, one tab at a time. A copy goes only when the server has named what it made of it;
// every other answer leaves it here with a state that says what to do.

import * as drafts from "./drafts.js";
import { ask, hello } from "./asking.js";
import { asWriter, change, claim, finish, heldForms, isDue, isVisit, list, unlock } from "./queue.js";

const [LEAST_MS, FIRST_WAIT_MS, LONGEST_WAIT_MS] = [5_000, 10_000, 300_000];
const UNREADABLE = "This browser can no longer read what it kept. Enter the shift again, then discard this one.";

// --- one shift -----------------------------------------------------------------------------------------------------------

// What becomes of it: a receipt, a state to wait in, or another try; and whether the others have to wait as well.
function meaning({ status, isOurs, signIn, body }) {
  if (!isOurs || status === 0) return { again: true, stops: true };
  if (signIn || status === 401) return { state: "signin", stops: true };
  if (body?.state === "sent" && body.reference) {
    return { receipt: { outcome: body.changed ? "changed" : "sent", reference: body.reference, address: body.address } };
  }
  if (body?.state === "needs_correcting" && body.reference) {
    return { receipt: { outcome: "correcting", reference: body.reference, address: body.address } };
  }
  if (body?.state === "recorded") return { receipt: { outcome: "recorded", reference: body.reference, address: body.address } };
  if (body?.state === "discarded") return { receipt: { outcome: "discarded" } };
  if (body?.state === "other_person") return { again: true, stops: true };
  if (status === 403 || status === 404) return { state: "refused" };
  if (status === 409) return { state: "duplicate" };
  if ([400, 413, 422].includes(status)) return { state: "correcting", problem: body?.reasons?.join(" ") ?? "" };
  return { again: true, stops: status === 429 || status === 503 };
}

const waitAfter = (tries) => Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 10), LONGEST_WAIT_MS);

function putOff({ id, tries }) {
  const next = tries + 1;
  return change(id, { state: "waiting", tries: next, notBefore: Date.now() + waitAfter(next) });
}

// As it is now: it may have been discarded, or its form opened, while another one was under way. Gives whether to stop.
async function deliver(address, token, { id }, isOpenToo) {
  if (!isOpenToo && (await heldForms()).has(id)) return false;
  const item = await claim(id);
  if (!item) return false;
  const fields = await unlock(item).catch(() => null);
  if (!fields) {
    await change(id, { state: "correcting", problem: UNREADABLE });
    return false;
  }
  // The times of a visit are those of this phone's clock, which may be wrong: the server goes by how long ago they were.
  const sent = isVisit(item) ? { visit: fields, sent_at: Date.now() } : { fields };
  const body = JSON.stringify({ person: item.person, version: item.version, submission_id: id, ...sent });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const { receipt, state, problem, again, stops } = meaning(await ask(address, { method: "POST", headers, body }));
  if (receipt) {
    await finish(item, receipt);
    drafts.dropSubmission(id);
  } else if (again) {
    await putOff(item);
  } else {
    await change(id, { state, problem: problem ?? "" });
  }
  return Boolean(stops);
}

// --- all that is due -----------------------------------------------------------------------------------------------------

// `open` is one whose form is open, and that its person wants sent all the same, without the note. A visit waits for those
// before it: the service has to hear that somebody left one place before they come to the next.
async function due(person, { isForced, open }) {
  const forms = await heldForms();
  const isFree = ({ id }) => id === open || !forms.has(id);
  const isTime = ({ notBefore }) => isForced || notBefore <= Date.now();
  const waiting = (await list(person)).unsent.filter((item) => isDue(item) && isFree(item));
  const held = waiting.findIndex((item) => isVisit(item) && !isTime(item));
  return waiting.filter((item, place) => isTime(item) && !(isVisit(item) && held >= 0 && place > held));
}

const isStillDue = async (person, id) => (await list(person)).unsent.some((item) => item.id === id && isDue(item));

async function sendAs(address, person, how) {
  if (!(await due(person, how)).length) return;
  const { who, isSignedOut, isAllowed } = await hello(address);
  const items = await due(person, how);
  if (who?.person !== person) {
    for (const item of items) {
      if (isSignedOut) await change(item.id, { state: "signin" });
      else if (!isAllowed) await change(item.id, { state: "refused" });
      else await putOff(item);
    }
    return;
  }
  let isHeld = false;
  for (const item of items) {
    if (isHeld && isVisit(item)) continue;
    // Whatever is wrong with one, the others do not wait behind it.
    const stops = await deliver(address, who.token, item, item.id === how.open).catch(() => putOff(item).catch(() => {}));
    if (stops === true) return;
    isHeld ||= isVisit(item) && (await isStillDue(person, item.id));
  }
}

let timer = null;
let latest = Promise.resolve();

// Sends what is due of this person, and comes back by itself for what has to wait. `isForced`: now, however lately it failed.
export function send(address, person, { isForced = false, open = "" } = {}) {
  window.clearTimeout(timer);
  const how = { isForced, open };
  latest = latest.then(() => asWriter(() => sendAs(address, person, how))).catch(() => {}).then(() => comeBack(address, person));
  return latest;
}

// What the form of another tab holds back is not waited for: closing that form opens a page, which sends it.
async function comeBack(address, person) {
  window.clearTimeout(timer);
  const [{ unsent }, forms] = await Promise.all([list(person), heldForms()]).catch(() => [{ unsent: [] }, new Set()]);
  const waiting = unsent.filter(({ id, state }) => (state === "waiting" || state === "sending") && !forms.has(id));
  const times = waiting.map(({ notBefore }) => notBefore);
  if (times.length) timer = window.setTimeout(send, Math.max(Math.min(...times) - Date.now(), LEAST_MS), address, person);
}
