-- all_anomalies: every anomaly of a part, to go into a larger one.
-- schema : main=bars/day
-- params : none
-- columns: symbol TEXT, seq INTEGER, type TEXT, severity TEXT, size_ms INTEGER, end_ms INTEGER, value REAL, baseline REAL, threshold REAL, alert INTEGER (0 or 1)
-- order  : end_ms, symbol, seq
-- rule   : the order of the rows as they lie.
select s.name as symbol, a.seq, a.type, a.severity, a.size_ms, a.end_ms, a.value, a.baseline, a.threshold, a.alert
from anomaly a
join symbol s on s.id = a.symbol
order by a.end_ms, a.symbol, a.seq;
