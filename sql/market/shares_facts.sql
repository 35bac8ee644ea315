-- shares_facts: shares outstanding as they became known.
-- schema : main=market/reference
-- params : none
-- columns: ticker TEXT, effective_date INTEGER (YYYYMMDD), known_at INTEGER (YYYYMMDD), shares REAL, source TEXT
-- order  : ticker, known_at, effective_date, source
-- rule   : every telling is kept, amendments beside what they amend: what was known on a day stays what it was.
select s.ticker, f.effective_date, f.known_at, f.shares, f.source
from shares_fact f
join symbol s on s.id = f.symbol
order by s.ticker, f.known_at, f.effective_date, f.source;
