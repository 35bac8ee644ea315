-- day_warnings: days of one year on which the index rested on something worth saying.
-- schema : main=index/year
-- params : :start (YYYYMMDD), :end (YYYYMMDD), :size
-- columns: code TEXT, count INTEGER, examples TEXT (JSON array of at most 10)
-- order  : code
-- rule   : counts are exact; examples are the earliest.
with stale as (
  select d.date, c.ticker
  from day d
  join member m on m.date = d.date and m.price_date is not null
  join constituent c on c.id = m.constituent
  where d.date between :start and :end and d.stale > 0
  order by d.date, m.rank
),

fewer as (
  select date, constituents
  from day
  where date between :start and :end and constituents < :size
  order by date
),

missing as (
  select date, ticker
  from change
  where date between :start and :end and reason = 'cap_missing'
  order by date, ticker
)

select
  'CAP_MISSING' as code,
  (select count(*) from missing) as count,
  (select json_group_array(json_object('date', date, 'ticker', ticker)) from (select * from missing limit 10)) as examples

union all

select
  'FEWER_THAN_SIZE',
  (select count(*) from fewer),
  (select json_group_array(json_object('date', date, 'constituents', constituents)) from (select * from fewer limit 10))

union all

select
  'STALE_PRICE',
  (select count(*) from stale),
  (select json_group_array(json_object('date', date, 'ticker', ticker)) from (select * from stale limit 10))
order by 1;
