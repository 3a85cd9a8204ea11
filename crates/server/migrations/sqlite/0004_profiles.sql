-- What an account says of its buyer, and which payments need which login. Kept the same as ../postgres but for the names of types.

alter table grants add column profile text;   -- sealed; forgotten with the login's tokens, and with the last link to it

-- The login that pays an attempt, written before anything is sent: whoever forgets logins must know which are needed.
create table grant_payments (
    attempt_id  text primary key references attempts (id),
    grant_id    text not null references grants (id)
) strict;
create index grant_payments_grant on grant_payments (grant_id);
insert into grant_payments (attempt_id, grant_id)
    select a.id, g.id from attempts a join grants g on a.details like '%"grant":"' || g.id || '"%'
    where a.method = 'picpay_wallet';
create index grants_ending on grants (refresh_expires_at) where lapsed_at is null;
create index grants_lapsed on grants (lapsed_at) where lapsed_at is not null;
