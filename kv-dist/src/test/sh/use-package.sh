#!/usr/bin/env bash
#
# Installs a Debian package into an empty folder, uses what it has brought, and removes it again. dpkg
# takes the folder for its root, and tells the package's scripts (DPKG_ROOT) that no system runs there.
#
# Usage: use-package.sh DEB FOLDER CLIENT_PORT RAFT_PORT

set -euo pipefail
package=$1
root=$(cd -P "$2" && pwd)
endpoint=127.0.0.1:$3
servers=n1=$endpoint/127.0.0.1:$4
server=

fail() {
  echo "use-package.sh: $*" >&2
  exit 1
}

# Another than dpkg's on this machine: neither the list of what is installed nor what it needs. The
# Java that the package depends on is that of this machine.
to_root() {
  dpkg --root="$root" --force-not-root --force-script-chrootless --force-depends --force-bad-path \
    --log="$root/dpkg.log" "$@"
}

install_deb() {
  mkdir -p "$root/var/lib/dpkg"/{info,updates,triggers}
  touch "$root/var/lib/dpkg/status"
  to_root --install "$package"
  to_root --status ratis-kv | grep -qx 'Status: install ok installed' || fail "not installed"
  home=$root/usr/share/ratis-kv
  kv=$root/usr/bin/kv
  [ "$(stat -c %a "$root/etc/ratis-kv/logback.xml")" = 644 ] || fail "the mode of logback.xml"
  if command -v systemd-analyze > /dev/null; then
    verify_unit
  fi
}

# ExecStart must be there: so in a copy it is that of the folder, and the documents are left out.
verify_unit() {
  local unit=$root/ratis-kv.service
  sed "s,=/usr/bin/kv ,=$kv ," "$root/usr/lib/systemd/system/ratis-kv.service" | grep -v ^Documentation > "$unit"
  systemd-analyze verify --man=no "$unit" 2>&1 | grep -F ratis-kv && fail "systemd finds fault with the unit"
  rm "$unit"
}

remove_deb() {
  echo "# by an operator" >> "$root/etc/ratis-kv/server.env"
  to_root --remove ratis-kv
  [ ! -e "$kv" ] || fail "kv is still there"
  [ ! -e "$home" ] || fail "there are still: $(find "$home")"
  [ -e "$root/etc/ratis-kv/server.env" ] || fail "a removal took the configuration away"
  to_root --purge ratis-kv
  [ ! -e "$root/etc/ratis-kv" ] || fail "there are still: $(find "$root/etc/ratis-kv")"
  [ ! -e "$root/var/cache/ratis-kv" ] || fail "there are still: $(find "$root/var/cache/ratis-kv")"
}

stop_server() {
  [ -z "$server" ] || kill "$server" 2> /dev/null || true
}
trap stop_server EXIT

# time_of COMMAND...: in milliseconds, the best of five: others use this machine, too.
time_of() {
  local best=1000000 begun took
  for _ in 1 2 3 4 5; do
    begun=$(date +%s%N)
    "$@" > /dev/null
    took=$((($(date +%s%N) - begun) / 1000000))
    [ "$took" -ge "$best" ] || best=$took
  done
  echo "$best"
}

# What the service is given, but with ports and a folder of this test's.
use() {
  KV_SERVERS=$servers KV_DATA=$root/data "$kv" server --config "$root/etc/ratis-kv/kv.properties" > "$root/server.log" 2>&1 &
  server=$!
  "$kv" put greeting hello --endpoints "$endpoint" --timeout 60s
  "$kv" append greeting ", world" --endpoints "$endpoint" > /dev/null
  [ "$("$kv" get greeting --endpoints "$endpoint")" = "hello, world" ] || fail "another value"
  "$kv" status --endpoints "$endpoint"
  echo "kv get takes $(time_of "$kv" get greeting --endpoints "$endpoint") ms"
  kill "$server"
  local status=0
  wait "$server" || status=$?
  server=
  [ "$status" -eq 0 ] || [ "$status" -eq 143 ] || fail "the server ended with $status: $(cat "$root/server.log")"
}

install_deb
"$kv" --version
[ -s "$(echo "$home"/cache/*.jsa)" ] || fail "no archive of classes"
use
echo "kv --version takes $(time_of "$kv" --version) ms"
remove_deb
echo "all well"
