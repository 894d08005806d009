"""Sprites that no emoji gives: things drawn from plain shapes, in units of a 100 x 100 square."""
import math

from PIL import Image, ImageDraw

SIDE = 400  # pixels; the caller shrinks the drawing, which smooths its edges
UNIT = SIDE / 100

STEEL, DARK_STEEL, LIGHT_STEEL = (176, 190, 197), (120, 136, 145), (226, 233, 237)
WOOD, DARK_WOOD, LIGHT_WOOD = (176, 112, 58), (126, 76, 36), (208, 148, 90)
INK, COAL = (55, 60, 66), (36, 39, 43)
RED, DARK_RED, LIGHT_RED = (213, 47, 47), (160, 28, 28), (239, 103, 95)
BLUE, DARK_BLUE, LIGHT_BLUE = (41, 121, 200), (24, 82, 144), (106, 172, 230)
GREY = (128, 128, 128)


class Pen:
    """Draws on a transparent square; coordinates from 0 to 100, y downwards."""

    def __init__(self):
        self.image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
        self.draw = ImageDraw.Draw(self.image)

    def box(self, x0, y0, x1, y1, fill, round=0):
        self.draw.rounded_rectangle([x0 * UNIT, y0 * UNIT, x1 * UNIT, y1 * UNIT], round * UNIT, fill)

    def oval(self, x0, y0, x1, y1, fill):
        self.draw.ellipse([x0 * UNIT, y0 * UNIT, x1 * UNIT, y1 * UNIT], fill)

    def polygon(self, points, fill):
        self.draw.polygon([(x * UNIT, y * UNIT) for x, y in points], fill)

    def line(self, points, width, fill):
        self.draw.line([(x * UNIT, y * UNIT) for x, y in points], fill, int(width * UNIT), "curve")
        for x, y in (points[0], points[-1]):
            self.oval(x - width / 2, y - width / 2, x + width / 2, y + width / 2, fill)

    def arc(self, x0, y0, x1, y1, start, end, width, fill):
        self.draw.arc([x0 * UNIT, y0 * UNIT, x1 * UNIT, y1 * UNIT], start, end, fill, int(width * UNIT))

    def slice(self, x0, y0, x1, y1, start, end, fill):
        self.draw.pieslice([x0 * UNIT, y0 * UNIT, x1 * UNIT, y1 * UNIT], start, end, fill)

    def turned(self, degrees):
        self.image = self.image.rotate(degrees, Image.BICUBIC)
        self.draw = ImageDraw.Draw(self.image)
        return self


def fire_hydrant(pen):
    pen.box(24, 88, 76, 98, DARK_RED, 3)
    pen.box(32, 34, 68, 90, RED, 3)
    pen.box(36, 36, 43, 88, LIGHT_RED, 3)
    pen.box(12, 46, 34, 62, DARK_RED, 3)
    pen.box(66, 46, 88, 62, DARK_RED, 3)
    pen.box(10, 43, 17, 65, RED, 2)
    pen.box(83, 43, 90, 65, RED, 2)
    pen.oval(38, 44, 62, 68, DARK_RED)
    pen.oval(43, 49, 57, 63, (244, 200, 66))
    pen.box(26, 28, 74, 37, DARK_RED, 3)
    pen.slice(32, 8, 68, 48, 180, 360, RED)
    pen.box(44, 2, 56, 12, (244, 200, 66), 2)


def stop_sign(pen):
    pen.box(46.5, 60, 53.5, 100, DARK_STEEL, 1)
    eighth = [(50 + 36 * math.cos(a), 36 + 36 * math.sin(a))
              for a in (math.pi / 8 + k * math.pi / 4 for k in range(8))]
    pen.polygon(eighth, (250, 250, 250))
    pen.polygon([(50 + 0.91 * (x - 50), 36 + 0.91 * (y - 36)) for x, y in eighth], RED)
    white = (255, 255, 255)
    pen.line([(32, 30), (29, 28), (25, 30), (25, 34), (32, 38), (32, 42), (28, 44), (25, 42)], 3, white)
    pen.line([(35, 28), (45, 28)], 3, white)
    pen.line([(40, 28), (40, 44)], 3, white)
    pen.arc(47, 27, 60, 46, 0, 360, 3, white)
    pen.line([(64, 28), (64, 44)], 3, white)
    pen.arc(60, 27, 75, 37.5, 270, 90, 3, white)
    pen.line([(64, 28.5), (67, 28.5)], 3, white)
    pen.line([(64, 36), (67, 36)], 3, white)


