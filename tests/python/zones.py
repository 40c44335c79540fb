"""The second opinion on wall clocks and recurrence, which shares no code with Tandem: zoneinfo with PyPI's tzdata (the
system's is kept out by an empty PYTHONTZPATH), and dateutil. Prints what each thing means, a line a thing, for the Rust
test beside it to compare:

    zone NAME
    at YYYY-MM-DD MINUTES EPOCH     the wall clock of the zone before shows so many minutes after midnight then
    dates START FROM TO RULE EXCEPT EXTRA DATE,DATE,...     "-" where there is none

Arguments: the release of the time zone database that Tandem has, first and last year, a seed, how many rules.
"""

import datetime
import importlib.resources
import os
import random
import sys
import warnings
import zoneinfo

import tzdata
from dateutil import rrule

UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
EPOCH = datetime.datetime(1970, 1, 1)
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def offset(zone, utc):
    """The offset in force at a moment, given as naive UTC."""
    return utc.replace(tzinfo=UTC).astimezone(zone).utcoffset()


def nearest(zone, local):
    """The first moment at which clocks show this, or the first after the gap; naive UTC."""
    first = local - local.replace(tzinfo=zone).utcoffset()
    if first + offset(zone, first) == local:
        return first
    # By PEP 495 the offset before the gap leads behind the change, the one after it before it.
    late, early = first, local - local.replace(tzinfo=zone, fold=1).utcoffset()
    after = offset(zone, late)
    while late - early > SECOND:
        middle = early + (late - early) // SECOND // 2 * SECOND
        if offset(zone, middle) == after:
            late = middle
        else:
            early = middle
    return late


def zones(first_year, last_year):
    names = importlib.resources.files("tzdata").joinpath("zones").read_text().split()
    days = [datetime.datetime(first_year, 1, 1)]
    while days[-1].year <= last_year:
        days.append(days[-1] + DAY)
    # Clocks change in the small hours, nearly always.
    of_change = [*range(0, 270, 15), *range(270, 1440, 90)]
    for name in sorted(names):
        if name == "Factory":
            continue  # no place's
        zone = zoneinfo.ZoneInfo(name)
        print("zone", name)
        offsets = [zone.utcoffset(day) for day in days]
        for day, before, after in zip(days, offsets, offsets[1:]):
            if before != after:
                minutes = of_change
            elif day.day == 9:
                minutes = (6 * 60, 14 * 60, 22 * 60)
            else:
                continue
            for minute in minutes:
                at = nearest(zone, day + datetime.timedelta(minutes=minute))
                print("at", day.date(), minute, (at - EPOCH) // SECOND)


def some(of, most):
    return random.sample(of, random.randint(1, most))


def random_rule():
    frequency = random.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = [f"FREQ={frequency}"]
    if random.random() < 0.6:
        parts.append(f"INTERVAL={random.choice([1, 2, 2, 3, 4, 7, 13])}")
    ends = random.random()
    if ends < 0.25:
        parts.append(f"COUNT={random.randint(1, 40)}")
    elif ends < 0.5:
        parts.append(f"UNTIL={random.randint(2026, 2028)}{random.randint(1, 12):02}{random.randint(1, 28):02}")
    months = random.random() < 0.25
    if months:
        parts.append("BYMONTH=" + ",".join(map(str, some(range(1, 13), 4))))
    if random.random() < 0.5:
        ordinals = (frequency == "MONTHLY" or (frequency == "YEARLY" and months)) and random.random() < 0.6
        days = some(WEEKDAYS, 4)
        if ordinals:
            days = [random.choice(["1", "2", "+3", "4", "5", "-1", "-2", "-5"]) + day for day in days]
        parts.append("BYDAY=" + ",".join(days))
    if frequency != "WEEKLY" and random.random() < 0.3:
        parts.append("BYMONTHDAY=" + ",".join(map(str, some([*range(1, 32), -1, -2, -15, -31], 5))))
    if random.random() < 0.3:
        parts.append("WKST=" + random.choice(WEEKDAYS))
    head, tail = parts[0], parts[1:]
    random.shuffle(tail)
    return ";".join([head, *tail])


def rules(count):
    for _ in range(count):
        text = random_rule()
        start = datetime.datetime(2026, 1, 1) + random.randint(0, 400) * DAY
        begin = start + random.randint(-30, 500) * DAY
        end = begin + random.randint(0, 400) * DAY
        rule = rrule.rrulestr(text, dtstart=start)
        # Some match nothing for ever; dateutil would look until the year 9999.
        rule = rule.replace(until=min(end, rule._until or end))
        dates = rrule.rruleset()
        dates.rrule(rule)
        taken_out = [begin + random.randint(0, 400) * DAY for _ in range(random.choice([0, 0, 9]))]
        put_in = [begin + random.randint(0, 400) * DAY for _ in range(random.choice([0, 0, 3]))]
        for one in taken_out:
            dates.exdate(one)
        for one in put_in:
            dates.rdate(one)
        found = dates.between(begin, end, inc=True)
        listed = [",".join(str(one.date()) for one in group) or "-" for group in (taken_out, put_in, found)]
        print("dates", start.date(), begin.date(), end.date(), text, *listed)


def main():
    release, first_year, last_year, seed, count = sys.argv[1], *map(int, sys.argv[2:6])
    assert tzdata.IANA_VERSION == release, f"Tandem has tzdb {release}, the second opinion {tzdata.IANA_VERSION}"
    assert os.environ.get("PYTHONTZPATH") == "" and not zoneinfo.TZPATH, "the system's database is in reach"
    warnings.simplefilter("ignore")
    random.seed(seed)
    zones(first_year, last_year)
    rules(count)


main()
