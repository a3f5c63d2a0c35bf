// Signing out with shifts on this phone that are not sent: what becomes of them is asked first.

import { giveUp, list } from "./queue.js";
import { send } from "./sending.js";
import { button, confirmed, counted, element, folded } from "./words.js";

const own = async (person) => (await list(person)).unsent;

function show(unsent, actions) {
  document.querySelector("[data-notice=leaving]")?.remove();
  const many = unsent.length > 1;
  const title = `${counted(unsent)} on this phone ${many ? "are" : "is"} not sent yet`;
  const words = `${many ? "They stay" : "It stays"} encrypted on this phone, and no other user is shown ${many ? "them" : "it"}. Nothing is sent until you sign in again.`;
  const notice = element("div", "govuk-error-summary app-leaving", "", [
    element("h2", "govuk-error-summary__title", title),
    element("p", "govuk-body", words),
    element("div", "govuk-button-group", "", [
      button("Send now", "", actions.send),
      button(`Sign out and keep ${many ? "them" : "it"}`, "secondary", actions.leave),
      button("Stay signed in", "secondary", () => notice.remove()),
    ]),
    folded("Discard instead", [confirmed("leaving-word", "Discard and sign out", actions.discard)]),
  ]);
  notice.dataset.notice = "leaving";
  notice.setAttribute("role", "alert");
  notice.tabIndex = -1;
  document.querySelector("main").prepend(notice);
  notice.focus();
}

// Asks, and leaves by itself where nothing is left to ask about.
export async function ask({ person, address, leave }) {
  const again = async () => {
    const unsent = await own(person);
    if (unsent.length) show(unsent, actions);
    else await leave();
  };
  const actions = {
    leave,
    send: async () => {
      await send(address, person, { isForced: true });
      await again();
    },
    discard: async () => {
      for (const { id } of await own(person)) await giveUp(id);
      await leave();
    },
  };
  await again();
}
