#!/bin/sh
# Makes the streams of the event log, when LocalStack (or floci) is ready. Runs at every start, before the bucket, whose being
# there tells that all is. A stand-in without Kinesis keeps the rest of its services.
set -u

for stream in "${TICKS_STREAM:-ticks}" "${ENRICHED_STREAM:-enriched}" "${ORDERS_STREAM:-orders}"; do
  if ! awslocal kinesis describe-stream-summary --stream-name "$stream" >/dev/null 2>&1; then
    awslocal kinesis create-stream --stream-name "$stream" --shard-count 1 ||
      echo "no stream $stream: there is no Kinesis here" >&2
  fi
done
