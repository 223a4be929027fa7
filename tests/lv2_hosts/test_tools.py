"""The LV2 bundle in the tools and libraries that hosts use: lilv, sord, ffmpeg."""

import os
import pathlib
import re
import unittest

import lv2
import numpy

# Parameter of the command, symbol of the port, value of the parameter, value of the port.
CONTROLS = [
    ("master_gain", "master_gain", 5, 5),
    ("compressor.enabled", "compressor_enabled", "on", 1),
    ("compressor.threshold", "compressor_threshold", -31.5, -31.5),
    ("compressor.detector", "compressor_detector", "peak", 0),
    ("bass_boost.enabled", "bass_boost_enabled", "on", 1),
    ("treble_boost.enabled", "treble_boost_enabled", "on", 1),
    ("equalizer.bands.2.enabled", "equalizer_bands_2_enabled", "on", 1),
    ("equalizer.bands.2.type", "equalizer_bands_2_type", "highshelf", 4),
    ("equalizer.bands.2.frequency", "equalizer_bands_2_frequency", 4321, 4321),
    ("equalizer.bands.2.gain", "equalizer_bands_2_gain", 4.5, 4.5),
    ("stereo_enhancer.enabled", "stereo_enhancer_enabled", "on", 1),
    ("stereo_enhancer.width", "stereo_enhancer_width", 140, 140),
    ("limiter.ceiling", "limiter_ceiling", -2, -2),
]
MONO = [control for control in CONTROLS if not control[0].startswith("stereo")]


class Tools(unittest.TestCase):
    def setUp(self):
        folder = lv2.temporary()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def assert_same_but_late(self, output, expected):
        """Asserts that the plugin's output, delayed by its latency, equals the command's to the bit."""
        output, expected = (signal.reshape(len(signal), -1) for signal in (output, expected))
        self.assertGreater(numpy.abs(expected).max(), 0.1)
        for latency in range(512):
            length = min(len(output) - latency, len(expected))
            if numpy.array_equal(output[latency : latency + 64], expected[:64]) and numpy.any(expected[:64]):
                break
        else:
            self.fail("no latency below 512 frames makes the first 64 frames equal")
        self.assertGreater(length, len(expected) - 512)
        differing = numpy.flatnonzero(numpy.any(output[latency : latency + length] != expected[:length], axis=1))
        self.assertEqual(len(differing), 0, f"first at frame {differing[:1]}, latency {latency}")

    def test_lilv_lists_both_plugins(self):
        listed = lv2.run("lv2ls")
        self.assertEqual(listed.stderr, "")
        self.assertEqual([uri for uri in listed.stdout.split() if lv2.STEM in uri], [lv2.MONO, lv2.STEREO])

    def test_lilv_reads_the_description(self):
        presets = len(list((lv2.ROOT / "presets").glob("*.json")))
        frozen = (lv2.ROOT / "src/lv2/ports.txt").read_text().split()
        for uri, audio in (lv2.STEREO, 4), (lv2.MONO, 2):
            info = lv2.run("lv2info", uri)
            self.assertEqual(info.stderr, "")
            text = info.stdout
            latency = audio + frozen.index("latency")
            self.assertIn(f"Has latency:       yes, reported by port {latency}", text)
            listed = text.split("Presets:")[1].split("\n\n")[0].split("\n")
            self.assertEqual(len([line for line in listed if line.strip()]), presets)
            symbols = re.findall(r"Symbol: +(\S+)", text)
            self.assertEqual(symbols[audio:], frozen)
            port = text.split("Symbol:      compressor_attack")[1].split("\n\n")[0]
            for fact in "Minimum:     0.05", "Maximum:     250.0", "Default:     10.0", "#logarithmic":
                self.assertIn(fact, port)

    def test_the_description_is_valid(self):
        # sord's script does not accept names with spaces.
        bundle = self.folder / "audio-enhancer.lv2"
        os.symlink(lv2.BUNDLE, bundle)
        files = sorted(bundle.rglob("*.ttl"))
        self.assertGreater(len(files), 20)
        validated = lv2.run("lv2_validate", *files)
        output = validated.stdout + validated.stderr
        self.assertRegex(output, r"Found 0 errors among \d\d\d files")

    def test_lv2apply_gives_the_commands_samples(self):
        for uri, channels, controls in (lv2.STEREO, 2, CONTROLS), (lv2.MONO, 1, MONO):
            song = lv2.song(self.folder, channels=channels)
            expected = lv2.samples(lv2.enhance(song, [(name, value) for name, _, value, _ in controls]), channels)
            settings = [word for _, symbol, _, value in controls for word in ("-c", symbol, value)]
            output = self.folder / "lv2apply.wav"
            lv2.run("lv2apply", "-i", song, "-o", output, *settings, uri)
            self.assert_same_but_late(lv2.samples(output, channels), expected)

    def test_ffmpeg_gives_the_commands_samples(self):
        song = lv2.song(self.folder)
        controls = [("bass_boost.enabled", "on"), ("bass_boost.amount", 6), ("limiter.ceiling", -2)]
        expected = lv2.samples(lv2.enhance(song, controls))
        # The filter in the README.
        line = next(line for line in (lv2.ROOT / "README.md").read_text().splitlines() if "-af 'lv2=" in line)
        audio_filter = line.split("-af '")[1].split("'")[0]
        self.assertIn("bass_boost_enabled=1|bass_boost_amount=6|limiter_ceiling=-2", audio_filter)
        output = self.folder / "ffmpeg.wav"
        lv2.run("ffmpeg", "-v", "error", "-i", song, "-af", audio_filter, "-c:a", "pcm_f32le", output)
        self.assert_same_but_late(lv2.samples(output), expected)


if __name__ == "__main__":
    unittest.main()
