-- changes: the days of one year on which membership changed, as the JSON list of GET /composition-changes.
-- schema : main=index/year
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD), entered TEXT (JSON array), exited TEXT (JSON array)
-- order  : date
-- rule   : names by ticker within a day; the effective date is the calendar's, so the caller adds it.
select
  date,
  json_group_array(
    json_object(
      'ticker', ticker, 'rank', rank, 'previous_rank', previous_rank, 'market_cap', market_cap, 'reason', reason
    )
  ) filter (where side = 'entered') as entered,
  json_group_array(
    json_object(
      'ticker', ticker, 'rank', rank, 'previous_rank', previous_rank, 'market_cap', market_cap, 'reason', reason
    )
  ) filter (where side = 'exited') as exited
from (
  select date, side, ticker, rank, previous_rank, market_cap, reason
  from change
  where date between :start and :end
  order by date, side, ticker
)
group by date
order by date;
