// Sends what waits on this phone, in order, one tab at a time. A copy goes only when the server has named what it made of it;
// every other answer leaves it here with a state that says what to do.

import * as drafts from "./drafts.js";
import { ask, hello } from "./asking.js";
import { FORM, asWriter, change, finish, list, unlock } from "./queue.js";

const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [5_000, 300_000];
const DUE = new Set(["waiting", "sending", "signin"]);

// --- one shift -----------------------------------------------------------------------------------------------------------

// What becomes of it: a receipt, a state to wait in, or another try; and whether the others have to wait as well.
function meaning({ status, isOurs, signIn, body }) {
  if (!isOurs || status === 0) return { again: true, stops: true };
  if (signIn || status === 401) return { state: "signin", stops: true };
  if (body?.state === "sent" && body.reference) return { receipt: { outcome: "sent", reference: body.reference, address: body.address } };
  if (body?.state === "needs_correcting" && body.reference) {
    return { receipt: { outcome: "correcting", reference: body.reference, address: body.address } };
  }
  if (body?.state === "discarded") return { receipt: { outcome: "discarded" } };
  if (body?.state === "other_person") return { again: true, stops: true };
  if (status === 403 || status === 404) return { state: "refused" };
  if (status === 409) return { state: "duplicate" };
  if ([400, 413, 422].includes(status)) return { state: "correcting", problem: body?.reasons?.join(" ") ?? "" };
  return { again: true, stops: status === 429 || status === 503 };
}

const waitAfter = (tries) => Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries, 10), LONGEST_WAIT_MS);

async function deliver(address, token, item) {
  const fields = await unlock(item).catch(() => null);
  if (!fields) {
    await change(item.id, { state: "correcting", problem: "This browser can no longer read what it kept. Enter the shift again, then discard this one." });
    return false;
  }
  await change(item.id, { state: "sending" });
  const body = JSON.stringify({ person: item.person, version: item.version, submission_id: item.id, fields });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const { receipt, state, problem, again, stops } = meaning(await ask(address, { method: "POST", headers, body }));
  if (receipt) {
    await finish(item, receipt);
    drafts.dropSubmission(item.id);
  } else if (again) {
    const tries = item.tries + 1;
    await change(item.id, { state: "waiting", tries, notBefore: Date.now() + waitAfter(tries) });
  } else {
    await change(item.id, { state, problem: problem ?? "" });
  }
  return Boolean(stops);
}

// --- all that is due -----------------------------------------------------------------------------------------------------

async function held() {
  const { held: locks } = await navigator.locks.query();
  return new Set(locks.map(({ name }) => name));
}

async function due(person, isForced) {
  const locks = await held();
  const isDue = ({ id, state, notBefore }) => DUE.has(state) && !locks.has(`${FORM}${id}`) && (isForced || notBefore <= Date.now());
  return (await list(person)).unsent.filter(isDue);
}

async function sendAs(address, person, isForced) {
  if (!(await due(person, isForced)).length) return;
  const { who, isSignedOut } = await hello(address);
  const items = await due(person, isForced);
  if (isSignedOut) for (const { id } of items) await change(id, { state: "signin" });
  if (who?.person !== person) {
    const tries = (item) => item.tries + 1;
    if (!who && !isSignedOut) for (const item of items) await change(item.id, { state: "waiting", tries: tries(item), notBefore: Date.now() + waitAfter(tries(item)) });
    return;
  }
  for (const item of items) {
    if (await deliver(address, who.token, item)) return;
  }
}

let timer = null;
let latest = Promise.resolve();

// Sends what is due of this person, and comes back by itself for what has to wait. `isForced`: now, however lately it failed.
export function send(address, person, { isForced = false } = {}) {
  window.clearTimeout(timer);
  latest = latest.then(() => asWriter(() => sendAs(address, person, isForced))).catch(() => {}).then(() => comeBack(address, person));
  return latest;
}

async function comeBack(address, person) {
  window.clearTimeout(timer);
  const { unsent } = await list(person).catch(() => ({ unsent: [] }));
  const times = unsent.filter(({ state }) => state === "waiting" || state === "sending").map(({ notBefore }) => notBefore);
  if (times.length) timer = window.setTimeout(send, Math.max(Math.min(...times) - Date.now(), FIRST_WAIT_MS), address, person);
}
