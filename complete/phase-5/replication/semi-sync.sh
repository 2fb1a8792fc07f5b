#!/bin/bash
# A primary acknowledges a write once a replica has it in its log, or after two
# seconds without one. Both sides are turned on, since a replica may become the
# primary. A replica says so when it begins to fetch: follow.sh, after this.
set -euo pipefail

mysql -p"$MYSQL_ROOT_PASSWORD" --force -e "
  /*M! DO 0 */ /*!80400 INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so' */;
  /*M! DO 0 */ /*!80400 INSTALL PLUGIN rpl_semi_sync_replica SONAME 'semisync_replica.so' */;"

mysql -p"$MYSQL_ROOT_PASSWORD" -e "
  SET GLOBAL /*M! rpl_semi_sync_slave_enabled */ /*!80400 rpl_semi_sync_replica_enabled */ = 1;
  SET GLOBAL /*M! rpl_semi_sync_master_timeout */ /*!80400 rpl_semi_sync_source_timeout */ = 2000;
  SET GLOBAL /*M! rpl_semi_sync_master_enabled */ /*!80400 rpl_semi_sync_source_enabled */ = 1;"
