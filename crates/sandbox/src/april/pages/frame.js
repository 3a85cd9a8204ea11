// The page in April's frame: tabs, card form, instalments, wallet, saved cards and challenges. What the shopper enters goes to
// the frame's back end; the shop's page gets a token.

import { ask, isFramed, listen, tell } from "./host.js";
import { blame, isEmail, isFilled, notify, radio, shapeWhileTyping, typedCard, typedPlan } from "./form.js";

const byId = (id) => document.getElementById(id);
let options = {};
let opened = {};
let tab = "paycard";
let isBusy = false;
let opening = Promise.resolve(false); // Whether the checkout can be used.
let endChallenge = () => {};
let walletToken; // Held back where the shop wants to place the order itself.

const isPlan = () => options.mode === "checkout" && tab === "payplan";
const pickedSource = () => document.querySelector("input[name=saved-card]:checked")?.value ?? "";
const money = (minor) => new Intl.NumberFormat("en", { style: "currency", currency: options.currency ?? "AUD" }).format(minor / 100);

function fail(message, errorCode) {
  tell("error", { message, errorCode });
}

// A colour of the shop's, with text on it that can be read.
function paint(color) {
  const hex = /^#(?:[0-9a-f]{3}){1,2}$/i.exec(color ?? "")?.[0].slice(1);
  if (!hex) return;
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16));
  const isLight = red * 0.299 + green * 0.587 + blue * 0.114 > 150;
  document.documentElement.style.setProperty("--accent", `#${full}`);
  document.documentElement.style.setProperty("--on-accent", isLight ? "#000000" : "#ffffff");
}

function choose(next, hasFocus) {
  tab = next;
  walletToken = undefined;
  for (const name of ["paycard", "payplan"]) {
    const button = byId(`tab-${name}`);
    button.setAttribute("aria-selected", String(name === tab));
    button.tabIndex = name === tab ? 0 : -1;
    if (name === tab && hasFocus) button.focus();
  }
  byId("panel").setAttribute("aria-labelledby", `tab-${tab}`);
  byId("wallet").hidden = options.mode !== "checkout" || isPlan();
  byId("plan").hidden = !isPlan();
  byId("pay-now").hidden = options.mode !== "checkout" || isPlan() || !options.showPayNow;
  byId("plan-submit").hidden = !isPlan() || !options.showPayPlanSubmit;
  notify("");
}

function showIdentity(isKnown) {
  opened.isIdentified = isKnown;
  byId("plan-identity").hidden = isKnown;
}

function showCards(saved) {
  const rows = saved.map(({ sourceId, label }, index) => radio("saved-card", sourceId, label, index === 0));
  const box = byId("saved");
  if (rows.length) box.append(...rows, radio("saved-card", "", "Another card", false));
  box.hidden = rows.length === 0;
  const update = () => { byId("card").hidden = pickedSource() !== ""; };
  box.addEventListener("change", update);
  update();
}

function start(message) {
  options = message.options;
  paint(options.primaryColor);
  document.documentElement.classList.toggle("overlay", options.mode === "challenge");
  if (options.mode !== "challenge") opening = open();
}

async function open() {
  if (options.mode === "checkout" && options.currency !== "AUD") {
    fail("April takes AUD only");
    return false;
  }
  try {
    const { amount, email, customerToken } = options;
    opened = await ask("open", options.publicKey, { amount, email, customerToken });
  } catch (error) {
    fail(`${error.errorCode ? "April rejected the key" : "April did not answer"}: ${error.message}`, error.errorCode);
    return false;
  }
  showCards(options.hideSavedCards ? [] : opened.savedCards);
  byId("plan-variants").append(...opened.plans.map(({ variant, label }, index) => radio("plan-variant", variant, label, index === 0)));
  byId("plan-phone").value = options.phone ?? "";
  byId("plan-email").value = options.email ?? "";
  byId("plan-name").value = [options.customerFirstName, options.customerMiddleName, options.customerLastName].filter(Boolean).join(" ");
  byId("plan-address").value = options.customerResidentialAddress ?? "";
  showIdentity(opened.isIdentified);
  if (options.mode === "checkout") {
    byId("pay-now").textContent = `Pay ${money(options.amount + opened.surcharge)}`;
    byId("surcharge").textContent = opened.surcharge ? `Includes a surcharge of ${money(opened.surcharge)}.` : "";
  }
  byId("tab-paycard").hidden = Boolean(options.hideFullPayOption);
  byId("tab-payplan").hidden = Boolean(options.hidePayLaterOption);
  byId("tabs").hidden = options.mode !== "checkout" || options.hideFullPayOption || options.hidePayLaterOption;
  byId("source-save").hidden = options.mode !== "source" || !options.showSubmit;
  const wanted = options.paymentType === "payplan" ? "payplan" : "paycard";
  choose(options.hideFullPayOption ? "payplan" : options.hidePayLaterOption ? "paycard" : wanted);
  byId("checkout").hidden = !byId("challenge").hidden;
  return true;
}

