"""The VST3 editor in a window of a real host (pedalboard, built on JUCE).

Simulated pointer and keys move the parameters, the picture and the sound."""

import ctypes
import gc
import os
import pathlib
import threading
import time
import unittest

import host
import numpy
from hand import Editor, run, size_of, wait_for

RATE = 48_000
BLOCK = 512

# JUCE queries windows that are gone. Xlib's default error handler would end the process for it.
HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda display, error: 0)


def show(plugin, hand, size=(1120, 700)):
    """Opens the editor, which must have this size, runs `hand(editor)` in another thread, and closes it."""
    close, failed = threading.Event(), []

    def move():
        try:
            hand(Editor(size))
        except BaseException as error:
            failed.append(error)
        close.set()

    thread = threading.Thread(target=move)
    thread.start()
    plugin.show_editor(close)
    thread.join()
    if failed:
        raise failed[0]


def level_db(signal):
    return 10 * numpy.log10(numpy.mean(signal.astype(numpy.float64) ** 2))


class Playing:
    """Plays a sine through the plugin in real time, in its own thread like a host's audio thread."""

    def __init__(self, plugin, frequency):
        self.plugin, self.stopped, self.gain_db, self.blocks = plugin, threading.Event(), 0.0, 0
        time_s = numpy.arange(RATE) / RATE
        # One second of a whole number of periods, which can be looped.
        self.tone = numpy.tile(0.05 * numpy.sin(2 * numpy.pi * frequency * time_s), (2, 1)).astype(numpy.float32)
        self.thread = threading.Thread(target=self.play)

    def play(self):
        # Three periods of 100 Hz, so that the level of a block is that of the tone.
        length, at = 1440, 0
        while not self.stopped.is_set():
            block = self.tone[:, at : at + length]
            at = (at + length) % RATE if at + 2 * length <= RATE else 0
            played = self.plugin.process(block, RATE, buffer_size=BLOCK, reset=False)
            if played.shape == block.shape:
                self.gain_db = level_db(played) - level_db(block)
                self.blocks += 1
            time.sleep(length / RATE)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()


