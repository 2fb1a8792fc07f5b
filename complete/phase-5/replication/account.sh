#!/bin/bash
# An account that may read the changes and nothing else, with the password in
# REPLICATION_PASSWORD; and for the application's account the right to ask how
# far a replica is. On every server, since each may be the primary one day.
set -euo pipefail

mysql -p"$MYSQL_ROOT_PASSWORD" -e "
  SET SESSION sql_log_bin = 0;
  CREATE USER IF NOT EXISTS 'replica'@'%';
  ALTER USER 'replica'@'%' IDENTIFIED BY '$REPLICATION_PASSWORD';
  GRANT REPLICATION SLAVE ON *.* TO 'replica'@'%';
  GRANT REPLICATION CLIENT /*M!100509 , REPLICA MONITOR */ ON *.* TO '$MYSQL_USER'@'%';"
