-- quarantined: rows that were refused, with where they stand in their file and why.
-- schema : main=market/reference
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD), ticker TEXT, reason TEXT, detail TEXT, file TEXT, line INTEGER, raw TEXT
-- order  : date, ticker, file, line
-- rule   : rows whose day could not be read have none; they come first, and only where the range is open at both ends.
select date, ticker, reason, detail, file, line, raw
from quarantine
where date between :start and :end or (date is null and :start = 0)
order by date, ticker, file, line;