class Vst3Editor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ctypes.CDLL("libX11.so.6").XSetErrorHandler(HANDLER)
        # One arena for all threads (M_ARENA_MAX). Otherwise each window's thread may get its own, whose
        # memory is not returned.
        ctypes.CDLL(None).mallopt(-8, 1)

    def setUp(self):
        self.plugin = host.load()
        self.parameters = host.by_name(self.plugin)

    def value(self, name):
        """Number in the host's text for the parameter."""
        number, *unit = self.parameters[name].string_value.split()
        return float(number) * (1000 if unit == ["kHz"] else 1)

    def host_shows(self, name, value, tolerance):
        def near():
            return abs(self.value(name) - value) <= tolerance

        try:
            wait_for("the host", near, seconds=20)
        except AssertionError:
            self.fail(f"{name} should be {value} in the host, but is {self.parameters[name].string_value}")

    def add_band(self, editor, hz, db):
        editor.double_click(editor.place(hz, db))
        wait_for("the band in the host", lambda: self.parameters["Band 1 On"].string_value == "on", seconds=20)
        # A pixel is 0.78 % of a frequency and 0.075 dB.
        self.host_shows("Band 1 Frequency", hz, 0.012 * hz)
        self.host_shows("Band 1 Gain", db, 0.12)

    def test_a_dragged_band_moves_the_parameter_the_curve_and_the_sound(self):
        tone = 0.05 * numpy.sin(2 * numpy.pi * 2500 * numpy.arange(RATE) / RATE)
        tone = numpy.tile(tone, (2, 1)).astype(numpy.float32)

        def response_db():
            return level_db(host.play(self.plugin, tone, RATE)) - level_db(tone)

        def hand(editor):
            start, end = editor.place(300, -4), editor.place(2500, 8)
            self.add_band(editor, 300, -4)
            self.assertFalse(editor.is_curve_at(end))
            before = playing.gain_db
            self.assertLess(abs(before), 0.5, "a bell at 300 Hz hardly reaches 2500 Hz")
            editor.drag(start, end)
            self.host_shows("Band 1 Frequency", 2500, 0.012 * 2500)
            self.host_shows("Band 1 Gain", 8, 0.12)
            wait_for("the curve at the pointer", lambda: editor.is_curve_at(end), seconds=20)
            self.assertFalse(editor.is_curve_at(start))
            wait_for("the sound to follow", lambda: abs(playing.gain_db - 8) < 0.15, seconds=20)

        self.assertAlmostEqual(response_db(), 0, delta=0.001)
        with Playing(self.plugin, 2500) as playing:
            show(self.plugin, hand)
        self.assertAlmostEqual(response_db(), self.value("Band 1 Gain"), delta=0.02)
        self.assertAlmostEqual(response_db(), 8, delta=0.12)

    def test_a_value_is_typed(self):
        def enter(editor, expected, *typed):
            editor.click(editor.FREQUENCY_FIELD)
            for what in typed:
                (editor.key if what.startswith("key ") else editor.type)(what.removeprefix("key "))
            editor.key("Return")
            self.host_shows("Band 1 Frequency", expected, 0)

        def hand(editor):
            self.add_band(editor, 300, -4)
            enter(editor, 1200, "1.2k")
            # Hosts use these keys for play, stop and navigation; in a text field they belong to the text.
            enter(editor, 3500, "3 kHz", "key Home", "key Right", ".5")
            enter(editor, 340, "34", "key Left", "key Right", "0 Hz")
            editor.click(editor.FREQUENCY_FIELD)
            editor.type("50")
            editor.key("Escape")
            enter(editor, 700, "900", "key BackSpace", "key BackSpace", "key BackSpace", "700")

        with Playing(self.plugin, 1200):
            show(self.plugin, hand)

    def test_wheel_double_click_and_arrows(self):
        def hand(editor):
            at = editor.place(1000, 0)
            self.add_band(editor, 1000, 0)
            q = self.value("Band 1 Q")
            editor.wheel(at, 3)
            self.host_shows("Band 1 Q", q * 2 ** (3 * 0.12), 0.002)
            editor.wheel(at, -3)
            self.host_shows("Band 1 Q", q, 0.002)
            # A click gives the band the keyboard focus.
            time.sleep(0.6)
            editor.click(at)
            before = self.value("Band 1 Frequency"), self.value("Band 1 Gain")
            editor.key(*["Right"] * 12, *["Up"] * 3)
            self.host_shows("Band 1 Frequency", 2 * before[0], 1)
            self.host_shows("Band 1 Gain", before[1] + 1.5, 0.01)
            editor.double_click(editor.place(2 * before[0], before[1] + 1.5))
            wait_for("the band to go", lambda: self.parameters["Band 1 On"].string_value == "off", seconds=20)

        with Playing(self.plugin, 1000):
            show(self.plugin, hand)

    def test_the_window_keeps_the_size_that_the_user_chose(self):
        def hand(editor):
            window = run("xdotool", "search", "--onlyvisible", "--name", "^Pedalboard$").split()[-1]

            def resize(size, expected):
                run("xdotool", "windowsize", window, *size)
                wait_for(f"{expected} for {size}", lambda: size_of(editor.id) == expected, seconds=20)
                # By then no event is pending.
                time.sleep(0.5)
                self.assertEqual((size_of(window), size_of(editor.id)), (expected, expected))

            # The size of a new JUCE window, which sometimes reaches the editor. No user chose it.
            resize((128, 128), (1120, 700))
            resize((500, 300), (800, 500))
            resize((1000, 650), (1000, 650))
            resize((128, 128), (1000, 650))

        show(self.plugin, hand)
        show(self.plugin, lambda editor: time.sleep(0.3), size=(1000, 650))

    def test_fifty_openings_leave_nothing_behind(self):
        def held():
            # Threads and connections have a moment to end.
            time.sleep(0.5)
            gc.collect()
            process = pathlib.Path("/proc/self")
            resident = int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
            return len(os.listdir(process / "task")), len(os.listdir(process / "fd")), resident

        counts = []
        with Playing(self.plugin, 1000):
            for opening in range(1, 51):
                show(self.plugin, lambda editor: None)
                # Drivers and the host keep the resources that they load at first.
                if opening % 10 == 0:
                    counts.append(held())
        threads, files, resident_mib = zip(*counts)
        self.assertEqual(len(set(threads)), 1, f"threads after 10, 20 … openings: {threads}")
        self.assertEqual(len(set(files)), 1, f"open files after 10, 20 … openings: {files}")
        # It varies by up to 9 MiB. tests/window/leaks.rs measures leaks exactly.
        growth = resident_mib[-1] - resident_mib[0]
        self.assertLess(growth, 20, f"resident MiB after 10, 20 … openings: {resident_mib}")


if __name__ == "__main__":
    unittest.main()
