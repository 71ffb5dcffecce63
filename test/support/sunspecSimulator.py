"""A SunSpec device by pymodbus. Its tables are laid out from the published models, and not from the map of the agent.

sunspecSimulator.py FOLDER PORT BASE DESCRIPTION.json
DESCRIPTION: {"models": [[1, {"Mn": "..."}], [704, {...}]]}: points by name, as raw values;
"layouts": {"113": {"points": [...]}} of models that do not lie there.
A point without a value is not implemented, and stays so whatever is written.
Lines on stdin set what is wrong with it (normal, silent, slow, deaf, stuck, strict, timeless, busy, narrow, narrow counters) or ask (dump, where).
"""
import json
import sys
import threading
import time

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.pdu import ModbusExceptions
from pymodbus.register_read_message import ReadHoldingRegistersRequest
from pymodbus.register_write_message import WriteMultipleRegistersRequest
from pymodbus.server import StartTcpServer

folder, port, base, description = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(open(sys.argv[4]).read())

NOT_IMPLEMENTED = {
    "uint16": 0xFFFF, "enum16": 0xFFFF, "bitfield16": 0xFFFF, "int16": 0x8000, "sunssf": 0x8000, "acc16": 0,
    "uint32": 0xFFFFFFFF, "int32": 0x80000000, "acc32": 0, "bitfield32": 0xFFFFFFFF, "enum32": 0xFFFFFFFF,
    "float32": 0x7FC00000, "uint64": 0xFFFFFFFFFFFFFFFF, "int64": 0x8000000000000000, "acc64": 0, "pad": 0x8000, "string": 0, "count": 0,
}

registers = [0] * 65536
places = {}  # (model, point) -> (address, size)
lacking = set()  # addresses of points that are not implemented


def put(address, size, value):
    for index in range(size):
        registers[address + index] = (value >> (16 * (size - 1 - index))) & 0xFFFF


def lay_out(at, group, values, model):
    """Points one after the other, as the published model lists them; then its groups, once each."""
    start = at
    for point in group["points"]:
        name, kind, size = point["name"], point["type"], point["size"]
        places.setdefault((model, name), (at, size))
        value = values.get(name)
        if kind == "string":
            text = (value or "").encode().ljust(2 * size, b"\0")
            for index in range(size):
                registers[at + index] = (text[2 * index] << 8) | text[2 * index + 1]
        elif name == "ID":
            registers[at] = model
        elif name != "L":
            put(at, size, (NOT_IMPLEMENTED.get(kind, 0) if value is None else value) & (1 << (16 * size)) - 1)
            if value is None:
                lacking.update(range(at, at + size))
        at += size
    for inner in group.get("groups", []):
        count = inner.get("count", 1)
        for _ in range(count if isinstance(count, int) and count > 0 else 0):
            at = lay_out(at, inner, {}, f"{model}.{inner['name']}")
    if isinstance(model, int):
        registers[start + 1] = at - start - 2
    return at


at = base
registers[at], registers[at + 1] = 0x5375, 0x6E53
at += 2
layouts = description.get("layouts", {})
for model, values in description["models"]:
    group = layouts.get(str(model)) or json.load(open(f"{folder}/model_{model}.json"))["group"]
    at = lay_out(at, group, values, model)
registers[at], registers[at + 1] = 0xFFFF, 0

# Registers that it refuses to tell: a model's by its number, or what comes after all models.
refused = []
for model in json.loads(open(sys.argv[4]).read()).get("refused", []):
    if model == "end":
        refused.append((at, at + 2))
    else:
        begin = places[(model, "ID")][0]
        # It lists the model, and refuses what is in it.
        refused.append((begin + 2, begin + 2 + registers[begin + 1]))

lock = threading.RLock()
# What its clock shows: the machine's, until it is told another ("clock 1730000000").
clock = None


def now_is():
    return time.time() if clock is None else clock


fault = "normal"
told_at = {}
energy = {"at": now_is(), "injected": 0.0, "absorbed": 0.0}


def get(model, name):
    address, size = places[(model, name)]
    value = 0
    for index in range(size):
        value = (value << 16) | registers[address + index]
    return value


def signed(model, name):
    size = places[(model, name)][1]
    value = get(model, name)
    return value - (1 << (16 * size)) if value >= 1 << (16 * size - 1) else value


def store(model, name, value):
    address, size = places[(model, name)]
    put(address, size, value & (1 << (16 * size)) - 1)


def has(model):
    return (model, "ID") in places


def fill(delivered_watt_hours):
    """Its level goes on with its energy, once it lives by a clock that is set."""
    if clock is None or not has(713):
        return
    capacity = get(713, "WHRtg") * 10.0 ** signed(713, "WH_SF")
    stored = -0.95 * delivered_watt_hours if delivered_watt_hours < 0 else -delivered_watt_hours / 0.95
    energy["level"] = min(1.0, max(0.0, energy.get("level", first_level) + stored / capacity))
    store(713, "SoC", round(energy["level"] * 100 / 10.0 ** signed(713, "Pct_SF")))


