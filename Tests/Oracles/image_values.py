#!/usr/bin/env python3
"""Writes image_values.json: image files with their pixels, and resized images, by Pillow.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0
    venv/bin/python Tests/Oracles/image_values.py

Bytes are hexadecimal. Where Pillow writes no such file (interlaced, 16 bits in colour) it is put
together here, and Pillow or the pixels it was made of say what is in it.
"""

import io
import json
import pathlib
import random
import struct
import zlib

import PIL
from PIL import Image

WIDTH, HEIGHT = 9, 7


def noise(count, seed):
    generator = random.Random(seed)
    return bytes(generator.randrange(256) for _ in range(count))


def smooth(width, height, channels, seed):
    """Ramps with a little noise: what JPEG keeps."""
    rough = noise(width * height * channels, seed)
    return bytes(
        (20 * x + 12 * y + 60 * c + rough[(y * width + x) * channels + c] // 16) % 256
        for y in range(height) for x in range(width) for c in range(channels))


def image(mode, pixels, width=WIDTH, height=HEIGHT):
    return Image.frombytes(mode, (width, height), pixels)


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def chunk(name, content):
    return (struct.pack(">I", len(content)) + name + content
            + struct.pack(">I", zlib.crc32(name + content)))


def png(width, height, depth, colour, rows, interlaced=False, before=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", data)
            + chunk(b"IEND", b""))


def adam7(pixels, width, height, size):
    """The rows of the seven passes of an interlaced image; `size` bytes a pixel."""
    for x0, y0, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4),
                           (1, 0, 2, 2), (0, 1, 1, 2)]:
        for y in range(y0, height, dy):
            row = b"".join(pixels[(y * width + x) * size:(y * width + x + 1) * size]
                           for x in range(x0, width, dx))
            if row:
                yield row


def rows(content, width, size):
    return [content[i:i + width * size] for i in range(0, len(content), width * size)]


def decoded(name, file, expected):
    return {"name": name, "file": file.hex(), "width": expected.width, "height": expected.height,
            "channels": len(expected.getbands()), "pixels": expected.tobytes().hex()}


def opened(name, file, mode):
    return decoded(name, file, Image.open(io.BytesIO(file)).convert(mode))


def good_files():
    grey, colour = noise(WIDTH * HEIGHT, 1), noise(WIDTH * HEIGHT * 3, 2)
    yield opened("grey.png", saved(image("L", grey), "PNG"), "L")
    yield opened("colour.png", saved(image("RGB", colour), "PNG"), "RGB")
    yield opened("one-bit.png", saved(image("L", grey).convert("1"), "PNG"), "L")
    two_bits = png(5, 2, 2, 0, [bytes([0b00011011, 0b11000000]), bytes([0b11100100, 0])])
    yield decoded("two-bits.png", two_bits,
                  image("L", bytes([0, 85, 170, 255, 255, 255, 170, 85, 0, 0]), 5, 2))
    yield opened("palette.png", saved(image("RGB", colour).quantize(16), "PNG"), "RGB")
    opaque = image("RGB", colour)
    opaque.putalpha(255)
    yield opened("opaque.png", saved(opaque, "PNG"), "RGB")
    opaque = image("L", grey)
    opaque.putalpha(255)
    yield opened("opaque-grey.png", saved(opaque, "PNG"), "L")
    wide = noise(WIDTH * HEIGHT * 2, 3)
    yield decoded("16-bit-grey.png", png(WIDTH, HEIGHT, 16, 0, rows(wide, WIDTH, 2)),
                  image("L", wide[::2]))
    wide = noise(WIDTH * HEIGHT * 6, 4)
    yield decoded("16-bit-colour.png", png(WIDTH, HEIGHT, 16, 2, rows(wide, WIDTH, 6)),
                  image("RGB", wide[::2]))
    passes = list(adam7(colour, WIDTH, HEIGHT, 3))
    yield opened("interlaced.png", png(WIDTH, HEIGHT, 8, 2, passes, interlaced=True), "RGB")
    gamma = chunk(b"gAMA", struct.pack(">I", 100000))
    yield opened("gamma.png", png(WIDTH, HEIGHT, 8, 2, rows(colour, WIDTH, 3), before=gamma), "RGB")
    text = chunk(b"zTXt", b"note\0\0" + zlib.compress(b"text " * 50))
    yield opened("text.png", png(WIDTH, HEIGHT, 8, 0, rows(grey, WIDTH, 1), before=text), "L")
    soft = smooth(19, 17, 3, 5)
    for name, options in [("444", {"subsampling": 0}), ("422", {"subsampling": 1}),
                          ("420", {"subsampling": 2}), ("progressive", {"progressive": True})]:
        file = saved(image("RGB", soft, 19, 17), "JPEG", quality=90, **options)
        yield opened(f"{name}.jpg", file, "RGB")
    yield opened("grey.jpg", saved(image("L", smooth(19, 17, 1, 6), 19, 17), "JPEG"), "L")


