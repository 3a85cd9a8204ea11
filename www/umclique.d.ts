// Types of umclique.js. Names on the wire keep the server's snake_case.

/** The server's answer to `POST /v1/checkout_sessions`, as it is; only these two members are read. */
export interface UmcliqueSession {
  id: string;
  client_secret: string;
}

export type UmcliqueTheme = 'auto' | 'light' | 'dark';
export type UmcliqueMethod = 'picpay_qr' | 'april' | 'picpay_wallet' | 'whatsapp';
export type UmcliqueScreen =
  | 'loading' | 'choosing' | 'confirming' | 'qr' | 'token' | 'challenge' | 'redirect' | 'await' | 'waiting' | 'closing' | 'paid'
  | 'authorized' | 'failed' | 'canceled' | 'expired' | 'update' | 'problem';
export type UmcliqueStatus =
  | 'requires_payment_method' | 'requires_action' | 'processing' | 'requires_capture' | 'succeeded' | 'canceled' | 'expired';
export type UmcliqueAttemptStatus =
  | 'sending' | 'requires_action' | 'processing' | 'requires_capture' | 'succeeded' | 'failed' | 'canceled' | 'expired';
export type UmcliqueFailureCode =
  | 'declined' | 'card_expired' | 'card_details' | 'authentication_failed' | 'insufficient_funds' | 'buyer_details' | 'amount_not_allowed' | 'expired' | 'canceled'
  | 'code_unusable' | 'buyer_unreachable' | 'provider_unavailable' | 'unknown';
export type UmcliqueErrorCode =
  | 'csp-blocked' | 'wasm-unsupported' | 'network' | 'crashed' | 'bad-session' | 'session-not-found' | 'update-needed'
  | 'script-blocked' | 'script-failed' | 'widget-failed' | 'widget-misplaced';

/** The first screen of a session is drawn. */
export interface UmcliqueReadyDetail {
  session: string;
}

/** The session, its attempt or the screen moved. */
export interface UmcliqueChangeDetail {
  session: string;
  status: UmcliqueStatus;
  screen: UmcliqueScreen;
  attempt?: string;
  method?: UmcliqueMethod | 'unknown';
  attempt_status?: UmcliqueAttemptStatus;
}

/** The session is paid. Ship on the server's webhook, not on this. */
export interface UmcliquePaidDetail {
  session: string;
  attempt?: string;
}

/** An attempt, or one card within it, came to no payment; nothing was charged, and the buyer may try again. */
export interface UmcliqueFailedDetail {
  session: string;
  attempt?: string;
  code: UmcliqueFailureCode;
}

/** The checkout cannot go on by itself. */
export interface UmcliqueErrorDetail {
  code: UmcliqueErrorCode;
  /** For developers, where there is something to add. */
  message?: string;
  /** With `csp-blocked`: the response header to send. */
  header?: string;
}

export interface UmcliqueEventMap {
  'umclique-ready': CustomEvent<UmcliqueReadyDetail>;
  'umclique-change': CustomEvent<UmcliqueChangeDetail>;
  'umclique-paid': CustomEvent<UmcliquePaidDetail>;
  'umclique-failed': CustomEvent<UmcliqueFailedDetail>;
  'umclique-error': CustomEvent<UmcliqueErrorDetail>;
}

export class UmcliqueCheckout extends HTMLElement {
  /** A property only, never an attribute. Another session closes the old one's attempt and keeps what was typed. */
  session: UmcliqueSession | null;
  /** The server's origin; empty for the page's own. */
  server: string;
  /** `pt-BR` or `en`; empty for the session's language, else the page's. */
  locale: string;
  /** Empty or `auto` follows the page's `color-scheme`. */
  theme: UmcliqueTheme | '';
  /** Hosts besides April's own from which April's script may come, as in `127.0.0.1:8090`; several with spaces. */
  'script-hosts': string;
  /** Does what the pay button does. */
  submit(): void;
  /** Reads the session again, and puts up again a provider's frame that did not work. */
  reload(): void;

  addEventListener<K extends keyof UmcliqueEventMap>(
    type: K,
    listener: (this: UmcliqueCheckout, event: UmcliqueEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof UmcliqueEventMap>(
    type: K,
    listener: (this: UmcliqueCheckout, event: UmcliqueEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

export interface UmcliqueProperties {
  session?: UmcliqueSession | null;
  server?: string;
  locale?: string;
  theme?: UmcliqueTheme | '';
  'script-hosts'?: string;
}

export interface UmcliqueOptions extends UmcliqueProperties {
  on?: {
    ready?: (event: CustomEvent<UmcliqueReadyDetail>) => void;
    change?: (event: CustomEvent<UmcliqueChangeDetail>) => void;
    paid?: (event: CustomEvent<UmcliquePaidDetail>) => void;
    failed?: (event: CustomEvent<UmcliqueFailedDetail>) => void;
    error?: (event: CustomEvent<UmcliqueErrorDetail>) => void;
  };
}

export interface UmcliqueHandle {
  element: UmcliqueCheckout;
  update(changes: UmcliqueProperties): void;
  submit(): void;
  reload(): void;
  unmount(): void;
}

/** Makes an element inside `target`, for pages that would rather call a function. */
export function mount(target: Element, options?: UmcliqueOptions): UmcliqueHandle;

declare global {
  interface HTMLElementTagNameMap {
    'umclique-checkout': UmcliqueCheckout;
  }
}