def parking_meter(pen):
    pen.box(46, 50, 54, 96, DARK_STEEL, 1)
    pen.box(36, 93, 64, 99, INK, 2)
    pen.slice(28, 2, 72, 46, 180, 360, (84, 110, 122))
    pen.box(28, 24, 72, 56, (84, 110, 122), 4)
    pen.slice(33, 7, 67, 41, 180, 360, (207, 235, 250))
    pen.polygon([(49, 23), (51, 23), (58, 11), (56, 10)], RED)
    pen.box(34, 28, 66, 38, LIGHT_STEEL, 2)
    pen.box(48, 42, 52, 52, COAL, 1)
    pen.box(38, 54, 62, 60, DARK_STEEL, 2)


def bench(pen):
    for x in (12, 82):
        pen.box(x, 14, x + 6, 88, INK, 2)
    for y in (18, 30, 42):
        pen.box(4, y, 96, y + 9, WOOD, 2)
        pen.box(5, y + 1, 95, y + 3, LIGHT_WOOD, 1)
    pen.box(0, 56, 100, 66, DARK_WOOD, 2)
    pen.box(1, 56, 99, 60, LIGHT_WOOD, 2)
    for x in (8, 86):
        pen.box(x, 66, x + 6, 90, COAL, 2)


def tie(pen):
    pen.polygon([(38, 2), (62, 2), (58, 18), (42, 18)], DARK_BLUE)
    pen.polygon([(42, 18), (58, 18), (68, 78), (50, 98), (32, 78)], BLUE)
    for y in (28, 48, 68):
        lean = (y - 18) / 60 * 10
        pen.polygon([(42 - lean, y + 10), (58 + lean, y - 2), (59 + lean, y + 4), (41 - lean, y + 16)],
                    LIGHT_BLUE)


def skis(pen):
    for x in (30, 56):
        pen.box(x, 14, x + 13, 98, BLUE, 4)
        pen.polygon([(x, 20), (x + 6.5, 1), (x + 13, 20)], BLUE)
        pen.box(x + 5, 20, x + 8, 94, LIGHT_BLUE, 1)
        pen.box(x + 1, 50, x + 12, 66, COAL, 2)


def snowboard(pen):
    pen.box(34, 2, 66, 98, (126, 87, 194), 16)
    pen.box(38, 6, 62, 94, (179, 157, 219), 12)
    pen.polygon([(38, 44), (62, 30), (62, 54), (38, 68)], (255, 213, 79))
    for y in (26, 64):
        pen.box(35, y, 65, y + 9, COAL, 2)
    pen.turned(-30)


def surfboard(pen):
    outline = [(50 + 17 * math.sin(math.pi * t) ** 0.75 * side, 2 + 96 * t)
               for side, steps in ((1, range(41)), (-1, range(40, -1, -1))) for t in (s / 40 for s in steps)]
    pen.polygon(outline, (38, 198, 218))
    pen.polygon([(50 + 0.7 * (x - 50), 50 + 0.9 * (y - 50)) for x, y in outline], (178, 235, 242))
    pen.box(48.5, 6, 51.5, 94, (0, 131, 143), 1)
    pen.box(35, 40, 65, 50, (255, 138, 101))
    pen.turned(20)


def baseball_bat(pen):
    pen.polygon([(42, 4), (58, 4), (58, 40), (53.5, 90), (46.5, 90), (42, 40)], WOOD)
    pen.oval(42, 0, 58, 12, WOOD)
    pen.polygon([(45, 6), (49, 6), (49, 60), (47.5, 70)], LIGHT_WOOD)
    pen.box(46, 70, 54, 92, INK, 1)
    pen.box(43, 92, 57, 98, DARK_WOOD, 3)
    pen.turned(-40)


def baseball_glove(pen):
    for x, y in ((30, 8), (43, 2), (56, 3), (69, 12)):
        pen.box(x, y, x + 15, 62, DARK_WOOD, 7)
        pen.box(x + 2, y + 2, x + 13, 62, WOOD, 6)
    pen.line([(22, 62), (14, 40), (16, 32)], 15, DARK_WOOD)
    pen.line([(22, 62), (14, 40), (16, 32)], 11, WOOD)
    pen.oval(18, 34, 88, 98, DARK_WOOD)
    pen.oval(20, 36, 86, 96, WOOD)
    pen.oval(30, 42, 74, 80, (142, 88, 44))
    pen.line([(22, 34), (34, 44)], 3, LIGHT_WOOD)
    pen.line([(20, 44), (32, 36)], 3, LIGHT_WOOD)
    pen.box(38, 86, 70, 98, DARK_WOOD, 4)


