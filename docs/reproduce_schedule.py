"""Draws the schedule of a trial again from its record, and checks what was published before its first day.

    python3 reproduce_schedule.py record.json

Needs Python 3.11 and nothing else. Prints a line for each area and treated day; exits with 1 where the digest or the
schedule of the record is not what follows from the seed.
"""

import hashlib
import hmac
import json
import sys


def shuffled(items, seed, label):
    found, step = list(items), 0
    for last in range(len(found) - 1, 0, -1):
        number, fair = 2**256, 2**256 - 2**256 % (last + 1)
        while number >= fair:
            number, step = int.from_bytes(hmac.digest(seed, f"{label}:{step}".encode(), "sha256")), step + 1
        place = number % (last + 1)
        found[last], found[place] = found[place], found[last]
    return found


def draw(seed, plan):
    treated, takes = {str(area["id"]): [] for area in plan["areas"]}, plan["treated_days"]
    for number, block in enumerate(plan["blocks"]):
        for stratum in sorted({area["stratum"] for area in plan["areas"]}):
            days = shuffled(block, seed, f"{number}:{stratum}:days")
            areas = [area["id"] for area in plan["areas"] if area["stratum"] == stratum]
            for place, area in enumerate(shuffled(areas, seed, f"{number}:{stratum}:areas")):
                treated[str(area)] += [days[(place * takes + step) % len(days)] for step in range(takes)]
    return {area: sorted(days) for area, days in treated.items()}


record = json.load(open(sys.argv[1], encoding="utf-8"))
if not record["seed"]:
    sys.exit("The trial is not over, so its seed is not known yet.")
seed = bytes.fromhex(record["seed"])
digest = hashlib.sha256(seed + record["plan"].encode() + b"\n" + record["analysis"].encode()).hexdigest()
schedule = draw(seed, json.loads(record["plan"]))
for area, days in schedule.items():
    for day in days:
        print(area, day)
if digest != record["sha256"] or schedule != record["schedule"]:
    sys.exit("This is not what was sealed: the digest or the schedule differs.")
