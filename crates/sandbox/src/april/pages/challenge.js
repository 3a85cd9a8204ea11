// The bank's page: the shopper approves, refuses or closes a challenge. Tells the frame around it how it ended; it also ends
// when somebody answers it through control.

const ID = location.pathname.split("/").pop();
const AGAIN_MS = 500;
const SAID = {
  approved: "Approved. You can go back to the shop.",
  failed: "Refused. You can go back to the shop.",
  closed: "Closed. Nothing was decided.",
};
const MESSAGES = { failed: "The bank did not confirm that it is you", closed: "The authentication was closed" };
const byId = (id) => document.getElementById(id);
let isOver = false;

function end(outcome, message) {
  if (isOver) return;
  isOver = true;
  byId("acts").hidden = true;
  byId("what").textContent = SAID[outcome];
  if (parent !== window) parent.postMessage({ type: "challenge", outcome, message: message ?? MESSAGES[outcome] }, location.origin);
}

async function call(path, method) {
  const response = await fetch(`/april/3ds/${ID}/${path}`, { method, cache: "no-store" });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `the bank answered ${response.status}`);
  return body;
}

async function look() {
  const { state, amount_minor, currency, round, rounds } = await call("state", "GET");
  if (state !== "pending") return end(state);
  const money = new Intl.NumberFormat("en", { style: "currency", currency }).format(amount_minor / 100);
  const step = rounds > 1 ? ` Step ${round} of ${rounds}.` : "";
  const text = `Demo Shop asks for ${money}.${step}`;
  if (byId("what").textContent !== text) byId("what").textContent = text;
  byId("acts").hidden = false;
  setTimeout(() => isOver || look().catch((error) => end("failed", error.message)), AGAIN_MS);
}

function offer(verb, outcome) {
  byId(`challenge-${verb}`).addEventListener("click", () => {
    call(verb, "POST").then(() => end(outcome), (error) => end("failed", error.message));
  });
}

offer("approve", "approved");
offer("fail", "failed");
offer("close", "closed");
look().catch((error) => end("failed", error.message));
