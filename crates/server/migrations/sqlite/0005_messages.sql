-- Cards that the shop's processor keeps, what providers posted and signed, and what buyers are told where they pay. Kept the
-- same as ../postgres but for the names of types.

-- Never a card number.
create table credentials (
    id             text primary key,
    phone          text not null,
    buyer_id       text,
    last_four      text not null check (length(last_four) = 4),
    brand          text not null,
    psp_reference  text not null,
    created_at     integer not null
) strict;
create index credentials_buyer on credentials (buyer_id) where buyer_id is not null;
create index credentials_phone on credentials (phone);

-- A signed post is kept before it is answered.
create table inbox (
    id           text primary key,
    method       text not null,
    body         text not null,
    created_at   integer not null,
    done_at      integer,
    next_try_at  integer,                    -- null: done, or it cannot be worked on
    tries        integer not null default 0,
    last_error   text,
    lease_until  integer not null default 0  -- real time
) strict;
create index inbox_due on inbox (next_try_at) where next_try_at is not null;
create index inbox_done on inbox (done_at) where done_at is not null;
create index inbox_unreadable on inbox (created_at) where next_try_at is null and done_at is null;

-- What buyers are told where they pay. Those of one attempt are sent in order.
create table messages (
    id           text primary key,
    attempt_id   text not null references attempts (id),
    name         text not null,
    body         text not null,              -- JSON: what the method sends
    created_at   integer not null,
    next_try_at  integer,                    -- null: sent, or given up
    tries        integer not null default 0,
    sent_at      integer,
    state        text,                       -- how far it came, in the provider's word
    failure      text,                       -- it was given up, and why
    last_error   text,
    lease_until  integer not null default 0, -- real time
    unique (attempt_id, name)
) strict;
create index messages_due on messages (next_try_at) where next_try_at is not null;
