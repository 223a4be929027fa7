"""Processes a list of jobs with the VST3 bundle: `render.py JOBS.json`.

Samples are planar little-endian floats."""

import json
import sys

import host
import numpy


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        todo = json.load(file)
    # One instance for all jobs, which also tests that a job leaves no state for the next.
    plugin = host.load(todo["bundle"])
    parameters = host.by_name(plugin)
    for job in todo["jobs"]:
        music = numpy.fromfile(job["input"], "<f4").reshape(job["channels"], -1)
        for name, position in job["parameters"].items():
            parameters[name].raw_value = position
        output = host.play(plugin, music, job["rate"], job["block"])
        output.astype("<f4").tofile(job["output"])


main()
