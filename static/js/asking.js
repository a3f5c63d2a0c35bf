// Asks the queue of the server, whose answers are marked: that of a captive portal is none.

import { remember } from "./people.js";

const PATIENCE_MS = 30_000;
const HEADERS = { "Hotspot-Form": "1", Accept: "application/json" };

export async function ask(address, options = {}) {
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), PATIENCE_MS);
  try {
    const { headers = {}, ...others } = options;
    const response = await fetch(address, {
      redirect: "manual", cache: "no-store", signal: controller.signal, ...others, headers: { ...HEADERS, ...headers },
    });
    const text = await response.text();
    const isOurs = response.headers.has("Hotspot-Page");
    return { status: response.status, isOurs, signIn: response.headers.has("Hotspot-Location"), body: isOurs ? parsed(text) : null };
  } catch {
    return { status: 0, isOurs: false, signIn: false, body: null };
  } finally {
    window.clearTimeout(timer);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// Whom the server takes us for. Their areas are kept for the form without a connection.
export async function hello(address) {
  const answer = await ask(address);
  const who = answer.status === 200 && typeof answer.body?.person === "number" ? answer.body : null;
  if (who?.keeps) await remember(who.person, who.areas).catch(() => {});
  return { who, isSignedOut: answer.isOurs && (answer.signIn || answer.status === 401), isAllowed: !(answer.isOurs && answer.status === 403) };
}