def fork(pen):
    pen.box(46, 46, 54, 98, STEEL, 4)
    pen.box(47, 46, 50, 96, LIGHT_STEEL, 1)
    pen.slice(32, 18, 68, 56, 0, 180, STEEL)
    for x in (32, 42.3, 52.6, 62.9):
        pen.box(x, 2, x + 5.1, 40, STEEL, 2)
    pen.turned(-20)


def bowl(pen):
    pen.box(34, 78, 66, 88, DARK_BLUE, 3)
    pen.slice(4, -14, 96, 84, 0, 180, BLUE)
    pen.slice(10, -10, 60, 78, 90, 180, LIGHT_BLUE)
    pen.slice(18, -10, 70, 78, 90, 180, BLUE)
    pen.oval(4, 24, 96, 46, LIGHT_BLUE)
    pen.oval(9, 27, 91, 43, DARK_BLUE)


def couch(pen):
    pen.box(14, 20, 86, 70, BLUE, 8)
    pen.box(16, 22, 49, 56, LIGHT_BLUE, 6)
    pen.box(51, 22, 84, 56, LIGHT_BLUE, 6)
    pen.box(14, 54, 86, 78, (58, 140, 216), 4)
    pen.box(49.3, 54, 50.7, 70, DARK_BLUE)
    pen.box(14, 70, 86, 80, DARK_BLUE, 3)
    for x in (1, 83):
        pen.box(x, 38, x + 16, 80, BLUE, 7)
        pen.box(x + 3, 40, x + 10, 78, LIGHT_BLUE, 4)
    for x in (8, 84):
        pen.box(x, 80, x + 8, 90, DARK_WOOD, 1)


def dining_table(pen):
    for x in (12, 80):
        pen.polygon([(x, 46), (x + 9, 46), (x + 7, 94), (x + 2, 94)], DARK_WOOD)
    for x in (26, 68):
        pen.polygon([(x, 46), (x + 6, 46), (x + 5, 80), (x + 1, 80)], (100, 60, 28))
    pen.polygon([(16, 26), (84, 26), (100, 42), (0, 42)], LIGHT_WOOD)
    pen.box(0, 41, 100, 50, WOOD, 2)


def tv_remote(pen):
    pen.box(34, 2, 66, 98, COAL, 8)
    pen.box(36, 4, 64, 96, INK, 7)
    pen.oval(40, 8, 49, 17, RED)
    pen.oval(39, 24, 61, 46, (120, 128, 136))
    pen.oval(45, 30, 55, 40, INK)
    for y in (54, 64, 74, 84):
        for x in (39, 47, 55):
            pen.box(x, y, x + 6, y + 6, LIGHT_STEEL, 2)
    pen.turned(-15)


def microwave(pen):
    pen.box(2, 20, 98, 82, DARK_STEEL, 5)
    pen.box(4, 22, 96, 80, LIGHT_STEEL, 4)
    pen.box(9, 28, 68, 74, INK, 4)
    pen.box(14, 33, 63, 69, (96, 112, 122), 3)
    pen.box(70, 30, 73, 72, DARK_STEEL, 1)
    pen.box(77, 28, 92, 36, (40, 70, 50), 1)
    for y in (42, 52, 62):
        for x in (77, 86):
            pen.box(x, y, x + 6, y + 6, DARK_STEEL, 1)
    for x in (12, 80):
        pen.box(x, 82, x + 8, 86, COAL)


def oven(pen):
    pen.box(8, 6, 92, 96, STEEL, 4)
    pen.box(8, 6, 92, 26, LIGHT_STEEL, 4)
    for x in (16, 30, 62, 76):
        pen.oval(x, 11, x + 10, 21, INK)
    pen.box(43, 12, 57, 20, (60, 100, 70), 1)
    pen.box(14, 32, 86, 90, DARK_STEEL, 3)
    pen.box(20, 36, 80, 41, LIGHT_STEEL, 2)
    pen.box(22, 48, 78, 84, COAL, 3)
    pen.polygon([(30, 80), (52, 52), (60, 52), (38, 80)], (86, 92, 100))
    for x in (12, 80):
        pen.box(x, 96, x + 8, 100, COAL)


