"""jalv, the reference host, on a JACK server without a sound card and a screen without a monitor."""

import os
import pathlib
import re
import signal
import subprocess
import time
import unittest

import lv2
import numpy

SERVER = f"audio-enhancer-{os.getpid()}"


class Jalv(unittest.TestCase):
    def setUp(self):
        folder = lv2.temporary()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.environment = {**os.environ, "JACK_DEFAULT_SERVER": SERVER, "JACK_NO_AUDIO_RESERVATION": "1"}
        log = open(self.folder / "jackd.log", "wb")
        self.addCleanup(log.close)
        words = ["jackd", "--no-realtime", "--name", SERVER, "-d", "dummy", "-r", "48000", "-p", "1024"]
        self.jack = subprocess.Popen(words, env=self.environment, stdout=log, stderr=log)
        self.addCleanup(lv2.stop, self.jack)
        self.wait_for("JACK runs", self.ready)

    def ready(self):
        return subprocess.run(["jack_wait", "-c"], env=self.environment, capture_output=True).stdout == b"running\n"

    def read(self, name):
        return (self.folder / name).read_text(errors="replace")

    def wait_for(self, what, there, seconds=30):
        end = time.monotonic() + seconds
        while not there():
            said = "\n".join(log.read_text(errors="replace") for log in self.folder.glob("*.log"))
            self.assertLess(time.monotonic(), end, f"not true: {what}\n{said}")
            time.sleep(0.1)

    def open(self, *options):
        self.log = open(self.folder / "jalv.log", "wb")
        self.addCleanup(self.log.close)
        # Line by line, though it speaks to a file.
        words = ["stdbuf", "-oL", "jalv", *options, lv2.STEREO]
        self.jalv = subprocess.Popen(
            words, env=self.environment, stdin=subprocess.PIPE, stdout=self.log, stderr=self.log
        )
        self.addCleanup(self.jalv.stdin.close)
        self.addCleanup(lv2.stop, self.jalv)
        self.wait_for("jalv shows the controls", lambda: "limiter_release = 80" in self.read("jalv.log"))

    def say(self, command):
        """Says it, then asks for the controls; all that was said since."""
        before = len(self.read("jalv.log"))
        self.jalv.stdin.write(f"{command}\ncontrols\n".encode())
        self.jalv.stdin.flush()
        last = (lv2.ROOT / "tests/lv2_ports.txt").read_text().split()[-1]
        self.wait_for(f"jalv answers {command}", lambda: f"{last} = " in self.read("jalv.log")[before:])
        return self.read("jalv.log")[before:]

    def picture(self):
        """The screen, (height, width, RGB)."""
        said = lv2.run("import", "-window", "root", "-depth", "8", "ppm:-", text=False).stdout
        size, _, pixels = re.match(rb"P6\s+(\d+\s+\d+)\s+(\d+)\s(.*)", said, re.DOTALL).groups()
        width, height = map(int, size.split())
        return numpy.frombuffer(pixels, numpy.uint8).reshape(height, width, 3)

    def test_the_editor_opens_in_a_window_of_the_hosts(self):
        empty = self.picture()
        log = open(self.folder / "jalv.gtk3.log", "wb")
        self.addCleanup(log.close)
        environment = {**self.environment, "GDK_BACKEND": "x11"}
        words = ["stdbuf", "-oL", "jalv.gtk3", lv2.STEREO]
        host = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
        self.addCleanup(lv2.stop, host)
        self.wait_for("jalv opens the editor", lambda: f"UI:           {lv2.STEREO}#ui" in self.read("jalv.gtk3.log"))

        # The editor is 1120 by 700 pixels of its own dark ground, with text and curves on it.
        def drawn():
            changed = numpy.any(self.picture() != empty, axis=2).sum()
            colours = len(numpy.unique(self.picture().reshape(-1, 3), axis=0))
            return changed > 0.9 * 1120 * 700 and colours > 300

        self.wait_for("the editor is drawn", drawn, seconds=60)
        self.assertIsNone(host.poll(), "it still runs")
        host.terminate()
        self.assertIn(host.wait(20), (0, -signal.SIGTERM), self.read("jalv.gtk3.log"))

    def controls(self, said):
        return {symbol: float(value) for symbol, value in re.findall(r"(\w+) = (\S+)", said)}

    def test_presets_are_listed_and_switched(self):
        self.open()
        said = self.say("presets")
        names = {path.stem for path in (lv2.ROOT / "presets").glob("*.json")}
        self.assertEqual(set(re.findall(re.escape(lv2.STEREO) + r"#preset-(\S+)", said)), names)
        before = self.controls(said)
        self.assertEqual(before["compressor_enabled"], 0)
        rock = self.controls(self.say(f"preset {lv2.STEREO}#preset-rock"))
        written = (lv2.BUNDLE / "presets/rock.ttl").read_text()
        values = re.findall(r'lv2:symbol "(\w+)" ;\s+pset:value (\S+)', written)
        self.assertGreater(len(values), 100)
        for symbol, value in values:
            self.assertAlmostEqual(rock[symbol], float(value), 4, symbol)
        flat = self.controls(self.say(f"preset {lv2.STEREO}#preset-flat"))
        self.assertEqual(flat, before)
        self.assertIsNone(self.jalv.poll(), "it still runs")


if __name__ == "__main__":
    unittest.main()
