#!/usr/bin/env bash
#
# How cost grows: this store alone, with more clients, more keys, longer values, more servers, and one
# follower that is slow. Each cell is one "kv bench --start", on empty folders; half puts, half gets.
# Prints each command before it is run, and a table in Markdown after each kind of cell.
#
# Usage: growth.sh [clients] [keys] [values] [servers] [slow]      default: all; some twelve minutes
#
# WARM, TIME     seconds to warm up and to measure each cell; default: 20, 5
# DATA           where the servers have their folders; the figures depend on its disk. Default: target
#                in this folder
# OUT            a folder for the results, a JSON file for each cell; default: target/growth in this
#                folder. Cells that are there already are not run again
# KEYS, VALUES   lists of the cells, to shorten a run; default: 10000 100000 1000000 3000000 and
#                64 1024 16384 262144
# KV_JAVA_OPTS   as for kv: flags of the client and the servers

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kv=$here/../kv
data=${DATA:-$here/target/growth-data}
out=${OUT:-$here/target/growth}
command -v python3 > /dev/null || { echo "python3 is needed, for the tables" >&2; exit 2; }
mkdir -p "$data" "$out"

# cell NAME OPTION...: one run, unless its result is there.
cell() {
  local name=$1
  shift
  [ ! -s "$out/$name.json" ] || return 0
  local command=("$kv" bench --start --data "$data" --warm "${WARM:-20}s" --time "${TIME:-5}s" \
    --mix "put=1,get=1" --json "$out/$name.json" "$@")
  echo "\$ ${command[*]}" >&2
  "${command[@]}" > "$out/$name.txt" 2> "$out/$name.log" || {
    echo "growth.sh: that failed; see $out/$name.log" >&2
    return 1
  }
}

clients() {
  for outstanding in 1 16; do
    for number in 1 10 100; do
      cell "clients-${number}x$outstanding" --connections "$number" --outstanding "$outstanding"
    done
  done
}

keys() {
  for number in ${KEYS:-10000 100000 1000000 3000000}; do
    cell "keys-$number" --keys "$number" --connections 4
  done
}

# Few keys: the point is the length, and the data has to fit the memory.
values() {
  for bytes in ${VALUES:-64 1024 16384 262144}; do
    cell "values-$bytes" --value "$bytes" --keys 1000 --connections 4
  done
}

servers() {
  for number in 3 5 7; do
    cell "servers-$number" --server-count "$number" --connections 4
  done
}

slow() {
  cell slow-no --connections 4
  cell slow-yes --connections 4 --slow-follower
}

for table in "${@:-clients keys values servers slow}"; do
  for one in $table; do
    case $one in
      clients | keys | values | servers | slow) ;;
      *) echo "growth.sh: no such table: $one" >&2; exit 2 ;;
    esac
    "$one"
    python3 "$here/growth_table.py" "$one" "$out"
  done
done