def toaster(pen):
    for x in (24, 54):
        pen.box(x, 8, x + 22, 50, (146, 92, 46), 8)
        pen.box(x + 3, 11, x + 19, 50, (222, 170, 104), 6)
    pen.box(8, 32, 90, 88, DARK_STEEL, 12)
    pen.box(10, 34, 88, 86, STEEL, 11)
    pen.box(14, 40, 22, 80, LIGHT_STEEL, 4)
    pen.box(90, 46, 97, 54, INK, 2)
    pen.oval(58, 62, 74, 78, INK)
    for x in (16, 74):
        pen.box(x, 88, x + 10, 93, COAL, 1)


def sink(pen):
    pen.line([(50, 40), (50, 12), (52, 7), (58, 5), (64, 7), (66, 14), (66, 22)], 6, DARK_STEEL)
    pen.box(36, 30, 44, 40, DARK_STEEL, 2)
    pen.box(56, 30, 64, 40, DARK_STEEL, 2)
    pen.box(2, 38, 98, 48, LIGHT_STEEL, 4)
    pen.slice(8, 4, 92, 88, 0, 180, (205, 215, 221))
    pen.box(8, 44, 92, 49, STEEL)
    pen.slice(14, 8, 60, 80, 100, 170, (236, 241, 244))
    pen.polygon([(42, 84), (58, 84), (62, 100), (38, 100)], STEEL)


def refrigerator(pen):
    pen.box(24, 2, 76, 96, DARK_STEEL, 4)
    pen.box(26, 4, 74, 34, LIGHT_STEEL, 3)
    pen.box(26, 36, 74, 94, LIGHT_STEEL, 3)
    pen.box(67, 6, 73, 33, STEEL, 2)
    pen.box(67, 38, 73, 92, STEEL, 2)
    pen.box(30, 20, 34, 32, INK, 1)
    pen.box(30, 40, 34, 58, INK, 1)
    for x in (28, 66):
        pen.box(x, 96, x + 6, 99, COAL)


def hair_drier(pen):
    pen.polygon([(46, 44), (64, 44), (58, 92), (44, 92)], (194, 24, 91))
    pen.polygon([(46, 24), (8, 16), (8, 52), (46, 44)], INK)
    pen.box(36, 12, 90, 56, (236, 64, 122), 20)
    pen.oval(60, 16, 90, 52, (194, 24, 91))
    pen.oval(66, 23, 84, 45, INK)
    pen.box(40, 17, 62, 23, (248, 150, 185), 3)
    pen.box(47, 58, 55, 72, LIGHT_STEEL, 2)
    pen.line([(51, 92), (52, 98), (62, 97)], 4, COAL)


def regular(corners, turn=-90.0, radius=48.0):
    angles = [math.radians(turn + 360 / corners * corner) for corner in range(corners)]
    return [(50 + radius * math.cos(a), 50 + radius * math.sin(a)) for a in angles]


def circle(pen):
    pen.oval(2, 2, 98, 98, GREY)


def square(pen):
    pen.box(6, 6, 94, 94, GREY)


def triangle(pen):
    pen.polygon(regular(3), GREY)


def diamond(pen):
    pen.polygon([(50, 2), (84, 50), (50, 98), (16, 50)], GREY)


def pentagon(pen):
    pen.polygon(regular(5), GREY)


def hexagon(pen):
    pen.polygon(regular(6, 0), GREY)


def star(pen):
    outer, inner = regular(5), regular(5, -54, 20)
    pen.polygon([point for pair in zip(outer, inner) for point in pair], GREY)


def heart(pen):
    turns = [math.tau * step / 120 for step in range(120)]
    pen.polygon([(50 + 2.9 * 16 * math.sin(t) ** 3,
                  46 - 2.9 * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)))
                 for t in turns], GREY)


def ring(pen):
    pen.oval(2, 2, 98, 98, GREY)
    pen.oval(26, 26, 74, 74, (0, 0, 0, 0))


def cross(pen):
    pen.box(34, 4, 66, 96, GREY)
    pen.box(4, 34, 96, 66, GREY)


def arrow(pen):
    pen.polygon([(2, 36), (54, 36), (54, 12), (98, 50), (54, 88), (54, 64), (2, 64)], GREY)


def drawing(name):
    pen = Pen()
    globals()[name](pen)
    return pen.image
