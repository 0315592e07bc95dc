"""Reading the journal of a run, independently of the program.

A record is: length of the payload (4 bytes), kind (1 byte, then 3 zero bytes), payload, CRC-32C
over all before it; little-endian. Kind 1 is the header (JSON), kind 2 a row: index of its stream
(4 bytes), coordinate (8 bytes), values. Other kinds are skipped.
"""

import hashlib
import json
import struct

HEADER, ROW = 1, 2
PREFIX, CHECKSUM, ROW_PREFIX = 8, 4, 12
WIDTHS = {"float32": 4, "float64": 8, "int32": 4, "int64": 8, "uint64": 8}

# What depends on the clock, not on the experiment.
CLOCK_COLUMNS = {"wall_seconds", "steps_per_second", "rss_bytes"}


class DamagedFile(Exception):
    """A file that does not hold what its format promises."""


def _crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _crc_table()


def crc32c(content):
    """CRC-32C (Castagnoli); 0xE3069283 for "123456789"."""
    value, table = 0xFFFFFFFF, _TABLE
    for byte in content:
        value = value >> 8 ^ table[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283


def records(content):
    """The (kind, record) of each whole and undamaged record up to the first that is not."""
    position = 0
    while position + PREFIX + CHECKSUM <= len(content):
        length, kind = struct.unpack_from("<II", content, position)
        end = position + PREFIX + length
        if kind > 255 or end + CHECKSUM > len(content):
            return
        if struct.unpack_from("<I", content, end)[0] != crc32c(content[position:end]):
            return
        yield kind, content[position : end + CHECKSUM]
        position = end + CHECKSUM


class Journal:
    """The rows of a journal; a torn tail is left out and counted."""

    def __init__(self, path):
        content = path.read_bytes()
        found = list(records(content))
        if not found or found[0][0] != HEADER:
            raise DamagedFile(f"{path}: no header")
        self.schema = json.loads(found[0][1][PREFIX:-CHECKSUM])
        self.streams = self.schema["streams"]
        self.torn_bytes = len(content) - sum(len(record) for _, record in found)
        self.kinds = [kind for kind, _ in found]
        self.rows = [self._row(path, record) for kind, record in found if kind == ROW]
        self.row_records = {record for kind, record in found if kind == ROW}

    def _row(self, path, record):
        stream, axis = struct.unpack_from("<Iq", record, PREFIX)
        values = record[PREFIX + ROW_PREFIX : -CHECKSUM]
        if stream >= len(self.streams):
            raise DamagedFile(f"{path}: a row of stream {stream}")
        width = sum(self._width(column) for column in self.streams[stream]["columns"])
        if len(values) != width:
            raise DamagedFile(f"{path}: a row of {len(values)} bytes instead of {width}")
        return stream, axis, values

    def _width(self, column):
        return WIDTHS[column["type"]] * self.schema["pairs"] ** len(column["axes"])

    def _without_clock(self, stream, values):
        """The values that the experiment alone decides."""
        kept, position = b"", 0
        for column in self.streams[stream]["columns"]:
            end = position + self._width(column)
            if column["name"] not in CLOCK_COLUMNS:
                kept += values[position:end]
            position = end
        return kept

    def computed_rows(self):
        """{(stream, coordinate): values} without what the clock decides.

        Raises `DamagedFile` where a coordinate stands twice with different values: what is
        computed again after an interruption must come out the same.
        """
        rows = {}
        for stream, axis, values in self.rows:
            kept = self._without_clock(stream, values)
            key = (self.streams[stream]["name"], axis)
            if kept and rows.setdefault(key, kept) != kept:
                raise DamagedFile(f"journal: two different rows of {key[0]} at {axis}")
        return rows

    def digest(self):
        """SHA-256 of all computed rows, by stream and coordinate."""
        digest = hashlib.sha256()
        for (stream, axis), values in sorted(self.computed_rows().items()):
            digest.update(f"{stream} {axis} {len(values)}\n".encode() + values)
        return digest.hexdigest()


def row_records(content):
    """The rows, as whole records, in bytes that a journal accepted, header or not."""
    return {record for kind, record in records(content) if kind == ROW}
