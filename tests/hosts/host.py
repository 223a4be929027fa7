"""pedalboard as the tests' VST3 host."""

import os

import numpy
import pedalboard

NAME = "Audio Enhancer.vst3"


def load(bundle=None):
    """Creates an instance of the VST3 bundle."""
    return pedalboard.load_plugin(bundle or os.path.join(os.environ["AUDIO_ENHANCER_BUNDLES"], NAME))


def by_name(plugin):
    """The parameters by the names that hosts display."""
    # The public `parameters` tries a thousand values of each parameter, which takes half a second an
    # instance.
    return {parameter.name: parameter for parameter in plugin._parameters}


def set_texts(plugin, **texts):
    """Sets parameters by name (`_` for a space) to values as text."""
    parameters = by_name(plugin)
    for name, text in texts.items():
        parameter = parameters[name.replace("_", " ")]
        parameter.raw_value = parameter.get_raw_value_for_text(text)


def play(plugin, music, rate, block=512):
    """Processes `music` (channels, frames) after a reset; pedalboard removes the reported latency."""
    # Parameters reach the processor with its first block; the second call resets it.
    plugin.process(numpy.zeros((len(music), 64), numpy.float32), rate, buffer_size=block)
    return plugin.process(music, rate, buffer_size=block, reset=True)
