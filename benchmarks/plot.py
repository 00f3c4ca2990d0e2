#!/usr/bin/env python3
"""Draws throughput against latency as an SVG, from what compare-etcd.sh wrote with JSON=FILE.

Usage: plot.py RESULTS SVG [KIND]      KIND is put (default) or get

A line for each store, a point for each load: the more calls are outstanding, the further right.
Solid: half of the calls took at most so long; dashed: 99 of 100. Both axes are logarithmic.
"""

import html
import json
import math
import sys

WIDTH, HEIGHT = 760, 480
LEFT, RIGHT, TOP, BOTTOM = 70, 170, 50, 60
COLOURS = {"kv": "#0b6bcb", "etcd": "#c2410c"}
OTHER_COLOURS = ["#15803d", "#7e22ce", "#52525b"]
PERCENTILES = [("p50", ""), ("p99", "6 4")]


def ticks(low, high):
    """1, 2 and 5 of each power of ten that lie between."""
    found = []
    for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        for digit in (1, 2, 5):
            value = digit * 10.0**power
            if low <= value <= high:
                found.append(value)
    return found


class Axis:
    """Maps values to places, by their logarithms."""

    def __init__(self, values, start, end):
        self.low, self.high = min(values) / 1.3, max(values) * 1.3
        self.start, self.end = start, end

    def place(self, value):
        part = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + part * (self.end - self.start)


def number(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:g}"


def text(x, y, words, anchor="middle", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {extra}>{html.escape(words)}</text>'


def grid(x, y):
    parts = []
    for value in ticks(x.low, x.high):
        at = x.place(value)
        parts.append(f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" class="grid"/>')
        parts.append(text(at, HEIGHT - BOTTOM + 18, number(value)))
    for value in ticks(y.low, y.high):
        at = y.place(value)
        parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" class="grid"/>')
        parts.append(text(LEFT - 8, at + 4, number(value), "end"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, "calls a second"))
    parts.append(text(18, middle, "latency, ms", "middle", f'transform="rotate(-90 18 {middle})"'))
    return parts


def store_lines(points, x, y, colour):
    parts = []
    for percentile, dashes in PERCENTILES:
        path = " ".join(
            f"{'L' if i else 'M'}{x.place(p['perSecond']):.1f} {y.place(p[percentile]):.1f}"
            for i, p in enumerate(points)
        )
        parts.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"'
            f' stroke-dasharray="{dashes}"/>'
        )
        for point in points:
            calls = point["connections"] * point["outstanding"]
            at = f"{calls} outstanding: {point['perSecond']:,.0f}/s, {percentile} {point[percentile]:.2f} ms"
            parts.append(
                f'<circle cx="{x.place(point["perSecond"]):.1f}"'
                f' cy="{y.place(point[percentile]):.1f}" r="3.5" fill="{colour}">'
                f"<title>{html.escape(at)}</title></circle>"
            )
    return parts


def legend(colours):
    parts = []
    at = TOP + 10
    for store, colour in colours.items():
        for percentile, dashes in PERCENTILES:
            parts.append(
                f'<path d="M{WIDTH - RIGHT + 20} {at}h34" stroke="{colour}" stroke-width="2"'
                f' stroke-dasharray="{dashes}"/>'
            )
            parts.append(text(WIDTH - RIGHT + 62, at + 4, f"{store} {percentile}", "start"))
            at += 22
    return parts


def draw(rows, kind):
    stores = {}
    for point in rows:
        if point["kind"] == kind and point["perSecond"] > 0:
            stores.setdefault(point["store"], []).append(point)
    if not stores:
        sys.exit(f"plot.py: there are no results for {kind}")
    for points in stores.values():
        points.sort(key=lambda point: point["connections"] * point["outstanding"])
    everything = [point for points in stores.values() for point in points]
    x = Axis([p["perSecond"] for p in everything], LEFT, WIDTH - RIGHT)
    y = Axis([p[q] for p in everything for q, _ in PERCENTILES], HEIGHT - BOTTOM, TOP)
    others = iter(OTHER_COLOURS * len(stores))
    colours = {store: COLOURS.get(store) or next(others) for store in stores}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<title>{kind}: throughput against latency</title>",
        "<style>text{font:13px system-ui,sans-serif;fill:#27272a}"
        ".grid{stroke:#e4e4e7}.head{font-weight:600;font-size:15px}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        text(LEFT, 28, f"{kind}: the more is asked, the longer it takes", "start", 'class="head"'),
    ]
    parts += grid(x, y)
    for store, points in stores.items():
        parts += store_lines(points, x, y, colours[store])
    parts += legend(colours)
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def main(results, svg, kind="put"):
    with open(results, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    with open(svg, "w", encoding="utf-8") as file:
        file.write(draw(rows, kind))


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
