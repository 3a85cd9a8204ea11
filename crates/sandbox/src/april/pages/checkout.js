// April's checkout script as the sandbox plays it: defines window.AprilCheckout and draws April's frame into an element of the
// shop's page. Card data stays in the frame, which is of the sandbox's origin; the two talk by messages, and each looks at
// where a message comes from. It runs under a strict policy: no inline styles, no raw HTML, no code made of text.
(() => {
  "use strict";

  const SCRIPT = document.currentScript.src;
  const ORIGIN = new URL(SCRIPT).origin;
  const FRAME = new URL("frame", SCRIPT).href;
  const CHECKOUT_OPTIONS = [
    "publicKey", "email", "phone", "customerFirstName", "customerMiddleName", "customerLastName",
    "customerResidentialAddress", "customerToken", "hidePayLaterOption", "hideFullPayOption", "preventWalletSubmit",
    "amount", "currency", "paymentType", "showPayNow", "showPayPlanSubmit", "primaryColor",
  ];
  const SOURCE_OPTIONS = ["publicKey", "customerToken", "showSubmit", "hideSavedCards", "primaryColor"];

  // Only what the frame knows: options may hold functions, which no message can carry, and names that nobody documented.
  const pick = (names, options) => Object.fromEntries(names.filter((name) => name in options).map((name) => [name, options[name]]));
  const call = (handler, ...values) => { if (typeof handler === "function") handler(...values); };
  // Answers of our own come later, as those of the frame do, and never inside the call that caused them.
  const later = (act) => queueMicrotask(act);

  function style(element, rules) {
    for (const [name, value] of Object.entries(rules)) element.style.setProperty(name, value);
  }

  // One frame in the page. `hear` gets what it says until it is closed; when somebody else removes it, it is silent from then
  // on, nothing of it stays behind, and `onGone` is called.
  function openFrame(box, options, hear, onGone) {
    const channel = crypto.getRandomValues(new Uint32Array(4)).join("-");
    const iframe = document.createElement("iframe");
    iframe.title = options.mode === "challenge" ? "Card authentication" : "April checkout";
    iframe.allow = "payment";
    iframe.src = `${FRAME}?${new URLSearchParams({ origin: location.origin, channel })}`;
    style(iframe, { display: "block", width: "100%", height: "320px", border: "0" });
    let unsent = [];
    let isOpen = true;

    const send = (message) => iframe.contentWindow?.postMessage({ ...message, channel }, ORIGIN);
    const say = (message) => { if (unsent) unsent.push(message); else send(message); };
    const gone = new MutationObserver(() => {
      if (iframe.isConnected || !isOpen) return;
      close();
      call(onGone);
    });
    function close() {
      if (!isOpen) return;
      isOpen = false;
      removeEventListener("message", receive);
      gone.disconnect();
      iframe.remove();
    }
    function receive(event) {
      // The source of a message from a frame that is gone is null, and so is the frame's window.
      if (!iframe.isConnected || event.source !== iframe.contentWindow) return;
      if (event.origin !== ORIGIN || event.data?.channel !== channel) return;
      const message = event.data;
      if (message.type === "ready") {
        send({ type: "start", options });
        const waiting = unsent ?? [];
        unsent = null;
        waiting.forEach(send);
      } else if (message.type === "height") {
        if (options.mode !== "challenge") style(iframe, { height: `${Number(message.height) || 0}px` });
      } else {
        hear(message);
      }
    }
    addEventListener("message", receive);
    gone.observe(document, { childList: true, subtree: true });
    box.append(iframe);
    return { say, close, iframe, isOpen: () => isOpen };
  }

  function createCheckout() {
    let settings = {};
    let frame, challenge, errorHandler, eventHandler;
    const unheard = []; // Errors from before there was a handler.
    const given = new Set();

    function report(message, errorCode) {
      const error = { message, ...(errorCode && { errorCode }) };
      if (errorHandler) call(errorHandler, error);
      else if (unheard.length < 10) unheard.push(error);
    }

    // Exactly one of a challenge's two callbacks is called, and once.
    function endChallenge(outcome, message) {
      if (!challenge) return;
      const { onDone, onError, overlay } = challenge;
      challenge = undefined;
      overlay?.close();
      later(() => (outcome === "approved" ? call(onDone) : call(onError, message)));
    }

    function hear(message) {
      if (message.type === "token" && !given.has(message.token)) {
        given.add(message.token);
        call(settings.paymentToken, message.token, { paymentMethodType: message.paymentMethodType });
      } else if (message.type === "error") {
        report(message.message, message.errorCode);
      } else if (message.type === "event") {
        call(eventHandler, { eventName: message.eventName });
      } else if (message.type === "challenge" && message.id === challenge?.id) {
        endChallenge(message.outcome, message.message);
      }
    }

    function init(options) {
      settings = { ...options };
    }

    function render(options) {
      const all = { ...settings, ...options };
      frame?.close();
      frame = undefined;
      if (!challenge?.overlay) endChallenge("closed", "The checkout was drawn again before the authentication was over");
      const box = document.getElementById(all.elementId);
      const refused = !box ? `There is no element with the id ${all.elementId}`
        : typeof all.publicKey !== "string" || all.publicKey === "" ? "publicKey is missing"
        : all.hidePayLaterOption && all.hideFullPayOption ? "hidePayLaterOption and hideFullPayOption leave no way to pay"
        : !Number.isInteger(all.amount) || all.amount <= 0 ? "amount must be a whole number of minor units over 0"
        : "";
      if (refused) later(() => report(refused));
      else frame = openFrame(box, { ...pick(CHECKOUT_OPTIONS, all), mode: "checkout" }, hear, forget);
    }

    // The page has taken the frame away: whoever waited for it is not called any more.
    function forget() {
      frame = undefined;
      if (!challenge?.overlay) challenge = undefined;
    }

    function submit() {
      if (frame?.isOpen()) frame.say({ type: "submit" });
      else later(() => report("render must come before submit"));
    }

    function handleThreeDSAuthorisationRequired(action, onDone, onError) {
      const id = action?.threeDSAuthorisationId;
      endChallenge("closed", "Another authentication took its place");
      if (typeof id !== "string" || typeof action.redirectURL !== "string") {
        later(() => call(onError, "The authentication has no threeDSAuthorisationId or redirectURL"));
        return;
      }
      // A page that was loaded after the payment has no frame; the challenge is then drawn over the page.
      const overlay = frame?.isOpen() ? undefined : openFrame(document.body, { mode: "challenge" }, hear, () => { challenge = undefined; });
      if (overlay) style(overlay.iframe, { position: "fixed", inset: "0", height: "100%", "z-index": "2147483647" });
      challenge = { id, onDone, onError, overlay };
      (overlay ?? frame).say({ type: "challenge", id, redirectURL: action.redirectURL });
    }

    return {
      init, render, submit, handleThreeDSAuthorisationRequired,
      errorHandler(handler) {
        errorHandler = handler;
        const missed = unheard.splice(0);
        if (missed.length) later(() => missed.forEach((error) => call(errorHandler, error)));
      },
      eventHandler(handler) { eventHandler = handler; },
    };
  }

  // Saves a card without paying.
  function createPaymentSource() {
    let settings = {};
    let frame, callback;

    const report = (message, errorCode) => call(settings.errorCallbackFunction, { message, ...(errorCode && { errorCode }) });

    function hear(message) {
      if (message.type === "error") return report(message.message, message.errorCode);
      if (message.type !== "source") return;
      const hand = callback ?? settings.submitCallbackFunction;
      callback = undefined;
      call(hand, { cardPaymentSource: { cardPaymentSourceId: message.sourceId } });
    }

    return {
      init(options) { settings = { ...options }; },
      render(options) {
        const all = { ...settings, ...options };
        frame?.close();
        frame = undefined;
        const box = document.getElementById(all.elementId);
        if (!box) later(() => report(`There is no element with the id ${all.elementId}`));
        else frame = openFrame(box, { ...pick(SOURCE_OPTIONS, all), mode: "source" }, hear, () => { frame = undefined; });
      },
      submit(hand) {
        callback = hand;
        if (frame?.isOpen()) frame.say({ type: "submit" });
        else later(() => report("render must come before submit"));
      },
    };
  }

  window.AprilCheckout = { ...createCheckout(), createCheckout, createPaymentSource };
})();
