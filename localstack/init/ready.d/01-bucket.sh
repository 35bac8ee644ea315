#!/bin/sh
# Makes the bucket that the service keeps everything in, when LocalStack (or floci) is ready. Runs at every start.
set -eu

bucket="${BUCKET:-equipoise}"

if ! awslocal s3api head-bucket --bucket "$bucket" 2>/dev/null; then
  awslocal s3 mb "s3://$bucket"
fi

# Downloads do not pile up, as on AWS (aws/bucket.yml). No versioning: objects never change but for one per
# dataset, and that one keeps its history itself.
awslocal s3api put-bucket-lifecycle-configuration --bucket "$bucket" --lifecycle-configuration '{
  "Rules": [
    {
      "ID": "exports-are-downloaded-within-a-day",
      "Status": "Enabled",
      "Filter": { "Prefix": "exports/" },
      "Expiration": { "Days": 2 }
    }
  ]
}'
