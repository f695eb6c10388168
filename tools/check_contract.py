#!/usr/bin/env python3
"""Holds recorded exchanges against the metadata of Graph: is each body what its type says?

Usage: check_contract.py LOG [--csdl FOLDER] [--allow FILE]

LOG holds one exchange a line, as JSON (tests append to the file that PARLEY_EXCHANGE_LOG names):
  {"kind": "request|response|notification", "dialect": "v1.0|beta|2019", "operation": "playPrompt",
   "path": "/v1.0/communications/calls/…/playPrompt", "status": 200, "body": {…}}

A body that is a communications type (by its operation, or by "@odata.type") is checked member by member:
declared or not, type, collection, enumeration, null. An undeclared member is an offence even where the
metadata calls the type open, unless the allow list names it with its source. So is a body with which an
operation succeeded that this checker does not know. Prints each offence with its line and path; exits 1 when
there is one, 2 when the log is missing or holds nothing to check, 77 (skipped) where there is no metadata; with CI=true
that is a failure.
"""

import argparse
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = {
    "v1.0": "communications-v1.0.xml",
    "beta": "communications-beta.xml",
    "2019": "communications-beta-2019-04.xml",
}
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
INT_RANGES = {"Int16": 1 << 15, "Int32": 1 << 31, "Int64": 1 << 63}
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)$")
GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")

# What the bodies of answers are, by operation; None: no body. A body with "@odata.type" must agree.
RESPONSES = {
    "getCall": "call", "createCall": "call",
    "getParticipant": "participant", "listParticipants": "Collection(participant)",
    "listOperations": "Collection(commsOperation)", "getOperation": "commsOperation",
    "playPrompt": "commsOperation", "record": "commsOperation", "recordResponse": "commsOperation",
    "subscribeToTone": "commsOperation", "cancelMediaProcessing": "commsOperation",
    "mute": "commsOperation", "unmute": "commsOperation", "muteParticipant": "commsOperation",
    "inviteParticipants": "commsOperation",
    "answer": None, "reject": None, "redirect": None, "transfer": None, "keepAlive": None,
    "deleteCall": None,
}
# Operations whose request body is an entity and not the parameters of an action.
ENTITY_REQUESTS = {"createCall": "call"}
# The operation's name in the log and the action's in the metadata, where they differ.
ACTIONS = {"muteParticipant": "mute", "inviteParticipants": "invite"}


def lower_camel(name):
    return name[:1].lower() + name[1:]


def bare(name):
    """The type without its namespace; 2019 wrote Pascal case where the wire has lower camel."""
    return lower_camel(name.removeprefix("#").split(".")[-1])


class Metadata:
    """One CSDL file: structured types, enumerations and actions, under their lower camel names."""

    def __init__(self, path):
        self.types, self.enums, self.actions, self.abstract = {}, {}, {}, set()
        for schema in ElementTree.parse(path).getroot().iter(EDM + "Schema"):
            if schema.get("Namespace") in ("microsoft.graph", "graph"):
                self.read(schema)

    def read(self, schema):
        for node in schema:
            name = lower_camel(node.get("Name", ""))
            if node.tag in (EDM + "ComplexType", EDM + "EntityType"):
                self.types[name] = (node.get("BaseType") and bare(node.get("BaseType")), members_of(node))
                if node.get("Abstract") == "true":
                    self.abstract.add(name)
            elif node.tag == EDM + "EnumType":
                flags = node.get("IsFlags") == "true"
                values = {lower_camel(member.get("Name")) for member in node.iter(EDM + "Member")}
                self.enums[name] = (values, flags)
            elif node.tag == EDM + "Action":
                parameters = {
                    p.get("Name"): (p.get("Type"), p.get("Nullable", "true") != "false")
                    for p in node.iter(EDM + "Parameter") if p.get("Name") != "bindingParameter"}
                bound_to = node.find(EDM + "Parameter")
                self.actions[(name, bare(bound_to.get("Type").rstrip(")")))] = parameters

    def lineage(self, name):
        """The type and those it derives from, nearest first."""
        line = []
        while name in self.types and name not in line:
            line.append(name)
            name = self.types[name][0]
        return line

    def member(self, name, member):
        for ancestor in self.lineage(name):
            if member in self.types[ancestor][1]:
                return self.types[ancestor][1][member]
        return None


def members_of(node):
    members = {}
    for tag in ("Property", "NavigationProperty"):
        for member in node.findall(EDM + tag):
            members[member.get("Name")] = (member.get("Type"), member.get("Nullable", "true") != "false")
    return members


def read_allow_list(path):
    """{'Type.member': source}; a line without a source is an error, so that nothing is waved through."""
    allowed = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        entry, _, source = line.partition("  ")
        if not source.strip() or "." not in entry:
            raise SystemExit(f"{path}:{number}: want `Type.member  source`")
        allowed[entry.strip()] = source.strip()
    return allowed


