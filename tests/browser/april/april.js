// April's script, as the browser tests want it: it does what it is told and writes down what it was asked.
// Used by tests/browser/april/mod.rs only.

let instances = [], scripts = [], append;

const make = (mode) => {
  const self = { handlers: {}, submits: 0, challenges: [] };
  instances.push(self);
  const checkout = {
    init(options) {
      self.options = options;
      if (mode === 'error-before-render') self.handlers.error({ message: 'the key was rejected' });
    },
    render(options) {
      if (mode === 'throws') throw new Error('render');
      self.place = document.getElementById(options.elementId);
      self.rendered = options;
      self.place.replaceChildren(Object.assign(document.createElement('iframe'), { title: 'Card form' }));
    },
    submit() { self.submits += 1; },
    errorHandler(handle) { self.handlers.error = handle; },
    eventHandler(handle) { self.handlers.event = handle; },
    handleThreeDSAuthorisationRequired(action, done, error) {
      self.challenges.push({ action, done, error });
      self.handlers.event?.({ eventName: 'april_card_3DS_pending' });
    },
  };
  if (mode === 'bare') for (const name of ['errorHandler', 'eventHandler', 'submit', 'handleThreeDSAuthorisationRequired']) delete checkout[name];
  return checkout;
};

export function bring(mode) {
  instances = [];
  const script = make(mode);
  if (mode !== 'bare') Object.assign(script, { createCheckout: () => make(mode) });
  instances = mode === 'bare' ? instances : []; // With a factory, the script's own object is no checkout.
  window.AprilCheckout = script;
}
export function take_away() { delete window.AprilCheckout; instances = []; }

// Scripts are not fetched: a test says what became of each.
export function hold_scripts() {
  scripts = [];
  append = document.head.append;
  document.head.append = (...nodes) => { for (const node of nodes) if (node.tagName === 'SCRIPT') scripts.push(node); };
}
export function free_scripts() { if (append) delete document.head.append; append = undefined; take_away(); }
export const scripts_asked = () => scripts.length;
export const script = (name) => scripts.at(-1)?.[name] ?? '';
export function script_ends(how) {
  const last = scripts.at(-1);
  if (how === 'here') bring('');
  if (how === '404') last.onerror?.(new Event('error'));
  else last.onload?.(new Event('load'));
}

export const checkouts = () => instances.length;
export const submits = (nth) => instances[nth]?.submits ?? 0;
export const option = (nth, name) => JSON.stringify({ ...instances[nth]?.options, ...instances[nth]?.rendered }[name]) ?? '';
export const challenge = (nth, round) => JSON.stringify(instances[nth]?.challenges[round]?.action) ?? '';
export const token = (nth, token, kind) => instances[nth].options.paymentToken(token, kind ? { paymentMethodType: kind } : undefined);
export const challenge_ends = (nth, round, is_done) => {
  const { done, error } = instances[nth].challenges[round];
  if (is_done) done(); else error('the buyer closed it');
};
const errors = {
  text: 'no', nothing: undefined, object: { message: 'no' }, number: 7,
  hostile: { get message() { throw new Error('hostile'); }, toString() { throw new Error('hostile'); } },
};
export const error = (nth, kind) => instances[nth].handlers.error(errors[kind]);
export const place_of = (nth) => instances[nth]?.place?.id ?? '';
