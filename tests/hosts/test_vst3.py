"""The VST3 bundle in pedalboard, a host built on JUCE: response, level, state, latency and reset."""

import os
import unittest

import host
import numpy
from pedalboard.io import AudioFile

RATE = 48_000


def song(seconds=4.0):
    """The middle of a song as (channels, frames), and its sample rate."""
    folder = os.path.join(os.environ["AUDIO_ENHANCER_TEST_MATERIAL"], "music")
    name = sorted(name for name in os.listdir(folder) if name.endswith(".float.wav"))[0]
    with AudioFile(os.path.join(folder, name)) as file:
        file.seek(file.frames // 2)
        return file.read(int(seconds * file.samplerate)), int(file.samplerate)


def sine(frequency, seconds=1.0, level=0.1, rate=RATE):
    time = numpy.arange(int(seconds * rate)) / rate
    return numpy.tile(level * numpy.sin(2 * numpy.pi * frequency * time), (2, 1)).astype(numpy.float32)


def level_db(signal):
    """RMS of the second half, dB."""
    half = signal[:, signal.shape[1] // 2 :].astype(numpy.float64)
    return 10 * numpy.log10(numpy.mean(half**2))


def positions(plugin):
    return {name: parameter.raw_value for name, parameter in host.by_name(plugin).items()}


def loud(plugin):
    """Applies settings that differ clearly from the defaults."""
    host.set_texts(plugin, Compressor="on", Threshold="-30 dB", Ratio="4:1", Bass_Boost="on", Treble_Boost="on")
    host.set_texts(plugin, Stereo_Enhancer="on", Width="140 %", Master_Gain="6")
    host.set_texts(plugin, Band_3_On="on", Band_3_Type="highshelf", Band_3_Frequency="4.5k", Band_3_Gain="5 dB")


class Vst3(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.music, cls.rate = song()

    def setUp(self):
        self.plugin = host.load()

    def play(self, music, rate=RATE, block=512, plugin=None):
        return host.play(plugin or self.plugin, music, rate, block)

    def assert_same(self, one, other):
        self.assertEqual(one.shape, other.shape)
        self.assertTrue(numpy.array_equal(one, other), f"off by {numpy.abs(one - other).max()}")

    def test_has_its_name_and_all_parameters(self):
        plugin = self.plugin
        self.assertEqual((plugin.name, plugin.manufacturer_name), ("Audio Enhancer", "Audio Enhancer"))
        self.assertTrue(plugin.is_effect)
        frozen = os.path.join(os.path.dirname(__file__), "../../src/params/frozen.txt")
        with open(frozen, encoding="utf-8") as file:
            ids = file.read().splitlines()
        self.assertEqual(len(host.by_name(plugin)), len(ids), "every parameter has a unique name")

    def test_the_master_gain_changes_the_level(self):
        tone = sine(1000)
        host.set_texts(self.plugin, Master_Gain="-7.5 dB")
        self.assertAlmostEqual(level_db(self.play(tone)) - level_db(tone), -7.5, delta=0.001)

    def test_a_band_changes_the_level_at_its_frequency(self):
        host.set_texts(self.plugin, Band_2_On="on", Band_2_Type="peak", Band_2_Frequency="2 kHz")
        host.set_texts(self.plugin, Band_2_Gain="9 dB", Band_2_Q="2")
        for frequency, gain in [(2000, 9.0), (60, 0.0), (18_000, 0.1)]:
            tone = sine(frequency)
            self.assertAlmostEqual(level_db(self.play(tone)) - level_db(tone), gain, delta=0.1)

    def test_music_stays_under_the_ceiling(self):
        host.set_texts(self.plugin, Master_Gain="18 dB", Ceiling="-3 dBTP")
        played = self.play(self.music, self.rate)
        self.assertTrue(numpy.isfinite(played).all())
        peak = 20 * numpy.log10(numpy.abs(played).max())
        self.assertLess(peak, -3.0 + 0.3)
        self.assertGreater(peak, -4.0, "driven 18 dB harder, music reaches the ceiling")
        self.assertGreater(level_db(played), level_db(self.music) + 3)

    def test_a_state_restores_all_settings(self):
        loud(self.plugin)
        expected = self.play(self.music, self.rate)
        fresh = host.load()
        self.assertFalse(numpy.array_equal(self.play(self.music, self.rate, plugin=fresh), expected))
        fresh.raw_state = self.plugin.raw_state
        self.assertEqual(positions(fresh), positions(self.plugin))
        self.assert_same(self.play(self.music, self.rate, plugin=fresh), expected)
        self.assertEqual(fresh.raw_state, self.plugin.raw_state, "saving the loaded state gives the same bytes")

    def test_a_damaged_state_changes_nothing(self):
        loud(self.plugin)
        expected = self.play(self.music, self.rate)
        before = positions(self.plugin)
        good = self.plugin.raw_state
        fresh = host.load()
        fresh.raw_state = good
        self.assertEqual(positions(fresh), before)
        # The last one keeps the host's envelope and damages the plugin's data.
        for bad in [b"", b"nonsense", good[: len(good) // 2], good.replace(b"1", b"2")]:
            self.plugin.raw_state = bad
            self.assertEqual(positions(self.plugin), before)
            self.assert_same(self.play(self.music, self.rate), expected)

    def test_a_reset_clears_all_state(self):
        loud(self.plugin)
        first = self.play(self.music, self.rate)
        self.plugin.process(sine(100, level=1.0), self.rate)
        self.assert_same(self.play(self.music, self.rate), first)

    def test_the_block_length_does_not_change_the_samples(self):
        loud(self.plugin)
        music = self.music[:, : self.rate]
        expected = self.play(music, self.rate)
        for block in [1, 17, 64, 1000, 8192]:
            self.assert_same(self.play(music, self.rate, block), expected)

    def test_the_reported_latency_is_exact(self):
        # pedalboard removes the reported latency. An impulse of 2^-4 stays below the limiter's ceiling, so
        # only its delay acts.
        impulse = numpy.zeros((2, 4000), numpy.float32)
        impulse[:, 1234] = 0.0625
        latencies = []
        for quality in ["draft", "good", "best"]:
            host.set_texts(self.plugin, Quality=quality)
            self.assert_same(self.play(impulse), impulse)
            latencies.append(self.plugin.reported_latency_samples)
        self.assertTrue(all(latency > 0 for latency in latencies), latencies)
        self.assertEqual(len(set(latencies)), 3, latencies)

    def test_a_new_quality_while_playing_changes_the_reported_latency(self):
        host.set_texts(self.plugin, Quality="draft")
        self.play(sine(1000))
        before = self.plugin.reported_latency_samples
        host.set_texts(self.plugin, Quality="best")
        self.plugin.process(sine(1000), RATE, reset=False)
        self.assertGreater(self.plugin.reported_latency_samples, before)

    def test_bypass_returns_the_input(self):
        loud(self.plugin)
        host.set_texts(self.plugin, Bypass="on")
        self.assert_same(self.play(self.music, self.rate), self.music)

    def test_mono_equals_two_equal_channels(self):
        host.set_texts(self.plugin, Master_Gain="3", Bass_Boost="on")
        mono = self.music[:1]
        stereo = self.play(numpy.repeat(mono, 2, axis=0), self.rate)
        self.assert_same(self.play(mono, self.rate, plugin=self.plugin_like(self.plugin)), stereo[:1])

    def plugin_like(self, plugin):
        fresh = host.load()
        fresh.raw_state = plugin.raw_state
        return fresh

    def test_the_gain_is_exact_at_every_rate(self):
        host.set_texts(self.plugin, Master_Gain="-6 dB")
        for rate in [8000, 22_050, 44_100, 96_000, 192_000, 384_000]:
            tone = sine(440, rate=rate)
            change = level_db(self.play(tone, rate)) - level_db(tone)
            self.assertAlmostEqual(change, -6.0, delta=0.001, msg=f"{rate} Hz")


if __name__ == "__main__":
    unittest.main()
