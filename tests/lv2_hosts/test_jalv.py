"""jalv, LV2's reference host, on a JACK server without a sound card and an X server without a monitor."""

import os
import pathlib
import re
import signal
import subprocess
import time
import unittest

import lv2
import numpy
from hand import Editor, run, size_of, wait_for

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
        self.wait_for("JACK to run", self.ready)

    def ready(self):
        return subprocess.run(["jack_wait", "-c"], env=self.environment, capture_output=True).stdout == b"running\n"

    def read(self, name):
        return (self.folder / name).read_text(errors="replace")

    def wait_for(self, event, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            logs = "\n".join(log.read_text(errors="replace") for log in self.folder.glob("*.log"))
            self.assertLess(time.monotonic(), end, f"timeout while waiting for {event}\n{logs}")
            time.sleep(0.1)

    def open(self, *options):
        self.log = open(self.folder / "jalv.log", "wb")
        self.addCleanup(self.log.close)
        # Line-buffered output, although it goes to a file.
        words = ["stdbuf", "-oL", "jalv", *options, lv2.STEREO]
        self.jalv = subprocess.Popen(
            words, env=self.environment, stdin=subprocess.PIPE, stdout=self.log, stderr=self.log
        )
        self.addCleanup(self.jalv.stdin.close)
        self.addCleanup(lv2.stop, self.jalv)
        self.wait_for("jalv's list of controls", lambda: "limiter_release = 80" in self.read("jalv.log"))

    def execute(self, command):
        """Sends a command to jalv, then `controls`; returns the output of both."""
        before = len(self.read("jalv.log"))
        self.jalv.stdin.write(f"{command}\ncontrols\n".encode())
        self.jalv.stdin.flush()
        last = (lv2.ROOT / "src/lv2/ports.txt").read_text().split()[-1]
        self.wait_for(f"jalv's reply to {command}", lambda: f"{last} = " in self.read("jalv.log")[before:])
        return self.read("jalv.log")[before:]

    def open_editor(self):
        """Starts jalv with the editor in its window."""
        log = open(self.folder / "jalv.gtk3.log", "wb")
        self.addCleanup(log.close)
        environment = {**self.environment, "GDK_BACKEND": "x11"}
        words = ["stdbuf", "-oL", "jalv.gtk3", lv2.STEREO]
        host = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
        self.addCleanup(lv2.stop, host)
        self.wait_for("the editor in jalv", lambda: f"UI:           {lv2.STEREO}#ui" in self.read("jalv.gtk3.log"))
        return host, Editor()

    def test_the_editor_opens_in_the_hosts_window(self):
        host, editor = self.open_editor()
        # Anti-aliased text and curves give many colours.
        colours = len(numpy.unique(editor.picture().reshape(-1, 3), axis=0))
        self.assertGreater(colours, 300)
        self.assertIsNone(host.poll(), "jalv still runs")
        host.terminate()
        self.assertIn(host.wait(20), (0, -signal.SIGTERM), self.read("jalv.gtk3.log"))

    def test_the_host_saves_changes_made_in_the_editor(self):
        _, editor = self.open_editor()
        editor.double_click(editor.place(300, -4))
        editor.drag(editor.place(300, -4), editor.place(2500, 8))
        wait_for("the curve at the pointer", lambda: editor.is_curve_at(editor.place(2500, 8)))
        editor.wheel(editor.place(2500, 8), 3)
        saved = self.save("dragged")
        # A pixel is 0.78 % of a frequency and 0.075 dB; a notch of the wheel is 0.12 octaves of Q.
        self.assertEqual(saved["equalizer_bands_0_enabled"], 1)
        self.assertAlmostEqual(saved["equalizer_bands_0_frequency"], 2500, delta=0.012 * 2500)
        self.assertAlmostEqual(saved["equalizer_bands_0_gain"], 8, delta=0.12)
        self.assertAlmostEqual(saved["equalizer_bands_0_q"], 0.7071 * 2 ** (3 * 0.12), delta=0.001)
        editor.click(editor.FREQUENCY_FIELD)
        editor.type("1.2k")
        editor.key("Return")
        wait_for("the band at 1200 Hz", lambda: editor.is_curve_at(editor.place(1200, 8)))
        saved = self.save("typed")
        self.assertEqual(saved["equalizer_bands_0_frequency"], 1200)
        # A double click removes the band.
        editor.double_click(editor.place(1200, saved["equalizer_bands_0_gain"]))
        wait_for("the removal of the band", lambda: not editor.is_curve_at(editor.place(1200, 8)))
        self.assertEqual(self.save("removed")["equalizer_bands_0_enabled"], 0)

    def save(self, name):
        """Saves the session through the host's menu, and returns the control values in it."""
        # jalv's window contains the editor. Save is the first entry of File, the first menu.
        windows = run("xdotool", "search", "--onlyvisible", "--name", "^Audio Enhancer$").split()
        around = next(window for window in windows if size_of(window)[1] > 700)
        run("xdotool", "mousemove", "--window", around, 20, 12, "click", 1, "sleep", 0.5, "key", "Down", "Return")
        dialog = ["xdotool", "search", "--onlyvisible", "--name", "^Save State$"]
        found = wait_for("jalv's dialog", lambda: subprocess.run(dialog, capture_output=True, check=False).stdout)
        run("xdotool", "windowactivate", "--sync", int(found.split()[-1]), "sleep", 0.7)
        state = self.folder / name / "state.ttl"
        run("xdotool", "type", "--delay", "30", str(state.parent))

        def saved():
            # The dialog ignores Return until it has searched for files of that name.
            if subprocess.run(dialog, capture_output=True, check=False).stdout:
                run("xdotool", "sleep", 0.7, "key", "Return")
            return state.exists() and state.read_text().rstrip().endswith(".")

        wait_for(f"{state}", saved)
        found = re.findall(r'lv2:symbol "(\w+)" ;\s+pset:value (\S+)', state.read_text())
        self.assertGreater(len(found), 100)
        return {symbol: float(value) for symbol, value in found}

    def controls(self, output):
        return {symbol: float(value) for symbol, value in re.findall(r"(\w+) = (\S+)", output)}

    def test_presets_are_listed_and_loaded(self):
        self.open()
        output = self.execute("presets")
        names = {path.stem for path in (lv2.ROOT / "presets").glob("*.json")}
        self.assertEqual(set(re.findall(re.escape(lv2.STEREO) + r"#preset-(\S+)", output)), names)
        before = self.controls(output)
        self.assertEqual(before["compressor_enabled"], 0)
        rock = self.controls(self.execute(f"preset {lv2.STEREO}#preset-rock"))
        written = (lv2.BUNDLE / "presets/rock.ttl").read_text()
        values = re.findall(r'lv2:symbol "(\w+)" ;\s+pset:value (\S+)', written)
        self.assertGreater(len(values), 100)
        for symbol, value in values:
            self.assertAlmostEqual(rock[symbol], float(value), 4, symbol)
        flat = self.controls(self.execute(f"preset {lv2.STEREO}#preset-flat"))
        self.assertEqual(flat, before)
        self.assertIsNone(self.jalv.poll(), "jalv still runs")


if __name__ == "__main__":
    unittest.main()
