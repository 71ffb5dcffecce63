"""What Grafana's own Foundation SDK makes of a board: it reads it, writes what it read, and says where the two differ."""
import json, sys

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard


# What a board need not say: the schema has a value for it.
by_default = set(
    "allowCustomValue auto auto_count auto_min cellHeight custom fiscalYearStartMonth footer graphTooltip includeAll "
    "multi repeatDirection showTypeIcons skipUrlSync transparent".split()
)


def differences(ours, read, at=""):
    """Where they differ: what the SDK does not know is gone from what it writes, and what it misses stands there anew."""
    if isinstance(ours, dict) and isinstance(read, dict):
        for name in ours.keys() | read.keys():
            place = f"{at}.{name}".lstrip(".")
            if name not in read:
                yield f"{place} is unknown"
            elif name not in ours:
                if name not in by_default:
                    yield f"{place} is missing"
            else:
                yield from differences(ours[name], read[name], place)
    elif isinstance(ours, list) and isinstance(read, list) and len(ours) == len(read):
        for place, (one, other) in enumerate(zip(ours, read)):
            yield from differences(one, other, f"{at}[{place}]")
    elif ours != read:
        yield f"{at} is {json.dumps(ours)}, and is read as {json.dumps(read)}"


def board(path):
    ours = json.load(open(path, encoding="utf8"))
    read = json.loads(json.dumps(Dashboard.from_json(ours), cls=JSONEncoder))
    return sorted(differences(ours, read))


register_default_plugins()
print(json.dumps([board(path) for path in sys.argv[1:]]))
