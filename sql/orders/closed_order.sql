-- closed_order: one order that was closed on the day.
-- schema : main=orders/day
-- params : :id
-- columns: tick_size TEXT, lot_size TEXT, record TEXT (JSON)
-- order  : id, of which there is one
-- rule   : whose it is stands in the record; who asks is compared with it by the caller.
select tick_size, lot_size, record
from closed_order
where id = :id
order by id;
