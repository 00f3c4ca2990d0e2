#!/usr/bin/env python3
"""Prints one table of growth.sh, in Markdown, from the results of its cells.

Usage: growth_table.py TABLE FOLDER
"""

import glob
import json
import os
import re
import sys

TITLES = {
    "clients": "clients x outstanding",
    "keys": "keys",
    "values": "value bytes",
    "servers": "servers",
    "slow": "one slow follower",
}
COLUMNS = [
    "calls/s",
    "put p50 ms",
    "put p99 ms",
    "get p50 ms",
    "get p99 ms",
    "calls per cpu-second",
    "servers' memory MiB",
    "failed",
]


def natural(name):
    """Sorts 3 before 10, and 10x1 before 1x16."""
    return [int(number) for number in re.findall(r"\d+", name)][::-1] or [name]


def grouped(number):
    return f"{number:,.0f}"


def millis(calls, kind, percentile):
    return f"{calls[kind][percentile] / 1000:.2f}" if kind in calls else "-"


def row(name, result):
    calls = result["calls"]
    seconds = result["clientProcessorSeconds"] + result["serverProcessorSeconds"]
    failed = sum(result["failures"].values()) + result["unanswered"] + result["neverMade"]
    return [
        grouped(int(name)) if name.isdigit() else name,
        grouped(calls["all"]["perSecond"]),
        millis(calls, "put", "p50"),
        millis(calls, "put", "p99"),
        millis(calls, "get", "p50"),
        millis(calls, "get", "p99"),
        grouped(calls["all"]["done"] / seconds) if seconds else "-",
        grouped(int(result["serverMebibytes"])) if "serverMebibytes" in result else "-",
        str(failed),
    ]


def line(cells):
    return "| " + " | ".join(cells) + " |"


def main(table, folder):
    results = {}
    for path in glob.glob(os.path.join(folder, table + "-*.json")):
        name = os.path.basename(path)[len(table) + 1 : -len(".json")]
        with open(path, encoding="utf-8") as file:
            results[name] = json.load(file)
    print(line([TITLES[table]] + COLUMNS))
    print("|---" * (len(COLUMNS) + 1) + "|")
    for name in sorted(results, key=natural):
        print(line(row(name, results[name])))
    print()


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in TITLES:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
