-- sessions: the captured New York sessions, with what each was made of.
-- schema : main=market/reference
-- params : none
-- columns: date INTEGER (YYYYMMDD), priced_rows INTEGER, capped_rows INTEGER, rows_digest TEXT, facts_digest TEXT
-- order  : date
-- rule   : a session without a priced row is not a trading day of any index.
select date, priced_rows, capped_rows, rows_digest, facts_digest
from session
order by date;
