#!/usr/bin/env bash
#
# Runs one server as the side-by-side harness starts it. That takes the servers for JVMs, whose heaps
# it can have collected, when their command has "java" in it: hence the name of this script.
#
# Usage: side-by-side-java-server.sh ID DIR ENDPOINTS PEERS
#   ENDPOINTS, PEERS   HOST:PORT,... of all servers, for clients and for each other
# SERVER_HEAP          as in -Xmx; default: 2g

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

IFS=, read -ra endpoints <<< "$3"
IFS=, read -ra peers <<< "$4"
servers=()
for i in "${!endpoints[@]}"; do
  servers+=("$i=${endpoints[i]}/${peers[i]}")
done

# Whoever made the folder: a server wants it for itself.
mkdir -p "$2"
chmod 700 "$2"

# The launcher adds its own flags, and execs: the process id becomes the JVM's.
export KV_JAVA_OPTS="-Xmx${SERVER_HEAP:-2g} ${KV_JAVA_OPTS:-}"
exec "$root/kv" server --id "$1" --data "$2" --servers "$(IFS=,; echo "${servers[*]}")"
