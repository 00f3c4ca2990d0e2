#!/usr/bin/env python3
"""Writes snapshot-v1.bin, from the table in SnapshotFormat's Javadoc and from nothing else.

Not run by the build: the file is committed, and what is in it stays.
"""

import pathlib
import struct


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def sized(data):
    return varint(len(data)) + data


def section(kind, content):
    framed = struct.pack(">BI", kind, len(content)) + content
    return framed + struct.pack(">I", crc32c(framed))


def session(number, next_sequence, last_index, principal, nonce, replies):
    out = varint(number) + varint(next_sequence) + varint(last_index)
    out += sized(principal.encode()) + sized(nonce) + varint(len(replies))
    for fingerprint, result in replies:
        out += struct.pack("<Q", fingerprint) + sized(result)
    return out


def entry(key, version, value):
    return sized(key) + varint(version) + sized(value)


LIMITS = [4096, 1 << 20, (1 << 20) + 2 * 4096, 1024, 8, 10_000, 1_000, 16, 256]
ENTRIES = [(b"a", 8, b""), (b"ab", 70_000, b"x" * 300), (b"b", 127, b"yz"), (b"\xff", 128, b"!")]
SESSIONS = [
    (7, 1, 7, "", bytes(range(16)), []),
    (300, 12, 70_000, "\u00e4lice", bytes(range(100, 116)),
     [(0x0102030405060708, b"reply ten"), (2**64 - 2, b"")]),
]

header = struct.pack(">I", 1)
header += struct.pack(">9I", *LIMITS)
header += struct.pack(">QQQQ", 0x1122334455667788, 123_456, 3, 70_001)
header += struct.pack(">QQ", 70_000, 0xFEDCBA9876543210)
header += struct.pack(">QQQQ", 555, len(SESSIONS), len(ENTRIES),
                      sum(len(key) + len(value) for key, _, value in ENTRIES))

snapshot = b"RATISKV\0"
snapshot += section(1, header)
snapshot += section(2, b"".join(session(*fields) for fields in SESSIONS))
snapshot += section(3, b"".join(entry(*fields) for fields in ENTRIES))
snapshot += section(4, struct.pack(">Q", 3))
pathlib.Path(__file__).with_name("snapshot-v1.bin").write_bytes(snapshot)
