// “I’m here” and “I’ve left” without a signal: kept on this phone as a visit, under the number of its first press, and sent
// like a shift. Sent twice, or with its departure after its arrival, it is one visit.

import { PLACE } from "./people.js";
import { asWriter, change, database, giveUp, isUnsent, isVisit, keep, list, lock, titleOf, unlock } from "./queue.js";

// As MOST_HOURS in patrols/models/live_visits.py.
const LONGEST_MS = 4 * 3_600_000;
const REMEMBERED_MS = 24 * 3_600_000;

function fieldsOf({ area, since, until }) {
  const departure = until ? { left: String(until), departure: crypto.randomUUID() } : {};
  return { area: String(area), arrived: String(since), ...departure };
}

async function note(person, days, place) {
  await keep({ id: place.arrival, person, days, replaces: true, fields: fieldsOf(place) });
  await rememberPlace(person, place);
}

// Where they are, as far as they said: an arrival, or a visit that ended last. Null takes it away.
async function rememberPlace(person, place) {
  const store = await database();
  if (place) await store.put("people", { person, ...(await lock(place)) }, PLACE);
  else await store.delete("people", PLACE);
}

async function recallPlace(person) {
  const kept = await (await database()).get("people", PLACE);
  return kept?.person === person ? unlock(kept) : null;
}

// Other fields in what waits, unless it was sent meanwhile. Gives whether.
async function rewrite(id, fields) {
  const [kept, title] = [await lock(fields), await lock(titleOf(fields))];
  const { after } = await asWriter(() => change(id, { ...kept, title, state: "waiting", notBefore: 0 }));
  return after !== undefined;
}

// Where this person is or was last, whether the server has yet to hear of it, and whether it has gone on for too long.
export async function whereabouts(person) {
  const place = await recallPlace(person).catch(() => null);
  if (!place) return null;
  if (Date.now() - place.since > REMEMBERED_MS) {
    await rememberPlace(person, null);
    return null;
  }
  const kept = (await list(person)).own.find(({ id }) => id === place.arrival);
  const isForgotten = !place.until && Date.now() - place.since > LONGEST_MS;
  return { ...place, isUnsent: Boolean(kept && isUnsent(kept)), isForgotten };
}

// What the page of Tonight says goes, unless this phone had or has something to say that the page did not know yet.
export async function learn(person, place, opened) {
  const { own } = await list(person);
  const knowsMore = own.filter(isVisit).some((item) => isUnsent(item) || item.sentAt > opened);
  if (!knowsMore) await rememberPlace(person, place);
}

// Throws where this phone can keep nothing.
export const arrive = (person, days, { area, name, arrival = crypto.randomUUID() }) =>
  note(person, days, { arrival, area, name, since: Date.now() });

export const leave = (person, days, { arrival, area, name, since }) =>
  note(person, days, { arrival, area, name, since, until: Date.now() });

// Takes the last press back, as long as it is not sent. Gives whether it was.
export async function undo(person) {
  const place = await whereabouts(person);
  if (!place?.isUnsent) return false;
  const { arrival, area, name, since, until } = place;
  const before = until ? { arrival, area, name, since } : null;
  // It may be on its way: then nothing is taken back but by the service.
  const isBack = before ? await rewrite(arrival, fieldsOf(before)) : (await asWriter(() => giveUp(arrival))).after === null;
  if (isBack) await rememberPlace(person, before);
  return isBack;
}
