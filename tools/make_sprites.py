#!/usr/bin/env python3
"""Writes assets/scenes: the sprite atlas, its table and the font of labels (see the README there).

    python3 tools/make_sprites.py --emoji NotoColorEmoji.ttf --mono DejaVuSansMono.ttf

Needs Pillow; the fonts are those of Debian's fonts-noto-color-emoji and fonts-dejavu-core.
"""
import argparse
import json
import pathlib

from PIL import Image, ImageDraw, ImageFont

import sprite_classes
import sprite_drawings

ASSETS = pathlib.Path(__file__).resolve().parent.parent / "assets/scenes"
SPRITE_SIDE = 90  # of the longer side
ATLAS_WIDTH = 1536
EMOJI_SIZE = 109  # the one size at which the font holds its bitmaps
NUM_COLOURS = 64  # of one sprite, which makes the file half as large
GLYPH_WIDTH, GLYPH_HEIGHT, GLYPH_SIZE = 8, 16, 13
FIRST_GLYPH, LAST_GLYPH, GLYPHS_A_ROW = 32, 126, 16


def emoji_picture(font, emoji):
    canvas = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((20, 20), emoji, font=font, embedded_color=True)
    return canvas


def premultiplied_resize(picture, size):
    """Resizes without mixing in the colour of what is transparent."""
    return picture.convert("RGBa").resize(size, Image.LANCZOS).convert("RGBA")


def sprite(font, source):
    picture = sprite_drawings.drawing(source[1:]) if source[0] == "@" else emoji_picture(font, source)
    box = picture.getchannel("A").point(lambda alpha: 255 * (alpha > 24)).getbbox()
    if box is None:
        raise SystemExit(f"the font has no {source}")
    picture = picture.crop(box)
    scale = SPRITE_SIDE / max(picture.size)
    size = tuple(max(1, round(side * scale)) for side in picture.size)
    return fewer_colours(premultiplied_resize(picture, size))


def fewer_colours(picture):
    """At most NUM_COLOURS colours; alpha in steps of 17, and nothing where it is faint."""
    alpha = picture.getchannel("A").point(lambda a: 17 * round(a / 17))
    solid = Image.new("RGB", picture.size, (128, 128, 128))
    solid.paste(picture.convert("RGB"), mask=alpha.point(lambda a: 255 * (a > 0)))
    result = solid.quantize(NUM_COLOURS, Image.MEDIANCUT, dither=Image.NONE).convert("RGBA")
    result.putalpha(alpha)
    clear = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    return Image.composite(result, clear, alpha.point(lambda a: 255 * (a > 0)))


def pack(pictures):
    """Rectangles of all pictures in an atlas, row by row, tall ones first; and its height."""
    rectangles, x, y, row_height = {}, 0, 0, 0
    for key in sorted(pictures, key=lambda key: (-pictures[key].height, key)):
        width, height = pictures[key].size
        if x + width > ATLAS_WIDTH:
            x, y, row_height = 0, y + row_height, 0
        rectangles[key] = [x, y, width, height]
        x, row_height = x + width, max(row_height, height)
    return rectangles, y + row_height


def write_sprites(emoji_font):
    font = ImageFont.truetype(emoji_font, EMOJI_SIZE)
    classes = list(sprite_classes.classes())
    pictures = {s["emoji"]: sprite(font, s["emoji"]) for record in classes for s in record["sprites"]}
    rectangles, height = pack(pictures)
    atlas = Image.new("RGBA", (ATLAS_WIDTH, height), (0, 0, 0, 0))
    for key, (x, y, _, _) in rectangles.items():
        atlas.paste(pictures[key], (x, y))
    for record in classes:
        for entry in record["sprites"]:
            entry["rect"] = rectangles[entry["emoji"]]
            if entry["emoji"][0] == "@":
                entry["emoji"] = ""
    atlas.save(ASSETS / "sprites.png", optimize=True)
    lines = ",\n".join("  " + json.dumps(record, ensure_ascii=False) for record in classes)
    (ASSETS / "sprites.json").write_text(f'{{"classes": [\n{lines}\n]}}\n')
    print(f"{len(classes)} classes, {len(pictures)} sprites, atlas {atlas.size}")


def write_font(mono_font):
    font = ImageFont.truetype(mono_font, GLYPH_SIZE)
    num_rows = (LAST_GLYPH - FIRST_GLYPH) // GLYPHS_A_ROW + 1
    atlas = Image.new("L", (GLYPHS_A_ROW * GLYPH_WIDTH, num_rows * GLYPH_HEIGHT), 255)
    for code in range(FIRST_GLYPH, LAST_GLYPH + 1):
        row, column = divmod(code - FIRST_GLYPH, GLYPHS_A_ROW)
        glyph = Image.new("L", (GLYPH_WIDTH, GLYPH_HEIGHT), 255)
        ImageDraw.Draw(glyph).text((0, 12), chr(code), font=font, fill=0, anchor="ls")
        atlas.paste(glyph, (column * GLYPH_WIDTH, row * GLYPH_HEIGHT))
    atlas.save(ASSETS / "font.png", optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--emoji", required=True, help="NotoColorEmoji.ttf")
    parser.add_argument("--mono", required=True, help="DejaVuSansMono.ttf")
    args = parser.parse_args()
    ASSETS.mkdir(parents=True, exist_ok=True)
    write_sprites(args.emoji)
    write_font(args.mono)


if __name__ == "__main__":
    main()