def live():
    """Reverts what has run out, and does what it is told."""
    now = now_is()
    delivered = 0.0
    if has(704) and get(704, "WSetEna") == 1:
        revert = get(704, "WSetRvrtTms")
        if fault != "timeless" and revert not in (0, 0xFFFFFFFF) and now - told_at.get(704, now) >= revert:
            store(704, "WSetEna", 0)
        else:
            delivered = signed(704, "WSet") * 10.0 ** signed(704, "WSet_SF")
            if get(704, "WSetMod") == 0 and has(702):
                share = signed(704, "WSetPct") * 10.0 ** signed(704, "WSetPct_SF") / 100
                delivered = share * get(702, "WMax") * 10.0 ** signed(702, "W_SF")
    if has(124) and get(124, "StorCtl_Mod") == 3:
        revert = get(124, "InOutWRte_RvrtTms")
        if revert not in (0, 0xFFFF) and now - told_at.get(124, now) >= revert:
            store(124, "StorCtl_Mod", 0)
        else:
            share = signed(124, "OutWRte") * 10.0 ** signed(124, "InOutWRte_SF") / 100
            delivered = share * get(124, "WChaMax") * 10.0 ** signed(124, "WChaMax_SF")
    if fault == "stuck":
        delivered = 0.0
    watt_hours = energy.get("power", 0.0) * (now - energy["at"]) / 3600
    fill(watt_hours)
    energy["injected"] += max(0.0, watt_hours)
    energy["absorbed"] += max(0.0, -watt_hours)
    energy.update(at=now, power=delivered)
    for model in (701, 103):
        if has(model) and places[(model, "W")][0] not in lacking:
            store(model, "W", round(delivered / 10.0 ** signed(model, "W_SF")))
    if has(701):
        scale = 10.0 ** signed(701, "TotWh_SF")
        # Some count in 32 bits, whatever the model has room for.
        end = 2**32 if fault == "narrow counters" else 2**64
        store(701, "TotWhInj", (first["TotWhInj"] + int(energy["injected"] / scale)) % end)
        store(701, "TotWhAbs", (first["TotWhAbs"] + int(energy["absorbed"] / scale)) % end)


first_level = get(713, "SoC") * 10.0 ** signed(713, "Pct_SF") / 100 if has(713) else 0.0
first = {name: get(701, name) for name in ("TotWhInj", "TotWhAbs")} if has(701) else {}


class Living(ModbusSequentialDataBlock):
    def validate(self, address, count=1):
        if any(address < end and begin < address + count for begin, end in refused):
            return False
        # There is nothing outside of the models, as on a real device.
        return base <= address and address + count <= at + 2

    def getValues(self, address, count=1):
        if fault in ("silent", "slow"):
            time.sleep(2 if fault == "silent" else 0.4)
        with lock:
            live()
            return registers[address : address + count]

    def setValues(self, address, values):
        if not isinstance(values, list):
            values = [values]
        with lock:
            if fault == "deaf":
                return
            if fault == "strict" and address == places[(704, "WSet")][0] and get(704, "WSetEna") != 1:
                return
            for place, value in enumerate(values, address):
                if place not in lacking:
                    registers[place] = value
            for model in (704, 124):
                if has(model):
                    ena = places[(model, "WSetEna" if model == 704 else "StorCtl_Mod")][0]
                    if address <= ena < address + len(values):
                        told_at[model] = now_is()


asked = 0


def instead(request):
    """What it answers while it is busy every fifth time, or takes 40 registers at once and no more."""
    global asked
    asked += 1
    if fault == "busy" and asked % 5 == 1:
        return request.doException(ModbusExceptions.SlaveBusy)
    if fault == "narrow" and request.count > 40:
        return request.doException(ModbusExceptions.IllegalValue)
    return None


def answer_otherwise(kind):
    usual = kind.execute
    kind.execute = lambda request, context: instead(request) or usual(request, context)


for each in (ReadHoldingRegistersRequest, WriteMultipleRegistersRequest):
    answer_otherwise(each)


def listen():
    global fault, clock
    for line in sys.stdin:
        word = line.strip()
        if word.startswith("clock "):
            with lock:
                if clock is None:
                    energy["at"] = float(word.split()[1])
                live()
                clock = float(word.split()[1])
                live()
            print(word, flush=True)
            continue
        if word.startswith("dump "):
            _, model, name = word.split()
            with lock:
                live()
                print(json.dumps({name: signed(int(model), name)}), flush=True)
        elif word.startswith("where "):
            _, model, name = word.split()
            print(json.dumps(places[(int(model), name)][0]), flush=True)
        elif word:
            fault = word
            print(f"fault {fault}", flush=True)


threading.Thread(target=listen, daemon=True).start()
print("laid out", flush=True)
StartTcpServer(
    # Input registers hold the same.
    context=ModbusServerContext(
        slaves=ModbusSlaveContext(hr=Living(0, [0] * 65536), ir=Living(0, [0] * 65536), zero_mode=True), single=True
    ),
    address=("127.0.0.1", port),
)
