#!/bin/sh
# The service's role owns its database and is no superuser.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --set=password="$DATABASE_PASSWORD" --username=postgres <<'SQL'
CREATE ROLE travel LOGIN PASSWORD :'password';
CREATE DATABASE travel OWNER travel;
REVOKE ALL ON DATABASE travel FROM PUBLIC;
SQL
