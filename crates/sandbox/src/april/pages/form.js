// The fields of the frame: what is typed, what is wrong with it, and where that is said.

const byId = (id) => document.getElementById(id);

/** Which field a refusal of the back end belongs to. */
const FIELD_OF = {
  incorrect_number: "card-number",
  invalid_expiry_month: "card-expiry",
  invalid_expiry_year: "card-expiry",
  invalid_cvc: "card-cvc",
  invalid_phone: "plan-phone",
  invalid_code: "plan-code",
  invalid_email: "plan-email",
  invalid_birth_date: "plan-birth-date",
  invalid_identity: "plan-name",
  terms_not_accepted: "plan-terms",
};

const digitsOf = (text) => text.replace(/\D/g, "");

function hasCheckDigit(digits) {
  let sum = 0;
  [...digits].reverse().forEach((digit, index) => {
    const doubled = Number(digit) * (index % 2 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return digits.length >= 12 && sum % 10 === 0;
}

/** Whether a text can be an e-mail address. */
export const isEmail = (text) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text);
const isCode = (text) => /^\d{6}$/.test(text);
const CARD_CHECKS = [
  ["card-number", (text) => hasCheckDigit(digitsOf(text)), "Check the card number."],
  ["card-expiry", (text) => /^(0[1-9]|1[0-2]) ?\/ ?\d\d$/.test(text), "Month and year, such as 08/30."],
  ["card-cvc", (text) => /^\d{3,4}$/.test(text), "The three or four digits on the card."],
];
const PLAN_CHECKS = [
  ["plan-phone", (text) => digitsOf(text).length >= 8, "A phone number with at least eight digits."],
  ["plan-code", isCode, "The six digits that we sent."],
  ["plan-email", isEmail, "An e-mail address, such as bo@example.test."],
];
const IDENTITY_CHECKS = [
  ["plan-birth-date", (text) => text !== "", "Your date of birth."],
  ["plan-name", (text) => text !== "", "Your full name."],
  ["plan-address", (text) => text !== "", "Your home address."],
];

/** Says what is wrong with a field, or that nothing is. */
export function complain(id, text) {
  const field = byId(id);
  byId(`${id}-error`).textContent = text;
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

/** Says what is wrong with the form as a whole. */
export function notify(text) {
  byId("notice").textContent = text;
}

/** Says where a refusal belongs; answers whether it was a field's. */
export function blame(error) {
  const id = FIELD_OF[error.errorCode];
  if (!id) {
    notify(error.detail ?? error.message);
    return false;
  }
  complain(id, `${error.detail ?? error.message}.`);
  byId(id).focus();
  return true;
}

/** Checks what the shopper filled in; moves to the first field that is wrong. Answers whether all is right. */
export function isFilled({ isTyped, isPlan, isKnown }) {
  notify("");
  const checks = [...(isTyped ? CARD_CHECKS : []), ...(isPlan ? PLAN_CHECKS : []), ...(isPlan && !isKnown ? IDENTITY_CHECKS : [])];
  const wrong = checks.filter(([id, isRight, text]) => {
    const isWrong = !isRight(byId(id).value.trim());
    complain(id, isWrong ? text : "");
    return isWrong;
  }).map(([id]) => id);
  if (isPlan) {
    const refused = !byId("plan-terms").checked;
    complain("plan-terms", refused ? "Accept the terms to pay in instalments." : "");
    if (refused) wrong.push("plan-terms");
  }
  if (wrong.length) byId(wrong[0]).focus();
  return wrong.length === 0;
}

/** The card as it was typed. */
export function typedCard() {
  return { number: digitsOf(byId("card-number").value), expiry: byId("card-expiry").value.replaceAll(" ", ""), cvc: byId("card-cvc").value.trim() };
}

/** The answers to everything that instalments ask. */
export function typedPlan() {
  const text = (id) => byId(id).value.trim();
  return {
    variant: document.querySelector("input[name=plan-variant]:checked")?.value ?? "",
    phone: text("plan-phone"), code: text("plan-code"), email: text("plan-email"),
    birthDate: text("plan-birth-date"), name: text("plan-name"), address: text("plan-address"),
    terms: byId("plan-terms").checked,
  };
}

/** A radio button with its text. */
export function radio(name, value, text, isChecked) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  label.className = "choice";
  Object.assign(input, { type: "radio", name, value, checked: isChecked });
  label.append(input, text);
  return label;
}

/** Groups the digits of a card number and puts the slash into an expiry, while they are typed at the end. */
export function shapeWhileTyping() {
  const shape = (id, how) => byId(id).addEventListener("input", ({ target, inputType }) => {
    const isAtEnd = target.selectionStart === target.value.length;
    if (isAtEnd && !inputType?.startsWith("delete")) target.value = how(digitsOf(target.value));
  });
  shape("card-number", (digits) => digits.slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 "));
  shape("card-expiry", (digits) => digits.slice(0, 4).replace(/^(\d\d)(?=\d)/, "$1/"));
  for (const field of document.querySelectorAll("input[aria-describedby]")) {
    // Not when the field is left: what is clicked then would move away under the pointer.
    field.addEventListener("input", () => complain(field.id, ""));
  }
}
