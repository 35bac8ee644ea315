-- bars_extent: how many rows a part of bars holds, and its first and last day.
-- schema : main=market/bars
-- params : none
-- columns: rows INTEGER, from_date INTEGER (YYYYMMDD), to_date INTEGER (YYYYMMDD)
-- order  : none (one row)
-- rule   : shown in the manifest, so that a reader knows which part holds a day without opening it.
select count(*) as rows, min(date) as from_date, max(date) as to_date
from bar;
