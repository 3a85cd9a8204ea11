-- Logins of buyers at providers that charge by a token. Kept the same as ../sqlite but for the names of types.

-- One row an account at a provider: making new tokens kills the old ones there, so there is one pair. Tokens are sealed.
create table grants (
    id                  text primary key,
    method              text not null,
    account             text not null,           -- a hash of the provider's id of the account; the row's own id where that is not told
    masked_account      text,
    access_token        text not null,
    access_expires_at   bigint not null,
    refresh_token       text,
    refresh_expires_at  bigint,
    version             bigint not null,        -- rises with every pair of tokens
    lapsed_at           bigint,                 -- the buyer must connect again
    lease_until         bigint not null default 0,  -- real time; one refresh in flight
    lease_epoch         bigint not null default 0,
    created_at          bigint not null,
    changed_at          bigint not null,
    unique (method, account)
);

-- The account that a buyer of the shop pays with by one click.
create table grant_links (
    method     text not null,
    buyer_id   text not null,
    grant_id   text not null references grants (id),
    linked_at  bigint not null,
    primary key (method, buyer_id)
);
create index grant_links_grant on grant_links (grant_id);

-- A browser came back from the provider, once for each round of an attempt. It pays nothing by itself.
create table grant_returns (
    attempt_id   text not null references attempts (id),
    round        bigint not null,
    grant_id     text references grants (id),    -- null: still being exchanged, or refused
    code_hash    text,                           -- SHA-256 of what went on in the browser's address
    created_at   bigint not null,
    primary key (attempt_id, round)
);
create index grant_returns_grant on grant_returns (grant_id);
