-- actions: what happened to securities, in time order.
-- schema : main=market/reference
-- params : none
-- columns: date INTEGER (YYYYMMDD), symbol INTEGER, action TEXT, value REAL, is_detected INTEGER (1 = told by a net change alone)
-- order  : date, symbol, action, value
-- rule   : dates as announced; an action takes effect on the first captured session on or after its date. A split
--          that only the vendor's net change told counts unless a file names one within ten days of it.
select date, symbol, action, value, 0 as is_detected
from corporate_action

union all

select d.date, d.symbol, 'split', d.ratio, 1
from detected_split d
where not exists (
  select 1
  from corporate_action a
  where a.symbol = d.symbol
    and a.action in ('split', 'spinoff')
    and abs(
      julianday(substr(a.date, 1, 4) || '-' || substr(a.date, 5, 2) || '-' || substr(a.date, 7, 2))
      - julianday(substr(d.date, 1, 4) || '-' || substr(d.date, 5, 2) || '-' || substr(d.date, 7, 2))
    ) <= 10
)
order by date, symbol, action, value;
