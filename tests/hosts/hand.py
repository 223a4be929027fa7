"""A hand and an eye for windows on an X screen: xdotool moves, ImageMagick looks."""

import math
import re
import subprocess
import time

import numpy

# The equalizer's axes as they are at first: Hz, and dB to each side.
HZ = (18.0, 22_000.0)
RANGE_DB = 12.0


def run(*words, text=True):
    """What a program prints; fails as the program does."""
    words = [str(word) for word in words]
    try:
        return subprocess.run(words, check=True, timeout=20, capture_output=True, text=text).stdout
    except subprocess.CalledProcessError as error:
        raise AssertionError(f"{error}\n{error.stdout}\n{error.stderr}") from error


def wait_for(what, ask, seconds=60):
    """Asks again and again; the first answer that counts as true."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.05)


def size_of(window):
    """Width and height of an X window; None of one that is gone."""
    told = subprocess.run(["xdotool", "getwindowgeometry", window], capture_output=True, text=True, check=False)
    found = re.search(r"Geometry: (\d+)x(\d+)", told.stdout)
    return tuple(map(int, found.groups())) if found else None


class Editor:
    """The editor's own window inside a host's. The places are those of a window of 1120 by 700, its size at first."""

    # Top left and bottom right of the equalizer's picture, and what stands below it.
    PICTURE = ((16, 78), (932, 397))
    FREQUENCY_FIELD = (244, 417)

    def __init__(self, size=(1120, 700)):
        self.id = wait_for(f"the editor's window of {size}", lambda: self._find(size))
        # The limiter's panel is the last to be drawn.
        wait_for("the editor's panels", lambda: self._is_panel(self.picture()[-12, -12]))

    @staticmethod
    def _find(size):
        search = ["xdotool", "search", "--onlyvisible", "--name", "Audio Enhancer"]
        found = subprocess.run(search, capture_output=True, text=True, check=False).stdout.split()
        for window in reversed(found):
            if size_of(window) == size:
                return window
        return None

    @staticmethod
    def _is_panel(pixel):
        return numpy.abs(pixel.astype(int) - (0x17, 0x1B, 0x22)).max() < 6

    def picture(self):
        """The window's pixels, (height, width, RGB)."""
        said = run("import", "-window", self.id, "-depth", "8", "ppm:-", text=False)
        size, pixels = re.match(rb"P6\s+(\d+\s+\d+)\s+255\s(.*)", said, re.DOTALL).groups()
        width, height = map(int, size.split())
        return numpy.frombuffer(pixels, numpy.uint8).reshape(height, width, 3)

    def place(self, hz, db):
        """Where a frequency and a gain are in the equalizer's picture."""
        (left, top), (right, bottom) = self.PICTURE
        across = math.log(hz / HZ[0]) / math.log(HZ[1] / HZ[0])
        return left + (right - left) * across, top + (bottom - top) * (RANGE_DB - db) / (2 * RANGE_DB)

    def do(self, *words):
        run("xdotool", *words)
        # Longer than the time between two pictures that the editor draws.
        time.sleep(0.12)

    def point(self, place):
        self.do("mousemove", "--window", self.id, round(place[0]), round(place[1]))

    def click(self, place):
        self.point(place)
        self.do("click", 1)

    def double_click(self, place):
        # What was clicked before must not be taken for a part of it.
        time.sleep(0.6)
        self.point(place)
        self.do("click", "--repeat", 2, "--delay", 60, 1)

    def wheel(self, place, notches):
        self.point(place)
        self.do("click", "--repeat", abs(notches), "--delay", 60, 4 if notches > 0 else 5)

    def drag(self, start, end, steps=5):
        self.point(start)
        self.do("mousedown", 1)
        for step in range(1, steps + 1):
            share = step / steps
            self.point([a + (b - a) * share for a, b in zip(start, end)])
        self.do("mouseup", 1)

    def type(self, text):
        self.do("type", "--delay", 40, text)

    def key(self, *keys):
        self.do("key", "--delay", 40, *keys)

    def is_curve_at(self, place):
        """Whether the equalizer's blue curve goes through there, 14 pixels beside a band's point or less than 5 off."""
        x, y = round(place[0]) + 14, round(place[1])
        red, _, blue = self.picture()[y - 4 : y + 9, x].astype(int).T
        return bool(numpy.any((blue > 150) & (blue > red + 40)))