class Checker:
    """Checks values against one dialect's metadata and collects offences as (path, text)."""

    def __init__(self, metadata, allowed):
        self.metadata, self.allowed = metadata, allowed
        self.used, self.offences = set(), []

    def offend(self, path, text):
        self.offences.append((path or "the body", text))

    def value(self, value, declared, nullable, path):
        if value is None:
            if not nullable:
                self.offend(path, f"null, but {declared} is not nullable")
        elif declared.startswith("Collection("):
            self.collection(value, declared[len("Collection("):-1], path)
        elif declared.startswith("Edm."):
            self.primitive(value, declared.removeprefix("Edm."), path)
        elif bare(declared) in self.metadata.enums:
            self.enum(value, bare(declared), path)
        else:
            self.structure(value, bare(declared), path)

    def collection(self, value, element, path):
        if not isinstance(value, list):
            return self.offend(path, f"{shown(value)}, but a collection of {element} is declared")
        for index, item in enumerate(value):
            self.value(item, element, False, f"{path}[{index}]")

    def primitive(self, value, name, path):
        integer = isinstance(value, int) and not isinstance(value, bool)
        text = isinstance(value, str)
        fits = {
            "String": text,
            "Boolean": isinstance(value, bool),
            "Double": integer or isinstance(value, float), "Single": integer or isinstance(value, float),
            "DateTimeOffset": text and bool(DATE_TIME.match(value)),
            "Guid": text and bool(GUID.match(value)),
            "Duration": text and value.startswith("P"),
            "Stream": text, "Binary": text, "Date": text, "TimeOfDay": text,
        }
        if name in INT_RANGES:
            fine = integer and -INT_RANGES[name] <= value < INT_RANGES[name]
        elif name in fits:
            fine = fits[name]
        else:
            return self.offend(path, f"Edm.{name} is not known to this checker")
        if not fine:
            self.offend(path, f"{shown(value)} is no Edm.{name}")

    def enum(self, value, name, path):
        values, flags = self.metadata.enums[name]
        parts = value.split(",") if flags and isinstance(value, str) else [value]
        for part in parts:
            if part not in values:
                self.offend(path, f"{shown(part)} is not in {name}: {', '.join(sorted(values))}")

    def structure(self, value, declared, path):
        if not isinstance(value, dict):
            return self.offend(path, f"{shown(value)}, but {declared} is declared")
        if declared not in self.metadata.types:
            return self.offend(path, f"the metadata has no type {declared}")
        actual = self.actual_type(value, declared, path)
        if actual:
            self.members(value, actual, path)

    def actual_type(self, value, declared, path):
        tag = value.get("@odata.type")
        if tag is None:
            if declared in self.metadata.abstract and declared != "entity":
                self.offend(path, f"{declared} is abstract, but there is no @odata.type")
                return None
            return declared
        if not isinstance(tag, str) or not tag.startswith("#microsoft.graph."):
            self.offend(path, f"@odata.type is {shown(tag)}, want #microsoft.graph.NAME")
            return None
        actual = tag.removeprefix("#microsoft.graph.")
        if actual not in self.metadata.types:
            self.offend(path, f"the metadata has no type {actual}")
            return None
        if declared not in self.metadata.lineage(actual):
            self.offend(path, f"{actual} does not derive from {declared}")
            return None
        if actual in self.metadata.abstract:
            self.offend(path, f"{actual} is abstract")
        return actual

    def members(self, value, name, path):
        for member, content in value.items():
            if member.startswith("@odata.") or "@odata." in member:
                continue
            where = f"{path}.{member}"
            declared = self.metadata.member(name, member)
            if declared is None:
                self.undeclared(name, member, content, where)
            else:
                self.value(content, *declared, where)

    def undeclared(self, name, member, content, where):
        """An allow-list entry for the type or a base of it. Its source may say `as TYPE`, then that is checked."""
        for ancestor in self.metadata.lineage(name):
            entry = f"{ancestor}.{member}"
            if entry in self.allowed:
                self.used.add(entry)
                typed = re.match(r"as ([^\s;]+)", self.allowed[entry])
                if typed:
                    self.value(content, typed.group(1), True, where)
                return
        self.offend(where, f"{name} declares no such member")

    def parameters(self, body, action, parameters):
        if not isinstance(body, dict):
            return self.offend("", f"{shown(body)}, but the parameters of {action} are an object")
        for member, content in body.items():
            if member in parameters:
                self.value(content, *parameters[member], f".{member}")
            elif f"{action}.{member}" in self.allowed:
                self.used.add(f"{action}.{member}")
            elif not member.startswith("@odata."):
                self.offend(f".{member}", f"the action {action} declares no such parameter")

    def exchange(self, exchange):
        """Checks one body; False when it is none that the metadata describes."""
        body, kind, operation = exchange.get("body"), exchange["kind"], exchange.get("operation", "")
        if kind == "notification":
            self.structure(body, "commsNotifications", "")
            for index, item in enumerate(body.get("value") or [] if isinstance(body, dict) else []):
                self.resource_data(item, f".value[{index}].resourceData")
            return True
        if kind == "response":
            return self.response(body, operation, exchange.get("status") or 200)
        if kind == "request":
            return self.request(body, operation, exchange.get("path", ""))
        self.offend("", f"an exchange of kind {shown(kind)}")
        return True

    def resource_data(self, item, path):
        data = item.get("resourceData") if isinstance(item, dict) else None
        for index, entry in enumerate(data if isinstance(data, list) else [data]):
            where = f"{path}[{index}]" if isinstance(data, list) else path
            if entry is None:
                continue
            tag = entry.get("@odata.type") if isinstance(entry, dict) else None
            if tag is None:
                self.offend(where, "no @odata.type tells what has changed")
            else:
                self.structure(entry, bare(tag) if isinstance(tag, str) else "entity", where)

    def response(self, body, operation, status):
        if status >= 400:
            self.error_body(body)
            return True
        if body in (None, ""):
            return operation in RESPONSES
        if operation not in RESPONSES:
            self.offend("", f"the checker does not know what {operation or 'this operation'} answers: see RESPONSES")
            return True
        expected = RESPONSES[operation]
        if expected is None:
            self.offend("", f"a body, but {operation} answers without one")
        elif expected.startswith("Collection("):
            value = body.get("value") if isinstance(body, dict) else None
            self.collection(value, expected[len("Collection("):-1], ".value")
        else:
            self.structure(body, expected, "")
        return True

    def error_body(self, body):
        error = body.get("error") if isinstance(body, dict) else None
        if not isinstance(error, dict):
            return self.offend("", "a refusal without the error envelope")
        inner = error.get("innerError")
        for name, holder in [("code", error), ("message", error), ("date", inner), ("request-id", inner),
                             ("client-request-id", inner)]:
            if not isinstance(holder, dict) or not isinstance(holder.get(name), str):
                self.offend(".error", f"no string {name}")

    def request(self, body, operation, path):
        if body in (None, ""):
            return False
        if operation in ENTITY_REQUESTS:
            self.structure(body, ENTITY_REQUESTS[operation], "")
            return True
        action = ACTIONS.get(operation, operation)
        bound_to = "participant" if "/participants/" in path else "call"
        parameters = self.metadata.actions.get((action, bound_to))
        if parameters is None:
            return False
        self.parameters(body, action, parameters)
        return True