def bad_files():
    grey, colour = noise(WIDTH * HEIGHT, 1), noise(WIDTH * HEIGHT * 3, 2)
    transparent = noise(WIDTH * HEIGHT * 4, 7)
    yield "alpha.png", saved(image("RGBA", transparent), "PNG"), "has transparent pixels"
    key = saved(image("L", grey), "PNG", transparency=grey[0])
    yield "key-colour.png", key, "has transparent pixels"
    yield "cmyk.jpg", saved(image("CMYK", transparent), "JPEG"), "has CMYK colours"
    huge = png(1 << 31, 1 << 31, 8, 0, [b"\0"])
    yield "huge.png", huge, "libpng: "
    wide = png((1 << 31) - 1, (1 << 31) - 1, 8, 0, [b"\0"])
    yield "wide.png", wide, "2147483647 x 2147483647 pixels; at most 67108864"
    yield "broad.png", png(70000, 1, 8, 0, [bytes(70000)]), "70000 x 1 pixels; at most"
    yield "empty-rows.png", png(8000, 8000, 8, 2, [b"\0"]), "cannot be in a file of"
    jpeg = bytearray(saved(image("L", smooth(19, 17, 1, 6), 19, 17), "JPEG"))
    start = jpeg.index(b"\xff\xc0")
    jpeg[start + 5:start + 9] = struct.pack(">HH", 65000, 65000)
    yield "wide.jpg", bytes(jpeg), "65000 x 65000 pixels; at most"
    jpeg[start + 5:start + 9] = b"\x1f\xff\x1f\xff"
    yield "long.jpg", bytes(jpeg), "8191 x 8191 pixels cannot be in a file of"
    yield "gif.png", saved(image("L", grey), "GIF"), "neither PNG nor JPEG"
    yield "text.jpg", b"not an image", "neither PNG nor JPEG"
    yield "empty.png", b"", "is empty"


def resize(picture, width, height):
    """First along the rows, then along the columns; some versions of Pillow choose the order."""
    narrow = picture.resize((width, picture.height), Image.Resampling.BILINEAR)
    return narrow.resize((width, height), Image.Resampling.BILINEAR)


def resized():
    """Whole images stretched, and as torchvision's Resize and CenterCrop make them."""
    cases = [("L", 9, 7, 4), ("L", 5, 6, 11), ("RGB", 40, 23, 8), ("RGB", 3, 16, 8),
             ("RGB", 8, 8, 8), ("L", 1, 1, 3), ("RGB", 31, 64, 9), ("L", 11, 8, 8)]
    for seed, (mode, width, height, size) in enumerate(cases):
        picture = image(mode, noise(width * height * len(mode), 20 + seed), width, height)
        stretched = resize(picture, size, size)
        short = min(width, height)
        other = (size * width // short, size * height // short)
        scaled = resize(picture, *other)
        left, top = round((other[0] - size) / 2), round((other[1] - size) / 2)
        cropped = scaled.crop((left, top, left + size, top + size))
        yield {"width": width, "height": height, "channels": len(mode), "size": size,
               "pixels": picture.tobytes().hex(), "stretch": stretched.tobytes().hex(),
               "crop": cropped.tobytes().hex()}


def grey():
    colour = noise(60, 40)
    return {"colour": colour.hex(), "grey": image("RGB", colour, 5, 4).convert("L").tobytes().hex()}


def main():
    bad = [{"name": name, "file": file.hex(), "message": message}
           for name, file, message in bad_files()]
    values = {"pillow": PIL.__version__, "good": list(good_files()), "bad": bad,
              "resized": list(resized()), "grey": grey()}
    path = pathlib.Path(__file__).parent / "image_values.json"
    path.write_text(json.dumps(values, indent=0) + "\n")


if __name__ == "__main__":
    main()
