#!/usr/bin/env bash
#
# Measures this store beside etcd: three servers of each on this machine, one store after the other,
# the same load by the same program, each with its own client. Both have every write on the disks of
# a majority before they answer, and linearizable reads. Prints medians over the rounds.
#
# Needs etcd: Debian's package etcd-server, or ETCD.
#
# ROUNDS, WARM, TIME   rounds; seconds to warm up and to measure each cell; default: 3, 5, 10
# CELLS                KIND:CLIENTSxOUTSTANDING,...; kinds are put and get
# DATA                 where to make a folder for the servers, removed afterwards; the figures depend
#                      on its disk. Default: target in this folder
# ETCD                 the program; default: etcd on the PATH
# JSON                 a file for the results: a line for each store and cell; see plot.py
# KV_JAVA_OPTS         as for kv: flags of our servers

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
etcd=${ETCD:-$(command -v etcd || true)}
[ -n "$etcd" ] || { echo "no etcd found; on Debian: apt-get install etcd-server" >&2; exit 2; }

(cd "$root" && mvn -q -B -ntp -Dmaven.test.skip=true -Denforcer.skip=true \
  -Dspotless.check.skip=true -Pbenchmarks package -pl benchmarks/etcd -am)
"$root/kv" --version
"$etcd" --version | head -n 1

mkdir -p "${DATA:-$here/etcd/target}"
data=$(mktemp -d "${DATA:-$here/etcd/target}/compare-XXXXXX")
trap 'rm -rf "$data"' EXIT
"${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx1g -cp "$here/etcd/target/classes:$here/etcd/target/lib/*" \
  io.ratiskv.benchmarks.etcd.CompareEtcd "$data" "$root/kv" "$etcd" \
  "${ROUNDS:-3}" "${WARM:-5}" "${TIME:-10}" \
  "${CELLS:-put:1x1,put:4x16,put:4x256,get:4x16,get:4x256,put:64x1}" "${JSON:-}"
