"""Picture files that clients send."""
import struct
import zlib

PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
PNG_END = b"\x00\x00\x00\x00IEND\xaeB\x60\x82"


def png(width=64, height=64):
    """A red and green gradient."""
    rows = b"".join(b"\0" + bytes(value for x in range(width) for value in (200, (x + y) % 200, 60)) for y in range(height))
    return png_of(width, height, zlib.compress(rows))


def png_of(width, height, pixels):
    """A PNG that says it is so large, with compressed `pixels`."""
    return (PNG_BEGIN + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b""))


def bomb(width=60000, height=60000):
    """A small file of 10 GB of black pixels; only the first 100 MB are there."""
    return png_of(width, height, zlib.compress(bytes(100_000_000), 9))


def is_whole_png(file):
    return file.startswith(PNG_BEGIN) and file.endswith(PNG_END)


def size_of_png(file):
    return struct.unpack(">II", file[16:24])


def _chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
