"""Reading checkpoints (safetensors), independently of the program.

Layout: length of the header (8 bytes, little-endian), the header (JSON: name -> dtype, shape and
data_offsets, and `__metadata__`), then the tensors' bytes without gaps.
"""

import hashlib
import json
import math
import struct

from journal import DamagedFile

WIDTHS = {"F32": 4, "F64": 8, "I32": 4, "I64": 8, "U8": 1, "U32": 4, "U64": 8}


def _header(path, content):
    if len(content) < 8:
        raise DamagedFile(f"{path}: {len(content)} bytes are no checkpoint")
    length = struct.unpack_from("<Q", content)[0]
    if length > len(content) - 8:
        raise DamagedFile(f"{path}: a header of {length} bytes in {len(content)}")
    try:
        header = json.loads(content[8 : 8 + length])
    except ValueError as error:
        raise DamagedFile(f"{path}: {error}") from error
    return header, 8 + length


def read_checkpoint(path):
    """(metadata, {name: (dtype, shape, bytes)}); `DamagedFile` unless every byte has its tensor."""
    content = path.read_bytes()
    header, start = _header(path, content)
    metadata = header.pop("__metadata__", {})
    tensors, position = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        first, end = entry["data_offsets"]
        size = math.prod(entry["shape"]) * WIDTHS[entry["dtype"]]
        if first != position or end - first != size:
            raise DamagedFile(f"{path}: {name} has wrong offsets {first} to {end}")
        tensors[name] = (entry["dtype"], entry["shape"], content[start + first : start + end])
        position = end
    if start + position != len(content):
        raise DamagedFile(f"{path}: tensors end at {start + position} of {len(content)} bytes")
    if "population.pairing" not in tensors or "step" not in metadata:
        raise DamagedFile(f"{path}: no checkpoint of a population")
    return metadata, tensors


def digest(tensors):
    """SHA-256 of all tensors, by name."""
    result = hashlib.sha256()
    for name, (dtype, shape, content) in sorted(tensors.items()):
        result.update(f"{name} {dtype} {shape}\n".encode() + content)
    return result.hexdigest()


def differing(one, other):
    """Names of tensors that differ, for a message."""
    return sorted(
        name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
