"""What an exact solver finds for a benchmark roster: the whole model, given to HiGHS for so many seconds.

    judge.py SECONDS INSTANCE.txt ...

Prints a line an instance: name, cost, lower bound, seconds taken. The model is written from the benchmark's own
description (Curtois and Qu, 2014) and shares nothing with the solver that it stands beside.
"""

import sys
import time
from pathlib import Path

import highspy


def sections(path):
    """The lines of each section, without comments, split at commas."""
    found, name = {}, None
    for line in path.read_text().splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            name = line.removeprefix("SECTION_")
            found[name] = []
        else:
            found[name].append(line.split(","))
    return found


class Model:
    """Rows and columns for HiGHS."""

    def __init__(self):
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.columns = 0

    def column(self, cost, upper, whole):
        self.highs.addCol(cost, 0.0, upper, 0, [], [])
        if whole:
            self.highs.changeColIntegrality(self.columns, highspy.HighsVarType.kInteger)
        self.columns += 1
        return self.columns - 1

    def row(self, lower, terms, upper):
        gathered = {}
        for column, factor in terms:
            gathered[column] = gathered.get(column, 0.0) + factor
        self.highs.addRow(lower, upper, len(gathered), list(gathered), list(gathered.values()))


def model_of(said):
    """Every rule and every cost of an instance; the constant of the requests goes into the objective's offset."""
    model, free = Model(), highspy.kHighsInf
    days = range(int(said["HORIZON"][0][0]))
    shifts = {name: (int(minutes), [s for s in after.split("|") if s]) for name, minutes, after in said["SHIFTS"]}
    works = {}
    for name, kinds, most, least, *limits in said["STAFF"]:
        for day in days:
            for shift in shifts:
                works[name, day, shift] = model.column(0.0, 1.0, True)
        person(model, name, works, days, shifts, kinds, int(most), int(least), [int(limit) for limit in limits])
    for name, *off in said["DAYS_OFF"]:
        for day in off:
            for shift in shifts:
                model.highs.changeColBounds(works[name, int(day), shift], 0.0, 0.0)
    costs, offset = {}, 0
    for name, day, shift, weight in said.get("SHIFT_ON_REQUESTS", []):
        offset += int(weight)
        column = works[name, int(day), shift]
        costs[column] = costs.get(column, 0) - int(weight)
    for name, day, shift, weight in said.get("SHIFT_OFF_REQUESTS", []):
        column = works[name, int(day), shift]
        costs[column] = costs.get(column, 0) + int(weight)
    for column, cost in costs.items():
        model.highs.changeColCost(column, float(cost))
    for day, shift, wanted, under, over in said["COVER"]:
        few, many = model.column(float(under), free, False), model.column(float(over), free, False)
        present = [(works[member[0], int(day), shift], 1.0) for member in said["STAFF"]]
        model.row(float(wanted), present + [(few, 1.0), (many, -1.0)], float(wanted))
    return model, offset


def person(model, name, works, days, shifts, kinds, most, least, limits):
    """The rules of one person."""
    longest, shortest, shortest_off, weekends = limits
    free = highspy.kHighsInf
    at = lambda day, factor=1.0: [(works[name, day, shift], factor) for shift in shifts]
    for day in days:
        model.row(-free, at(day), 1.0)
        for shift, (_, barred) in shifts.items():
            if barred and day + 1 in days:
                after = [(works[name, day + 1, other], 1.0) for other in barred]
                model.row(-free, [(works[name, day, shift], 1.0)] + after, 1.0)
    for limit in kinds.split("|"):
        shift, count = limit.split("=")
        model.row(-free, [(works[name, day, shift], 1.0) for day in days], float(count))
    minutes = [(works[name, day, s], float(length)) for day in days for s, (length, _) in shifts.items()]
    model.row(float(least), minutes, float(most))
    for first in range(len(days) - longest):
        model.row(-free, [t for day in range(first, first + longest + 1) for t in at(day)], float(longest))
    # A run of s days within the horizon, too short: not (off, s times on, off), and the same for days off.
    for s in range(1, shortest):
        for d in range(len(days) - s - 1):
            inner = [t for day in range(d + 1, d + s + 1) for t in at(day, -1.0)]
            model.row(1.0 - s, at(d) + inner + at(d + s + 1), free)
    for s in range(1, shortest_off):
        for d in range(len(days) - s - 1):
            inner = [t for day in range(d + 1, d + s + 1) for t in at(day)]
            model.row(-1.0, at(d, -1.0) + inner + at(d + s + 1, -1.0), free)
    worked = []
    for saturday in range(5, len(days), 7):
        weekend = model.column(0.0, 1.0, True)
        for day in (saturday, saturday + 1):
            model.row(-free, at(day) + [(weekend, -1.0)], 0.0)
        worked.append((weekend, 1.0))
    model.row(-free, worked, float(weekends))


def main():
    seconds = float(sys.argv[1])
    for path in map(Path, sys.argv[2:]):
        model, offset = model_of(sections(path))
        model.highs.setOptionValue("time_limit", seconds)
        model.highs.setOptionValue("threads", 1)
        model.highs.setOptionValue("mip_rel_gap", 0.0)
        began = time.monotonic()
        model.highs.run()
        found = model.highs.getInfo()
        cost, bound = found.objective_function_value + offset, found.mip_dual_bound + offset
        print(f"{path.stem} {cost:.0f} {bound:.1f} {time.monotonic() - began:.0f}", flush=True)


if __name__ == "__main__":
    main()
