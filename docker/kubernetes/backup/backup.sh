#!/bin/sh
# Dumps the database into a folder, and keeps 14 dumps there.
set -eu
umask 077
file="$1/travel-$(date -u +%Y%m%dT%H%M%SZ).dump"
pg_dump --format=custom --file="$file.part"
pg_restore --list "$file.part" > /dev/null
mv "$file.part" "$file"
ls -1 "$1"/travel-*.dump | sort -r | tail -n +15 | xargs -r rm --
# The metrics of the service say how old this is, and an alert when it is too old.
psql --quiet --command="INSERT INTO operator_jobs (job) VALUES ('backup') ON CONFLICT (job) DO UPDATE SET succeeded_at = DEFAULT"
