-- change_totals: how often membership changed in one year.
-- schema : main=index/year
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: days INTEGER, entered INTEGER, exited INTEGER
-- order  : none (one row)
-- rule   : a day counts once however many names moved.
select
  count(distinct date) as days,
  count(*) filter (where side = 'entered') as entered,
  count(*) filter (where side = 'exited') as exited
from change
where date between :start and :end;
