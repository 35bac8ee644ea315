-- closed_orders: the orders that were closed on the day.
-- schema : main=orders/day
-- params : none
-- columns: tick_size TEXT, lot_size TEXT, record TEXT (JSON)
-- order  : created_ms descending, id
-- rule   : newest first, as open orders are listed.
select tick_size, lot_size, record
from closed_order
order by created_ms desc, id;
