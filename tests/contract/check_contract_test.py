#!/usr/bin/env python3
"""Shows that tools/check_contract.py accepts good bodies and refuses each kind of bad one."""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
spec = importlib.util.spec_from_file_location("check_contract", ROOT / "tools" / "check_contract.py")
check_contract = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_contract)

# A little metadata of our own, so that these tests need no other file. 2019 has Pascal case.
CSDL = """<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"
 xmlns="http://docs.oasis-open.org/odata/ns/edm"><edmx:DataServices>
 <Schema Namespace="microsoft.graph" Alias="graph">
  <EnumType Name="State"><Member Name="Running"/><Member Name="TransferAccepted"/></EnumType>
  <EntityType Name="entity" Abstract="true"><Property Name="id" Type="Edm.String" Nullable="false"/></EntityType>
  <ComplexType Name="Config" Abstract="true"/>
  <ComplexType Name="HostedConfig" BaseType="graph.Config"><Property Name="blob" Type="Edm.String"/></ComplexType>
  <ComplexType Name="Other" OpenType="true"><Property Name="x" Type="Edm.Int32"/></ComplexType>
  <EntityType Name="commsOperation" BaseType="graph.entity" OpenType="true">
   <Property Name="status" Type="graph.State" Nullable="false"/>
   <Property Name="when" Type="Edm.DateTimeOffset"/>
   <Property Name="config" Type="graph.Config"/>
   <Property Name="numbers" Type="Collection(Edm.Int32)"/>
   <Property Name="flag" Type="Edm.Boolean"/>
   <NavigationProperty Name="others" Type="Collection(graph.Other)"/></EntityType>
  <EntityType Name="playOperation" BaseType="graph.commsOperation"><Property Name="size" Type="Edm.Int64"/></EntityType>
  <ComplexType Name="CommsNotification" OpenType="true">
   <Property Name="changeType" Type="Edm.String" Nullable="false"/></ComplexType>
  <ComplexType Name="CommsNotifications"><Property Name="value" Type="Collection(graph.CommsNotification)"/></ComplexType>
  <EntityType Name="Call" BaseType="graph.entity"/>
  <Action Name="playPrompt" IsBound="true"><Parameter Name="bindingParameter" Type="graph.Call"/>
   <Parameter Name="config" Type="graph.Config" Nullable="false"/>
   <Parameter Name="clientContext" Type="Edm.String"/></Action>
 </Schema></edmx:DataServices></edmx:Edmx>"""

ALLOWED = {"commsNotification.resourceData": "x", "commsOperation.extra": "as Edm.Int32; test"}

GOOD = {
    "@odata.type": "#microsoft.graph.playOperation", "@odata.id": "/x", "id": "1", "status": "transferAccepted",
    "when": "2026-01-31T08:05:09.123Z", "config": {"@odata.type": "#microsoft.graph.hostedConfig", "blob": None},
    "numbers": [1, -2], "flag": True, "others": [{"x": 5}], "size": 1 << 40, "extra": 7,
}

# What is changed in GOOD, and the words that must appear in the offence.
BAD_CHANGES = [
    ({"undeclared": 1}, "declares no such member"),
    ({"Status": "running"}, "declares no such member"),
    ({"status": None}, "not nullable"),
    ({"status": "Running"}, "is not in state"),
    ({"status": "ringing"}, "is not in state"),
    ({"status": 1}, "is not in state"),
    ({"when": "2026-01-31"}, "no Edm.DateTimeOffset"),
    ({"when": 5}, "no Edm.DateTimeOffset"),
    ({"flag": "true"}, "no Edm.Boolean"),
    ({"id": 5}, "no Edm.String"),
    ({"numbers": 5}, "a collection of"),
    ({"numbers": [1, None]}, "null"),
    ({"numbers": [1.5]}, "no Edm.Int32"),
    ({"numbers": [True]}, "no Edm.Int32"),
    ({"numbers": [1 << 31]}, "no Edm.Int32"),
    ({"config": {"blob": "x"}}, "abstract"),
    ({"config": {"@odata.type": "#microsoft.graph.config"}}, "abstract"),
    ({"config": {"@odata.type": "#microsoft.graph.other"}}, "does not derive"),
    ({"config": {"@odata.type": "#microsoft.graph.nothing"}}, "no type"),
    ({"config": {"@odata.type": "microsoft.graph.hostedConfig"}}, "want #microsoft.graph"),
    ({"config": {"@odata.type": "#microsoft.graph.hostedConfig", "y": 1}}, "declares no such member"),
    ({"others": [{"y": 5}]}, "declares no such member"),
    ({"others": {"x": 5}}, "a collection of"),
    ({"extra": "7"}, "no Edm.Int32"),
    ({"@odata.type": "#microsoft.graph.call"}, "does not derive"),
]


