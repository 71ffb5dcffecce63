"""What the schemas of Kubernetes say of a manifest, and where one of its objects names what is not there."""
import json, sys

import kubernetes_validate
import yaml

# Secrets that whoever installs it makes himself.
of_the_reader = {"ven-fleet", "ven-postgres-tls"}


def strangers(thing):
    """What is by no schema."""
    try:
        kubernetes_validate.validate(thing, "1.33", strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"{'.'.join(map(str, error.path))}: {error.message}"


def named(value, name):
    """All values under a name, however deep."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == name:
                yield each
            yield from named(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from named(each, name)


def missing(thing, secrets):
    """What it names and nobody has."""
    pod = thing["spec"].get("template", {}) if "spec" in thing else {}
    labels = pod.get("metadata", {}).get("labels", {})
    wanted = thing.get("spec", {}).get("selector", {}).get("matchLabels", {}) if pod else {}
    for key, value in wanted.items():
        if labels.get(key) != value:
            yield f"no pod of it has {key}: {value}"
    there = {each["name"] for each in pod.get("spec", {}).get("volumes", [])}
    there |= {each["metadata"]["name"] for each in thing.get("spec", {}).get("volumeClaimTemplates", [])}
    for mounts in named(pod, "volumeMounts"):
        for mount in mounts:
            if mount["name"] not in there:
                yield f"there is no volume {mount['name']}"
    asked = [(ref["name"], [ref["key"]]) for ref in named(pod, "secretKeyRef")]
    asked += [(ref["secretName"], [item["key"] for item in ref.get("items", [])]) for ref in named(pod, "secret")]
    for name, keys in asked:
        if name not in secrets and name not in of_the_reader:
            yield f"there is no secret {name}"
        for key in keys:
            if name in secrets and key not in secrets[name]:
                yield f"the secret {name} has no {key}"


with open(sys.argv[1]) as file:
    things = [thing for thing in yaml.safe_load_all(file) if thing is not None]
secrets = {thing["metadata"]["name"]: thing["stringData"] for thing in things if thing["kind"] == "Secret"}
faults = [
    f"{thing['kind']} {thing['metadata']['name']}: {fault}"
    for thing in things
    for fault in [*strangers(thing), *missing(thing, secrets)]
]
ours = [
    container["args"]
    for thing in things
    for containers in named(thing, "containers")
    for container in containers
    if container["image"].startswith("ter-ven")
]
json.dump({"faults": faults, "commands": ours}, sys.stdout)
