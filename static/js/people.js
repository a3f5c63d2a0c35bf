// Whose phone it is: who signed in last, by number, with their areas for the form without a connection, the list of the
// night that they saw last, and the visit that they are on.

import { database, lock, unlock } from "./queue.js";

const [CURRENT, NIGHT] = ["current", "night"];
export const PLACE = "place";

export async function remember(person, areas) {
  const store = await database();
  const kept = await lock(areas);
  const night = await store.get("people", NIGHT);
  if (night && night.person !== person) await store.delete("people", NIGHT);
  if ((await store.get("people", PLACE))?.person !== person) await store.delete("people", PLACE);
  await store.put("people", { person, seenAt: Date.now(), ...kept }, CURRENT);
}

export async function recall() {
  const store = await database();
  const kept = await store.get("people", CURRENT);
  return kept ? { person: kept.person, seenAt: kept.seenAt, areas: await unlock(kept) } : null;
}

export async function rememberNight(person, until, night) {
  const store = await database();
  const kept = await lock(night);
  await store.put("people", { person, until, seenAt: Date.now(), ...kept }, NIGHT);
}

// Null for anybody else. A night that is over is not kept.
export async function recallNight(person) {
  const store = await database();
  const kept = await store.get("people", NIGHT);
  if (kept && !(kept.until > Date.now())) await store.delete("people", NIGHT);
  if (!kept || !(kept.until > Date.now()) || kept.person !== person) return null;
  return { seenAt: kept.seenAt, night: await unlock(kept) };
}

export async function forget() {
  const changes = (await database()).transaction("people", "readwrite");
  changes.store.delete(CURRENT);
  changes.store.delete(NIGHT);
  changes.store.delete(PLACE);
  await changes.done;
}
