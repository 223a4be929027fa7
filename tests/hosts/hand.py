"""Controls windows on an X screen with xdotool, and reads their pixels with ImageMagick."""

import math
import re
import subprocess
import time

import numpy

# The initial axes of the equalizer's plot: its ends in Hz, and dB above and below the middle.
HZ = (18.0, 22_000.0)
RANGE_DB = 12.0


def run(*words, text=True):
    """Runs a program and returns its output; fails if the program fails."""
    words = [str(word) for word in words]
    try:
        return subprocess.run(words, check=True, timeout=20, capture_output=True, text=text).stdout
    except subprocess.CalledProcessError as error:
        raise AssertionError(f"{error}\n{error.stdout}\n{error.stderr}") from error


def wait_for(event, condition, seconds=60):
    """Calls `condition` until its result is true, and returns the result; fails after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"timeout after {seconds} s while waiting for {event}")
        time.sleep(0.05)


def size_of(window):
    """Width and height of an X window; None if it does not exist."""
    result = subprocess.run(["xdotool", "getwindowgeometry", window], capture_output=True, text=True, check=False)
    found = re.search(r"Geometry: (\d+)x(\d+)", result.stdout)
    return tuple(map(int, found.groups())) if found else None


class Editor:
    """The editor's window inside a host's. All positions are for its initial size, 1120 by 700."""

    # Top left and bottom right of the equalizer's plot, and the frequency field below it.
    PICTURE = ((16, 78), (932, 397))
    FREQUENCY_FIELD = (244, 417)

    def __init__(self, size=(1120, 700)):
        self.id = wait_for(f"the editor's window of {size}", lambda: self._find(size))
        # The editor draws the limiter's panel last.
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
        output = run("import", "-window", self.id, "-depth", "8", "ppm:-", text=False)
        size, pixels = re.match(rb"P6\s+(\d+\s+\d+)\s+255\s(.*)", output, re.DOTALL).groups()
        width, height = map(int, size.split())
        return numpy.frombuffer(pixels, numpy.uint8).reshape(height, width, 3)

    def place(self, hz, db):
        """The position of a frequency and a gain in the equalizer's plot."""
        (left, top), (right, bottom) = self.PICTURE
        across = math.log(hz / HZ[0]) / math.log(HZ[1] / HZ[0])
        return left + (right - left) * across, top + (bottom - top) * (RANGE_DB - db) / (2 * RANGE_DB)

    def do(self, *words):
        run("xdotool", *words)
        # Longer than the time between two frames of the editor.
        time.sleep(0.12)

    def point(self, place):
        self.do("mousemove", "--window", self.id, round(place[0]), round(place[1]))

    def click(self, place):
        self.point(place)
        self.do("click", 1)

    def double_click(self, place):
        # Separates this double click from an earlier click.
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
        """Returns true if the equalizer's blue curve passes 14 pixels right of `place`.

        The curve may lie from 4 pixels above to 8 below it."""
        x, y = round(place[0]) + 14, round(place[1])
        red, _, blue = self.picture()[y - 4 : y + 9, x].astype(int).T
        return bool(numpy.any((blue > 150) & (blue > red + 40)))
