#!/bin/sh
# Install the distribution's PostgreSQL and Redis where they are missing, without starting them,
# faketime, which moves the clock of a test, and age and zstd, which open a backup by its recipe.
set -eu

if ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && command -v redis-server >/dev/null &&
    command -v faketime >/dev/null && command -v age >/dev/null && command -v zstd >/dev/null; then
    exit 0
fi
if [ "$(id -u)" != 0 ]; then
    echo "seawall: run as root: apt-get install -y postgresql redis-server faketime age zstd" >&2
    exit 1
fi
# A package must not start a service here; what was not there before is removed again.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
for attempt in 1 2 3; do
    if apt-get update -q >/dev/null &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
            postgresql redis-server faketime age zstd >/dev/null; then
        exit 0
    fi
    sleep "$attempt"
done
echo "seawall: the system's servers could not be installed" >&2
exit 1