// One request at a time: a second press while the first is on its way would make a second token.
async function once(act) {
  if (isBusy) return;
  isBusy = true;
  byId("checkout").setAttribute("aria-busy", "true");
  try {
    await act();
  } catch (error) {
    if (!blame(error) || opened.reportFieldErrors) fail(error.message, error.errorCode);
  } finally {
    isBusy = false;
    byId("checkout").removeAttribute("aria-busy");
  }
}

function give({ paymentTokenId, paymentMethodType }) {
  tell("token", { token: paymentTokenId, paymentMethodType });
}

const tokenFor = (kind, rest) => {
  const { amount, currency, customerToken } = options;
  return ask("tokens", options.publicKey, { kind, amount, currency, customerToken, ...rest });
};

function submit() {
  if (byId("checkout").hidden) return;
  if (walletToken) {
    give(walletToken);
    walletToken = undefined;
    return;
  }
  const source = pickedSource() || undefined;
  if (!isFilled({ isTyped: !source, isPlan: isPlan(), isKnown: opened.isIdentified })) {
    if (opened.reportFieldErrors) fail("Some fields are not filled in as they should be", "invalid_form");
    return;
  }
  const card = source ? undefined : typedCard();
  once(async () => {
    if (options.mode === "source") {
      const { customerToken } = options;
      const { cardPaymentSourceId } = await ask("sources", options.publicKey, { source, card, customerToken });
      tell("source", { sourceId: cardPaymentSourceId });
    } else if (isPlan()) {
      give(await tokenFor("PayPlan", { source, card, plan: typedPlan() }));
      showIdentity(true);
    } else {
      give(await tokenFor("Card", { source, card }));
    }
  });
}

function payByWallet() {
  once(async () => {
    const token = await tokenFor("ApplePay", {});
    if (options.preventWalletSubmit) {
      walletToken = token;
      notify("Apple Pay is ready. Place the order to pay.");
    } else {
      give(token);
    }
  });
}

// The bank's page, inside this one. Whatever the address says, only a challenge of this origin is opened.
function challenge({ id, redirectURL }) {
  endChallenge();
  const path = URL.canParse(redirectURL) ? new URL(redirectURL).pathname : "";
  const box = byId("challenge");
  const frame = document.createElement("iframe");
  endChallenge = () => {
    removeEventListener("message", receive);
    box.replaceChildren();
    box.hidden = true;
    byId("checkout").hidden = !opened.plans;
  };
  const end = (outcome, message) => {
    endChallenge();
    tell("challenge", { id, outcome, message });
  };
  const receive = (event) => {
    if (event.source !== frame.contentWindow || event.origin !== location.origin || event.data?.type !== "challenge") return;
    end(event.data.outcome, event.data.message);
  };
  if (path !== `/april/3ds/${id}`) return end("failed", "The authentication cannot be opened");
  frame.title = "Card authentication";
  frame.src = path;
  frame.addEventListener("load", () => {
    tell("event", { eventName: "april_card_3DS_pending" });
    frame.focus();
  }, { once: true });
  addEventListener("message", receive);
  byId("checkout").hidden = true;
  box.replaceChildren(frame);
  box.hidden = false;
}

function moveBetweenTabs(event) {
  const names = ["paycard", "payplan"];
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: 0, End: 0 };
  if (!Object.hasOwn(steps, event.key)) return;
  event.preventDefault();
  const at = event.key === "Home" ? 0 : event.key === "End" ? 1 : (names.indexOf(tab) + steps[event.key] + 2) % 2;
  choose(names[at], true);
}

// While the address is typed, not when the field is left: what is clicked then would move away under the pointer.
async function lookUpIdentity({ target }) {
  const email = target.value.trim();
  if (!isEmail(email)) return;
  const { isIdentified } = await ask("identity", options.publicKey, { email });
  if (email === target.value.trim()) showIdentity(isIdentified);
}

for (const name of ["paycard", "payplan"]) byId(`tab-${name}`).addEventListener("click", () => choose(name));
byId("tabs").addEventListener("keydown", moveBetweenTabs);
byId("wallet-pay").addEventListener("click", payByWallet);
for (const id of ["pay-now", "plan-submit", "source-save"]) byId(id).addEventListener("click", submit);
byId("plan-email").addEventListener("input", (event) => lookUpIdentity(event).catch((error) => notify(error.message)));
shapeWhileTyping();
new ResizeObserver(() => tell("height", { height: Math.ceil(document.body.getBoundingClientRect().height) })).observe(document.body);
listen({ start, challenge, submit: async () => { if (await opening) submit(); } });
byId("alone").hidden = isFramed;
tell("ready");
