-- Methods that answer in several rounds, and why a person is needed. Kept the same as ../postgres but for the names of types.

alter table attempts add column round integer not null default 0;
alter table attempts add column round_at integer not null default 0;
alter table attempts add column attention text not null default '';
alter table attempts add column unanswered_since integer;
alter table attempts add column closing_since integer;
update attempts set round_at = created_at;
create index attempts_mismatch on attempts (created_at, id) where mismatch = 1;
