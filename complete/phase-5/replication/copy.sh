#!/bin/bash
# copy.sh SOURCE: all links of that server as they were at one moment, and which
# moment that was. What this server had before is gone.
set -euo pipefail

# It follows nobody, and its own log begins anew.
mysql -p"$MYSQL_ROOT_PASSWORD" -e "
  STOP REPLICA;
  RESET REPLICA ALL;
  RESET /*M! MASTER */ /*!80400 BINARY LOGS AND GTIDS */;"

# --single-transaction: every table as it was at one moment, while others write.
# --master-data and --gtid: that moment's GTID goes with the copy; MySQL adds it
# by itself. The copy is no change: it does not go into this server's log.
mysqldump -h "${1:?from which server?}" -p"$MYSQL_ROOT_PASSWORD" \
  --single-transaction --loose-master-data=1 --loose-gtid \
  --add-drop-database --databases shortener |
  mysql -p"$MYSQL_ROOT_PASSWORD" --init-command="SET SESSION sql_log_bin = 0"