def shown(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"


SKIPPED = 77  # CTest's SKIP_RETURN_CODE


def without_metadata(csdl):
    """What to do where Graph's metadata is not at hand: skip with a notice, but never in CI."""
    print(f"contract: no metadata in {csdl}: set PARLEY_GRAPH_CONTRACT", file=sys.stderr)
    return 1 if os.environ.get("CI") == "true" else SKIPPED


def graph_folder():
    return pathlib.Path(os.environ.get("PARLEY_GRAPH_CONTRACT") or ROOT.parent / "shared" / "graph")


def check_log(lines, csdl, allowed):
    """(offences as text, number of bodies checked, allow-list entries used)."""
    metadata, offences, checked, used = {}, [], 0, set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            exchange = json.loads(line)
            dialect = exchange["dialect"]
            exchange["kind"]
        except (ValueError, KeyError, TypeError) as error:
            offences.append(f"line {number}: no exchange: {error!r}")
            continue
        if dialect not in FILES:
            offences.append(f"line {number}: unknown dialect {shown(dialect)}")
            continue
        if dialect not in metadata:
            metadata[dialect] = Metadata(csdl / FILES[dialect])
        checker = Checker(metadata[dialect], allowed)
        checked += checker.exchange(exchange)
        used |= checker.used
        what = f"{exchange['kind']} {exchange.get('operation', '')} {dialect}"
        offences += [f"line {number}, {what}: {path.lstrip('.')}: {text}" for path, text in checker.offences]
    return offences, checked, used


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("log", type=pathlib.Path)
    parser.add_argument("--csdl", type=pathlib.Path, default=graph_folder() / "csdl")
    parser.add_argument("--allow", type=pathlib.Path,
                        default=ROOT / "tests" / "contract" / "undeclared_members.txt")
    arguments = parser.parse_args()
    if not arguments.csdl.is_dir():
        return without_metadata(arguments.csdl)
    allowed = read_allow_list(arguments.allow)
    if not arguments.log.is_file():
        print(f"contract: there is no log {arguments.log}. The tests write it: run them first (make test).",
              file=sys.stderr)
        return 2
    lines = arguments.log.read_text(encoding="utf-8").splitlines()
    offences, checked, used = check_log(lines, arguments.csdl, allowed)
    print("\n".join(offences) if offences else f"contract: {checked} bodies, no offence, {len(used)} allowances used")
    if offences:
        return 1
    return 0 if checked else 2


if __name__ == "__main__":
    sys.exit(main())
