// The frame's side of the talk with the shop's page. The page said in the frame's address which origin it is of; only its
// messages are taken, and only to it is anything told.

const asked = new URLSearchParams(location.search);
const HOST = asked.get("origin");
const CHANNEL = asked.get("channel");

/** Whether a shop's page is there to talk to. */
export const isFramed = parent !== window && Boolean(HOST) && Boolean(CHANNEL);

/** Tells the page something. */
export function tell(type, rest) {
  if (isFramed) parent.postMessage({ ...rest, type, channel: CHANNEL }, HOST);
}

/** Calls the handler that is named after a message's type. */
export function listen(handlers) {
  addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== HOST || event.data?.channel !== CHANNEL) return;
    if (Object.hasOwn(handlers, event.data.type)) handlers[event.data.type](event.data);
  });
}

/** Asks the frame's back end. A refusal is thrown as the error that April wrote. */
export async function ask(what, publicKey, body) {
  const headers = { authorization: `Bearer ${publicKey}`, "content-type": "application/json" };
  const response = await fetch(`/april/v3/frame/${what}`, { method: "POST", headers, body: JSON.stringify(body), cache: "no-store" });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.message), answer);
  return answer;
}
