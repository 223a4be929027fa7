"""Shared by the LV2 tests: paths, programs, and sound files."""

import os
import pathlib
import subprocess
import tempfile

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUNDLES = pathlib.Path(os.environ["AUDIO_ENHANCER_BUNDLES"])
BUNDLE = BUNDLES / "Audio Enhancer.lv2"
# `cargo test --workspace` builds the command here.
COMMAND = BUNDLES.parent.parent / "debug" / "audio-enhancer"
STEM = "https://audio-enhancer.github.io/lv2"
STEREO, MONO = f"{STEM}/stereo", f"{STEM}/mono"
SPECIFICATION = "/usr/lib/lv2"

# A folder with only this bundle, because lilv prints errors for bundles of other formats.
_ALONE = tempfile.TemporaryDirectory(prefix="audio-enhancer-lv2-path-")
(pathlib.Path(_ALONE.name) / BUNDLE.name).symlink_to(BUNDLE)
os.environ["LV2_PATH"] = f"{_ALONE.name}:{SPECIFICATION}"


def run(*command, **options):
    """Runs a program and returns its result; fails if the program fails."""
    options = {"check": True, "timeout": 120, "capture_output": True, "text": True, **options}
    try:
        return subprocess.run([str(word) for word in command], **options)
    except subprocess.CalledProcessError as error:
        raise AssertionError(f"{error}\n{error.stdout}\n{error.stderr}") from error


def stop(process):
    """Terminates a running program; kills it after 10 s."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def song(folder, seconds=6, rate=48_000, channels=2):
    """Writes a part of a song as a WAV file of floats, and returns its path."""
    music = pathlib.Path(os.environ["AUDIO_ENHANCER_TEST_MATERIAL"]) / "music"
    source = sorted(music.glob("*.float.wav"))[0]
    path = pathlib.Path(folder) / f"song-{rate}-{channels}.wav"
    shape = ["-ss", "20", "-t", seconds, "-ar", rate, "-ac", channels, "-c:a", "pcm_f32le"]
    run("ffmpeg", "-v", "error", "-y", "-i", source, *shape, path)
    return path


def samples(path, channels=2):
    """The samples of a sound file as (frames, channels)."""
    raw = run("ffmpeg", "-v", "error", "-i", path, "-f", "f32le", "-", text=False).stdout
    return numpy.frombuffer(raw, "<f4").reshape(-1, channels)


def enhance(song, controls):
    """Processes the song with the command; `controls` are pairs of parameter and value."""
    settings = [word for name, value in controls for word in ("--set", f"{name}={value}")]
    output = song.with_name("command.wav")
    run(COMMAND, "enhance", song, "-o", output, "--bits", "32f", "--force", "--quiet", "--preset", "flat", *settings)
    return output


def temporary():
    return tempfile.TemporaryDirectory(prefix="audio-enhancer-lv2-")
