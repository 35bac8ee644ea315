-- composition: the members of one close as the JSON list of GET /index-composition.
-- schema : main=index/year
-- params : :date (YYYYMMDD), :notional_per_constituent (USD)
-- columns: constituents TEXT (JSON array)
-- order  : rank
-- rule   : the whole index is worth notional_per_constituent for each member after the close; a price older than
--          the day is stale and says from when it is.
select json_group_array(
  json_object(
    'rank', rank,
    'ticker', ticker,
    'name', name,
    'market_cap', market_cap,
    'weight', weight,
    'notional', notional,
    'index_shares', notional / price,
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
    coalesce(m.price_date, m.date) as priced,
    :notional_per_constituent * d.constituents * m.weight as notional
  from member m
  join day d on d.date = m.date
  join constituent c on c.id = m.constituent
  where m.date = :date
  order by m.rank
);
