#!/bin/bash
# This server follows nobody any more, and takes writes.
set -euo pipefail

mysql -p"$MYSQL_ROOT_PASSWORD" -e "
  STOP REPLICA;
  RESET REPLICA ALL;
  SET GLOBAL read_only = 0;"
