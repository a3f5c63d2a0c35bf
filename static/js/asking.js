// Asks the server, whose answers are marked: that of a captive portal is none. One that is taken leads on, but not to sign-in.

import { remember } from "./people.js";

const PATIENCE_MS = 30_000;
const HEADERS = { "Hotspot-Form": "1", Accept: "application/json" };

export async function ask(address, { headers = {}, patience = PATIENCE_MS, ...others } = {}) {
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), patience);
  try {
    const response = await fetch(address, {
      redirect: "manual", cache: "no-store", signal: controller.signal, ...others, headers: { ...HEADERS, ...headers },
    });
    const text = await response.text();
    const { status, headers: said } = response;
    const [isOurs, leadsTo] = [said.has("Hotspot-Page"), said.get("Hotspot-Location")];
    const isTaken = isOurs && leadsTo !== null && !said.has("Hotspot-Kept");
    return { status, isOurs, isTaken, leadsTo, signIn: leadsTo !== null, body: isOurs ? parsed(text) : null };
  } catch {
    return { status: 0, isOurs: false, isTaken: false, leadsTo: null, signIn: false, body: null };
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
