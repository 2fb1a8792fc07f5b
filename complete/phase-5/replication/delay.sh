#!/bin/bash
# delay.sh SECONDS: make each change so long after the primary did; 0: at once.
set -euo pipefail

mysql -p"$MYSQL_ROOT_PASSWORD" -e "
  STOP REPLICA;
  CHANGE /*M! MASTER TO MASTER_DELAY */ /*!80400 REPLICATION SOURCE TO SOURCE_DELAY */ = ${1:?how many seconds?};
  START REPLICA;"
