#!/bin/bash
# sql.sh STATEMENTS: as root, in this container's own server.
set -euo pipefail

mysql -p"$MYSQL_ROOT_PASSWORD" --table -e "${1:?which statements?}"
