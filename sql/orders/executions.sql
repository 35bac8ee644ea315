-- executions: the trades of the day.
-- schema : main=orders/day
-- params : none
-- columns: symbol TEXT, trade INTEGER, time_ms INTEGER, price_ticks INTEGER, size_lots INTEGER, aggressor TEXT,
--          maker_id TEXT, taker_id TEXT, maker_owner TEXT, taker_owner TEXT, tick_size TEXT, lot_size TEXT
-- order  : time_ms descending, symbol, trade descending
-- rule   : within a book trades are numbered as they were made.
select
  symbol,
  trade,
  time_ms,
  price_ticks,
  size_lots,
  aggressor,
  maker_id,
  taker_id,
  maker_owner,
  taker_owner,
  tick_size,
  lot_size
from execution
order by time_ms desc, symbol, trade desc;
