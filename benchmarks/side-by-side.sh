#!/usr/bin/env bash
#
# Measures this store beside others with a harness that knows those.
#
# Usage: side-by-side.sh HARNESS_DIR [TARGET...]     e.g. side-by-side.sh ~/bench etcd zookeeper
# MODES         what to run; default: "cells heavy report"; empty: only build
# SERVER_HEAP   as in -Xmx, of each of our servers; default: 2g
# Everything else, like ROUNDS, CELLS, EXTRA, OUT and DATA, is as in the harness's README.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
harness=$(cd "${1:?usage: side-by-side.sh HARNESS_DIR [TARGET...]}" && pwd)
shift

[ -e "$harness/core/target/kvbench-core-1.jar" ] || "$harness/bench.sh" build

# The launcher builds the servers, and finds them up to date when the harness starts one.
(cd "$root" && mvn -q -B -ntp -Dmaven.test.skip=true -Denforcer.skip=true \
  -Dspotless.check.skip=true "-Dside-by-side.harness=$harness" package \
  -pl benchmarks/side-by-side -am)
"$root/kv" --version

export OURS_CP="$here/side-by-side/target/classes:$here/side-by-side/target/lib/*"
export OURS_CLIENT=io.ratiskv.benchmarks.sidebyside.SideBySideClientFactory
export OURS_SERVER="$here/side-by-side-java-server.sh {id} {dir} {endpoints} {peers}"
export OURS_SETTINGS="defaults: log fsynced by a majority before an answer; linearizable reads; \
heartbeat at most 250 ms, election 500-1000 ms; snapshot each 64 MiB of log, or half of the last; G1 -Xmx${SERVER_HEAP:-2g}"

for mode in ${MODES-cells heavy report}; do
  case $mode in
    report) BASE=${BASE:-ours} "$harness/bench.sh" report ;;
    *) "$harness/bench.sh" "$mode" ours "$@" ;;
  esac
done
