"""PipeWire with the README's configuration, without a sound card and a desktop."""

import os
import pathlib
import re
import signal
import subprocess
import time
import unittest

import lv2
import numpy


class PipeWire(unittest.TestCase):
    """Runs an isolated PipeWire session; it does not use the machine's own session."""

    def setUp(self):
        folder = lv2.temporary()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        runtime, settings = self.folder / "run", self.folder / "config"
        runtime.mkdir(mode=0o700)
        fragments = settings / "pipewire/pipewire.conf.d"
        fragments.mkdir(parents=True)
        readme = (lv2.ROOT / "README.md").read_text()
        blocks = re.findall(r"```\w*\n(.*?)```", readme, re.DOTALL)
        self.configuration = next(block for block in blocks if "libpipewire-module-filter-chain" in block)
        (fragments / "audio-enhancer.conf").write_text(self.configuration)
        self.environment = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CONFIG_HOME": str(settings),
            "XDG_STATE_HOME": str(self.folder / "state"),
            # Long blocks, for busy machines.
            "PIPEWIRE_LATENCY": "4096/48000",
        }
        self.environment.pop("PIPEWIRE_REMOTE", None)
        bus = self.start("dbus-daemon", "--session", "--nofork", "--print-address=1", stdout=subprocess.PIPE)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        self.start("pipewire")
        self.wait_for("the server", lambda: (runtime / "pipewire-0").exists())
        self.start("wireplumber")
        self.wait_for("the sink", lambda: "audio-enhancer:playback_FL" in self.ports())

    def start(self, *command, **options):
        log = open(self.folder / f"{command[0]}.log", "wb")
        self.addCleanup(log.close)
        options = {"env": self.environment, "stdout": log, "stderr": log, **options}
        process = subprocess.Popen([str(word) for word in command], **options)
        self.addCleanup(lv2.stop, process)
        return process

    def ports(self):
        listed = subprocess.run(["pw-link", "-io"], env=self.environment, capture_output=True, text=True, timeout=30)
        return listed.stdout

    def links(self):
        listed = subprocess.run(["pw-link", "-l"], env=self.environment, capture_output=True, text=True, timeout=30)
        return listed.stdout

    def wait_for(self, event, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, f"timeout while waiting for {event}\n{self.logs()}")
            time.sleep(0.1)

    def logs(self):
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')}" for log in self.folder.glob("*.log"))

    def test_sound_to_the_sink_passes_through_the_plugin(self):
        song = lv2.song(self.folder, seconds=6)
        recording = self.folder / "recording.wav"
        shape = ["--rate", "48000", "--channels", "2", "--format", "f32"]
        recorder = self.start("pw-record", "--target", "audio-enhancer-output", *shape, recording)
        self.wait_for("the recorder's link", lambda: "pw-record:input_FL" in self.links())
        played = subprocess.run(
            ["pw-play", "--target", "audio-enhancer", str(song)], env=self.environment, timeout=60
        )
        self.assertEqual(played.returncode, 0)
        time.sleep(0.5)
        recorder.send_signal(signal.SIGINT)
        recorder.wait(10)

        controls = re.search(r"control = \{(.*?)\}", self.configuration, re.DOTALL).group(1)
        controls = re.findall(r'"(\w+)" = (\S+)', controls)
        self.assertGreater(len(controls), 1)
        expected = self.folder / "expected.wav"
        settings = [word for symbol, value in controls for word in ("-c", symbol, value)]
        lv2.run("lv2apply", "-i", song, "-o", expected, *settings, lv2.STEREO)
        longest = longest_match(lv2.samples(recording), lv2.samples(expected))
        # A busy machine may drop blocks, so half a second without a gap suffices. It must equal the plugin's
        # output to the bit.
        self.assertGreater(longest, 24_000, f"of {len(lv2.samples(recording))} frames\n{self.logs()}")
        self.assertEqual(longest_match(lv2.samples(recording), lv2.samples(song)), 0)


def longest_match(recording, expected):
    """Length of the longest section that the recording shares with the expected signal to the bit, frames."""
    longest = 0
    # A lost block shifts the rest, so the search starts again every half a second of the signal.
    for start in range(0, len(expected) - 48_000, 24_000):
        probe = expected[start : start + 64]
        if not numpy.any(probe):
            continue
        for place in numpy.flatnonzero(recording[: len(recording) - 64, 0] == probe[0, 0]):
            if numpy.array_equal(recording[place : place + 64], probe):
                length = min(len(recording) - place, len(expected) - start)
                same = numpy.all(recording[place : place + length] == expected[start : start + length], axis=1)
                longest = max(longest, length if same.all() else int(numpy.argmin(same)))
    return longest


if __name__ == "__main__":
    unittest.main()
