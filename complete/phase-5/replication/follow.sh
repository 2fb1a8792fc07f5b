#!/bin/bash
# follow.sh SOURCE: from where this server is, make every change that SOURCE makes.
set -euo pipefail

mysql -p"$MYSQL_ROOT_PASSWORD" -e "
  STOP REPLICA;
  /*M! CHANGE MASTER TO
    MASTER_HOST = '${1:?which server?}', MASTER_USER = 'replica', MASTER_PASSWORD = '$REPLICATION_PASSWORD',
    MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos, MASTER_DELAY = 0 */
  /*!80400 CHANGE REPLICATION SOURCE TO
    SOURCE_HOST = '${1:?which server?}', SOURCE_USER = 'replica', SOURCE_PASSWORD = '$REPLICATION_PASSWORD',
    SOURCE_CONNECT_RETRY = 1, SOURCE_AUTO_POSITION = 1, SOURCE_DELAY = 0, GET_SOURCE_PUBLIC_KEY = 1 */;
  START REPLICA;"
