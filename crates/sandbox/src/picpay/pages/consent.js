// The consent page: tells PicPay what the buyer decided, and goes where PicPay says.

const byId = (id) => document.getElementById(id);
const buttons = [byId("consent-accept"), byId("consent-refuse")];

function setBusy(isBusy) {
  for (const button of buttons) button.disabled = isBusy;
}

async function decide(accept) {
  setBusy(true);
  byId("consent-error").textContent = "";
  const wish = { authorize_url: location.href, user: byId("consent-buyer").value, accept };
  const response = await fetch("/picpay/oauth2/auth/decision", { method: "POST", body: JSON.stringify(wish), cache: "no-store" });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  location.assign(answer.redirect_to);
}

function offer(id, accept) {
  byId(id).addEventListener("click", () => {
    decide(accept).catch((error) => {
      byId("consent-error").textContent = error.message;
      setBusy(false);
    });
  });
}

offer("consent-accept", true);
offer("consent-refuse", false);
// Whoever comes back by the browser's button may decide again.
addEventListener("pageshow", () => setBusy(false));