class CheckContract(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        for name in check_contract.FILES.values():
            (pathlib.Path(self.folder.name) / name).write_text(CSDL, encoding="utf-8")

    def tearDown(self):
        self.folder.cleanup()

    def check(self, **exchange):
        line = json.dumps({"dialect": "v1.0", "operation": "playPrompt", "status": 200} | exchange)
        return check_contract.check_log([line], pathlib.Path(self.folder.name), ALLOWED)[0]

    def notification(self, data):
        return {"value": [{"changeType": "updated", "resourceData": data}]}

    def test_accepts_a_good_body(self):
        self.assertEqual(self.check(kind="response", body=GOOD), [])
        self.assertEqual(self.check(kind="notification", body=self.notification(GOOD)), [])
        self.assertEqual(self.check(kind="notification", body=self.notification([GOOD, GOOD])), [])

    def test_refuses_each_bad_change(self):
        for change, words in BAD_CHANGES:
            for body, kind in [(GOOD | change, "response"), (self.notification(GOOD | change), "notification")]:
                offences = self.check(kind=kind, body=body)
                if kind == "notification" and change.get("@odata.type"):
                    words = "declares no such member"  # there the tag alone says what it is
                self.assertTrue(any(words in offence for offence in offences), (change, offences))

    def test_names_line_and_path(self):
        offences = self.check(kind="notification", body=self.notification([GOOD, GOOD | {"others": [{}, {"x": "a"}]}]))
        self.assertEqual(offences, ["line 1, notification playPrompt v1.0: "
                                    "value[0].resourceData[1].others[1].x: \"a\" is no Edm.Int32"])

    def test_checks_parameters_of_actions(self):
        config = {"@odata.type": "#microsoft.graph.hostedConfig"}
        self.assertEqual(self.check(kind="request", body={"config": config, "clientContext": None}), [])
        for body in [{"config": None}, {"config": config, "y": 1}, {"config": config, "clientContext": 1}, []]:
            self.assertTrue(self.check(kind="request", body=body), body)

    def test_checks_error_envelopes(self):
        inner = {"date": "d", "request-id": "r", "client-request-id": "c"}
        good = {"error": {"code": "8522", "message": "m", "innerError": inner}}
        self.assertEqual(self.check(kind="response", status=404, body=good), [])
        for bad in [{}, {"error": {"code": 8522, "message": "m", "innerError": inner}},
                    {"error": {"code": "8522", "message": "m"}}, "text"]:
            self.assertTrue(self.check(kind="response", status=404, body=bad), bad)

    def test_wants_no_body_where_there_is_none(self):
        self.assertEqual(self.check(kind="response", operation="answer", body=None), [])
        self.assertTrue(self.check(kind="response", operation="answer", body={}))

    def test_refuses_a_success_of_an_operation_that_it_does_not_know(self):
        for operation in ["operations", "GET /v1.0/communications/calls/1/operations/2", ""]:
            offences = self.check(kind="response", operation=operation, body=GOOD)
            self.assertTrue(any("does not know" in offence for offence in offences), operation)
            self.assertEqual(self.check(kind="response", operation=operation, body=None), [])

    def test_wants_types_in_notifications(self):
        self.assertTrue(self.check(kind="notification", body=self.notification({"id": "1"})))
        self.assertTrue(self.check(kind="notification", body={"value": [{"changeType": None}]}))
        self.assertTrue(self.check(kind="notification", body={"values": []}))

    def test_refuses_lines_that_are_no_exchange(self):
        csdl = pathlib.Path(self.folder.name)
        for line in ["{", "[]", '{"dialect":"v1.0"}', '{"kind":"response","dialect":"v2.0"}']:
            self.assertTrue(check_contract.check_log([line], csdl, {})[0], line)

    def test_wants_a_source_for_each_allowance(self):
        path = pathlib.Path(self.folder.name) / "allow.txt"
        path.write_text("call.x\n", encoding="utf-8")
        with self.assertRaises(SystemExit):
            check_contract.read_allow_list(path)


class WithoutLog(unittest.TestCase):
    """The program itself, before the tests wrote anything."""

    def test_names_the_file_and_the_remedy(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(
                [ROOT / "tools" / "check_contract.py", f"{folder}/exchanges.jsonl", "--csdl", folder],
                check=False, capture_output=True, text=True)
        self.assertEqual(run.returncode, 2)
        self.assertIn("exchanges.jsonl", run.stderr)
        self.assertIn("make test", run.stderr)


class WithoutMetadata(unittest.TestCase):
    """The program itself, where there is no metadata."""

    def run_checker(self, **environment):
        with tempfile.NamedTemporaryFile() as log:
            return subprocess.run(
                [ROOT / "tools" / "check_contract.py", log.name], check=False, capture_output=True, text=True,
                env=os.environ | {"PARLEY_GRAPH_CONTRACT": "/nonexistent"} | environment)

    def test_skips_with_a_notice(self):
        run = self.run_checker(CI="")
        self.assertEqual(run.returncode, 77)
        self.assertIn("PARLEY_GRAPH_CONTRACT", run.stderr)

    def test_fails_in_ci(self):
        self.assertEqual(self.run_checker(CI="true").returncode, 1)


class RealMetadata(unittest.TestCase):
    """Graph's own files, where they are at hand."""

    def setUp(self):
        self.csdl = check_contract.graph_folder() / "csdl"
        if not self.csdl.is_dir():
            if os.environ.get("CI") == "true":
                self.fail(f"no metadata in {self.csdl}: set PARLEY_GRAPH_CONTRACT")
            self.skipTest(f"no metadata in {self.csdl}: set PARLEY_GRAPH_CONTRACT")
        self.allowed = check_contract.read_allow_list(ROOT / "tests" / "contract" / "undeclared_members.txt")

    def check(self, dialect, body):
        line = json.dumps({"kind": "notification", "dialect": dialect, "body": {"value": [
            {"changeType": "updated", "resourceUrl": "/x", "resource": "/x", "resourceData": body}]}})
        return check_contract.check_log([line], self.csdl, self.allowed)[0]

    def test_result_codes_are_text_in_2019_only(self):
        for dialect, good, bad in [("v1.0", {"code": 200, "subcode": 0}, {"code": "200", "subCode": "0"}),
                                   ("beta", {"code": 200, "subcode": 0}, {"code": "200", "subCode": "0"}),
                                   ("2019", {"code": "200", "subCode": "0"}, {"code": 200, "subcode": 0})]:
            call = {"@odata.type": "#microsoft.graph.call", "state": "terminated"}
            self.assertEqual(self.check(dialect, call | {"resultInfo": good}), [])
            self.assertTrue(self.check(dialect, call | {"resultInfo": bad}), dialect)

    def test_ringing_is_unknown_to_v1(self):
        call = {"@odata.type": "#microsoft.graph.call", "state": "ringing"}
        self.assertTrue(self.check("v1.0", call))
        self.assertEqual(self.check("beta", call), [])

    def test_every_allowance_is_of_a_known_type(self):
        metadata = [check_contract.Metadata(self.csdl / name) for name in check_contract.FILES.values()]
        actions = {name for known in metadata for name, _ in known.actions}
        for entry in self.allowed:
            name = entry.split(".")[0]
            self.assertTrue(name in actions or any(name in known.types for known in metadata), entry)


if __name__ == "__main__":
    unittest.main(verbosity=1, argv=sys.argv)
