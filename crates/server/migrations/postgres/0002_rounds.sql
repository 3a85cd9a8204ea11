-- Methods that answer in several rounds, and why a person is needed. Kept the same as ../sqlite but for the names of types.

alter table attempts add column round bigint not null default 0;
alter table attempts add column round_at bigint not null default 0;
alter table attempts add column attention text not null default '';
alter table attempts add column unanswered_since bigint;
alter table attempts add column closing_since bigint;
update attempts set round_at = created_at;
create index attempts_mismatch on attempts (created_at, id) where mismatch = 1;
