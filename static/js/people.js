// Whose phone it is: who signed in last, by number, with their areas for the form without a connection.

import { database, lock, unlock } from "./queue.js";

const CURRENT = "current";

export async function remember(person, areas) {
  const store = await database();
  const kept = await lock(areas);
  await store.put("people", { person, seenAt: Date.now(), ...kept }, CURRENT);
}

export async function recall() {
  const store = await database();
  const kept = await store.get("people", CURRENT);
  return kept ? { person: kept.person, seenAt: kept.seenAt, areas: await unlock(kept) } : null;
}

export const forget = async () => (await database()).delete("people", CURRENT);
