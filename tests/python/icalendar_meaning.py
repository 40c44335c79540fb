"""Reads an iCalendar text from standard input with an independent parser and says what it means, a line an event:

    UID SEQUENCE STATUS <first second> <last second>

in seconds since the epoch. Zones mean what the calendar's own VTIMEZONE says: nothing is looked up by name.
"""

import sys

import icalendar


def main() -> None:
    raw = sys.stdin.buffer.read()
    for line in raw.split(b"\r\n"):
        assert b"\n" not in line and b"\r" not in line, f"a bare line end: {line!r}"
        assert len(line) <= 75, f"a line of {len(line)} octets"
    calendar = icalendar.Calendar.from_ical(raw)
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
    zones = {str(zone["TZID"]): zone.to_tz(lookup_tzid=False) for zone in calendar.walk("VTIMEZONE")}
    for event in calendar.walk("VEVENT"):
        start, end = (instant(event[name], zones) for name in ("DTSTART", "DTEND"))
        assert event["DTSTAMP"].dt.utcoffset().total_seconds() == 0
        assert event["SUMMARY"]
        print(event["UID"], int(event["SEQUENCE"]), event["STATUS"], start, end)


def instant(value, zones) -> int:
    at = value.dt
    zone = value.params.get("TZID")
    if zone is not None and zone != "UTC":
        at = at.replace(tzinfo=zones[str(zone)], fold=0)
    assert at.tzinfo is not None, f"a floating time: {at}"
    return int(at.timestamp())


main()
