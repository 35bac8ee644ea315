-- composition: the members of one close as the JSON list of GET /index-composition.
-- schema : main=index/year
-- params : :date (YYYYMMDD), :notional (USD of the whole index after the close)
-- columns: constituents TEXT (JSON array)
-- order  : rank
-- rule   : a price older than the day is stale and says from when it is.
select json_group_array(
  json_object(
    'rank', rank,
    'ticker', ticker,
    'name', name,
    'market_cap', market_cap,
    'weight', weight,
    'notional', :notional * weight,
    'index_shares', :notional * weight / price,
    'price', price,
    'price_date', substr(priced, 1, 4) || '-' || substr(priced, 5, 2) || '-' || substr(priced, 7, 2),
    'stale', json(iif(priced < :date, 'true', 'false'))
  )
) as constituents
from (
  select
    m.rank,
    c.ticker,
    c.name,
    m.market_cap,
    m.weight,
    m.price,
    coalesce(m.price_date, m.date) as priced
  from member m
  join constituent c on c.id = m.constituent
  where m.date = :date
  order by m.rank
);
