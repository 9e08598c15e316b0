#!/usr/bin/python3
"""manifest FILE VERSION: what no schema says of the DaemonSet's manifest. With --json, prints its objects instead."""
import json
import re
import sys

import yaml

path = sys.argv[1]
with open(path, encoding="utf-8") as f:
    text = f.read()
try:
    objects = list(yaml.safe_load_all(text))
except yaml.YAMLError as e:
    print(f"{path}: {e}")
    sys.exit(1)
if "--json" in sys.argv:
    json.dump(objects, sys.stdout)
    sys.exit()
version = sys.argv[2]


def get(of, *keys):
    for key in keys:
        of = of.get(key) or {} if isinstance(of, dict) else {}
    return of


def check(condition, what):
    if not condition:
        print(what)


daemons = [o for o in objects if o.get("kind") == "DaemonSet"]
check(len(daemons) == 1, "there is not one DaemonSet")
namespaces = {get(o, "metadata").get("name") for o in objects if o.get("kind") == "Namespace"}
configs = {get(o, "metadata").get("name"): o for o in objects if o.get("kind") == "ConfigMap"}
for o in objects:
    check(o["kind"] == "Namespace" or get(o, "metadata").get("namespace") in namespaces, f"{o['kind']}: another namespace")

for daemon in daemons:
    pod = get(daemon, "spec", "template", "spec")
    labels = get(daemon, "spec", "template", "metadata", "labels")
    check(get(daemon, "spec", "selector", "matchLabels") == labels, "the selector does not select the pods")
    check(get(pod, "nodeSelector").get("kubernetes.io/arch") == "amd64", "no nodeSelector for amd64")
    check(pod.get("automountServiceAccountToken") is False, "the pod gets a token of the cluster")
    volumes = [v["name"] for v in pod.get("volumes", [])]
    check(len(volumes) == len(set(volumes)), "a volume twice")
    mounted = set()
    for c in pod.get("containers", []):
        security = get(c, "securityContext")
        check(not security.get("privileged"), "the container is privileged")
        check(security.get("readOnlyRootFilesystem"), "its file system can be written")
        check(get(security, "capabilities").get("drop") == ["ALL"], "it keeps capabilities that it is not given")
        for kind in "requests", "limits":
            for what in "cpu", "memory":
                check(what in get(c, "resources", kind), f"no {kind} of {what}")
        check(c["image"].endswith(":" + version), f"the image is not of version {version}")
        for mount in c.get("volumeMounts", []):
            check(mount["name"] in volumes, f"{mount['name']}: no such volume")
            mounted.add(mount["name"])
        for source in c.get("envFrom", []):
            check(get(source, "configMapRef").get("name") in configs, "settings from a ConfigMap that is not here")
        paths = {m["mountPath"] for m in c.get("volumeMounts", [])}
        for config in configs.values():
            for key in "LOG_DIR", "TEXTFILE_DIR":
                check(config["data"].get(key) in paths, f"{key} is not mounted")
    check(mounted == set(volumes), f"not mounted: {sorted(set(volumes) - mounted)}")

# A reason stands above each privilege.
lines = text.split("\n")
for before, line in zip(lines, lines[1:]):
    privilege = re.match(r" *- [A-Z_]+$| *- \{ name: .*mountPath: | *host(PID|Network|IPC): | *appArmorProfile:", line)
    check(not privilege or before.lstrip().startswith("# "), f"without a reason: {line.strip()}")
