-- changes: who entered and who left in one year.
-- schema : main=index/year
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER, side TEXT (entered, exited), ticker TEXT, rank INTEGER, previous_rank INTEGER, market_cap REAL, reason TEXT
-- order  : date, side, ticker
-- rule   : names by ticker within a side of a day; the effective date is the calendar's, so the caller adds it.
select date, side, ticker, rank, previous_rank, market_cap, reason
from change
where date between :start and :end
order by date, side, ticker;
