// What this phone keeps is encrypted with a key that is made here and cannot be read out, by our scripts either: a copy
// of the stored data is of no use without this browser.

const CIPHER = "AES-GCM";

export const makeKey = () => crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ["encrypt", "decrypt"]);

export async function lock(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: CIPHER, iv }, key, new TextEncoder().encode(JSON.stringify(value)));
  return { iv, data };
}

export async function unlock(key, { iv, data }) {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: CIPHER, iv }, key, data)));
}
