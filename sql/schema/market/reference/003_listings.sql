-- reference, continued: what a security is, as lists of single days show it.

-- 1 = from a vendor's list of the day the record begins on, as were those it continues; a later list may end it.
-- 0 = somebody made the record: it stands until its maker says otherwise.
alter table security_record add column seen integer not null default 0 check (seen in (0, 1));
