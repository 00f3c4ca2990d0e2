#!/usr/bin/env bash
#
# Measures the parts by themselves, with JMH: encoding and decoding an entry, applying one, the
# store, appends to long values, writing and loading a snapshot, applies while one is written; and
# the memory that a key takes.
#
# Usage: jmh.sh [quick] [JMH option...]    e.g. jmh.sh quick Store; jmh.sh -prof gc 'Apply.*put'
#
# quick   one short run of each, some two minutes for all: to see that they work
# HEAP    of the JVM that is measured; default: 2g
# JSON    a file for the results

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classpath="$here/jmh/target/classes:$here/jmh/target/lib/*"

(cd "$root" && mvn -q -B -ntp -Dmaven.test.skip=true -Denforcer.skip=true \
  -Dspotless.check.skip=true -Pbenchmarks package -pl benchmarks/jmh -am)

options=(-f 2 -wi 5 -w 2 -i 5 -r 2)
keys=1000000
if [ "${1:-}" = quick ]; then
  shift
  options=(-f 1 -wi 2 -w 1 -i 2 -r 1)
  keys=200000
fi
[ -z "${JSON:-}" ] || options+=(-rf json -rff "$JSON")

"$java" -cp "$classpath" org.openjdk.jmh.Main "${options[@]}" -foe true \
  -jvmArgs "-Xms${HEAP:-2g} -Xmx${HEAP:-2g} -XX:+AlwaysPreTouch" "$@"
# Last, and only where all are run.
[ $# -gt 0 ] || "$java" "-Xmx${HEAP:-2g}" -cp "$classpath" \
  io.ratiskv.statemachine.core.MemoryPerKey "$keys"
