-- Money is in minor units, time in Unix milliseconds, booleans are 0 or 1. Kept the same as ../postgres but for the names of types.

create table sessions (
    id              text primary key,
    version         integer not null,
    status          text not null,
    reason          text,
    amount_minor    integer not null check (amount_minor > 0),
    currency        text not null,
    reference       text not null,
    capture         text not null,
    return_url      text not null,
    locale          text,
    methods         text,                        -- JSON list; null: every method that fits
    buyer           text not null,               -- JSON
    order_data      text not null,               -- JSON: what the shop told about the cart
    attempt_count   integer not null default 0,
    decline_count   integer not null default 0,
    last_attempt    text,
    last_error      text,                        -- JSON: Failure
    close_intent    text,                        -- 'shop' or 'expiry': what the session becomes once nothing can charge
    watched_until   integer not null default 0,  -- someone looks at it: ask more often
    expires_at      integer not null,
    created_at      integer not null,
    changed_at      integer not null             -- real time, for readers of changes
) strict;
create index sessions_changed on sessions (changed_at);
create index sessions_reference on sessions (reference);
create index sessions_expiry on sessions (expires_at)
    where status in ('requires_payment_method', 'requires_action', 'processing') and close_intent is null;

create table attempts (
    id                  text primary key,
    session_id          text not null references sessions (id),
    method              text not null,
    status              text not null,
    version             integer not null,
    live                integer not null check (live in (0, 1)),
    amount_minor        integer not null check (amount_minor > 0),
    currency            text not null,
    payer_amount_minor  integer not null,
    captured_minor      integer not null default 0 check (captured_minor >= 0),
    refunded_minor      integer not null default 0 check (refunded_minor >= 0),
    reserved_minor      integer not null default 0 check (reserved_minor >= 0),
    provider_reference  text,
    details             text not null,           -- JSON: what the method sends
    next_action         text,                    -- JSON: NextAction
    failure             text,                    -- JSON: Failure
    provider_code       text,                    -- the provider's own code, for people
    close_intent        text,                    -- why it is being closed
    cancel_sent_at      integer,
    resend              integer not null default 0,  -- the last send provably did not arrive: it may be sent again
    unknown_since       integer,                 -- the send's outcome is not known
    watch_until         integer,                 -- released, but the provider may still surprise us
    needs_attention     integer not null default 0,
    late_capture        integer not null default 0,
    disputed            integer not null default 0,
    mismatch            integer not null default 0,
    next_tend_at        integer,
    asks                integer not null default 0,
    asked_at            integer not null default 0,
    lease_until         integer not null default 0,  -- real time
    lease_epoch         integer not null default 0,
    created_at          integer not null,
    changed_at          integer not null,
    check (refunded_minor + reserved_minor <= captured_minor)
) strict;
-- At most one attempt of a session can charge.
create unique index attempts_one_live on attempts (session_id) where live = 1;
-- At most one capture of a session counts; every other one is flagged and goes back.
create unique index attempts_one_capture on attempts (session_id) where captured_minor > 0 and late_capture = 0;
create index attempts_session on attempts (session_id);
create index attempts_tend on attempts (next_tend_at) where next_tend_at is not null;
create index attempts_created on attempts (created_at, id);
create index attempts_attention on attempts (created_at, id) where needs_attention = 1;
create index attempts_late on attempts (created_at, id) where late_capture = 1;
create index attempts_disputed on attempts (created_at, id) where disputed = 1;

-- Captures and refunds: reserved here first, sent one at a time.
create table operations (
    id                  text primary key,
    attempt_id          text not null references attempts (id),
    kind                text not null,
    status              text not null,
    version             integer not null,
    amount_minor        integer not null check (amount_minor > 0),
    reason              text,
    idempotency_key     text,
    fingerprint         text,
    target_reference    text,                    -- the provider's payment, where it is not the attempt's own
    provider_reference  text,                    -- the operation's id at the provider
    snapshot            text,                    -- JSON: what the provider knew before the send
    failure             text,
    needs_attention     integer not null default 0,
    unknown_since       integer,
    next_tend_at        integer,
    asks                integer not null default 0,
    lease_until         integer not null default 0,
    lease_epoch         integer not null default 0,
    created_at          integer not null,
    changed_at          integer not null
) strict;
-- One at a time at the provider, so that a lost answer can be told from the snapshot.
create unique index operations_one_in_flight on operations (attempt_id) where status in ('sending', 'unknown');
-- A payment is captured once.
create unique index operations_one_capture on operations (attempt_id) where kind = 'capture' and status <> 'failed';
create unique index operations_key on operations (attempt_id, kind, idempotency_key);
create index operations_tend on operations (next_tend_at) where next_tend_at is not null;

create table timeline (
    id          text primary key,
    attempt_id  text not null references attempts (id),
    at          integer not null,
    kind        text not null,
    detail      text not null
) strict;
create index timeline_attempt on timeline (attempt_id, id);

create table idempotency (
    scope        text not null,
    key          text not null,
    fingerprint  text not null,
    resource     text not null,
    status       integer,                        -- null: still running
    body         text,
    created_at   integer not null,
    primary key (scope, key)
) strict;
create index idempotency_age on idempotency (created_at);

-- Events for the shop. A number is given after the commit, by one dispatcher, so that none appears behind a reader.
create table outbox (
    id            text primary key,
    number        integer,
    type          text not null,
    attempt_id    text not null references attempts (id),
    payload       text not null,
    created_at    integer not null,
    delivered_at  integer,
    next_try_at   integer,
    tries         integer not null default 0,
    parked        integer not null default 0,
    last_error    text,
    lease_until   integer not null default 0
) strict;
create unique index outbox_number on outbox (number) where number is not null;
create index outbox_unnumbered on outbox (id) where number is null;
create index outbox_due on outbox (next_try_at) where next_try_at is not null;
create index outbox_parked on outbox (number) where parked = 1;

create table leases (
    name   text primary key,
    owner  text not null,
    until  integer not null
) strict;

create table limits (
    bucket        text primary key,
    window_start  integer not null,
    count         integer not null
) strict;
