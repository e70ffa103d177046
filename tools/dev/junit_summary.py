#!/usr/bin/env python3
"""usage: junit_summary.py PRESET JUNIT.xml CTEST-STATUS

Prints "PASSED FAILED" of one ctest run to standard output and the names of what failed to standard error. A test that
was registered but could not run counts as failed, and so does a run that ctest itself says failed without naming a test.
"""
import sys
import xml.etree.ElementTree as xml

preset, path, ctest_status = sys.argv[1], sys.argv[2], int(sys.argv[3])
passed, failed = 0, []
try:
    for case in xml.parse(path).getroot().iter("testcase"):
        if case.get("status") == "run":
            passed += 1
        else:
            failed.append(f"{case.get('name')} ({case.get('status')})")
except (OSError, xml.ParseError) as error:
    failed.append(f"ctest wrote no readable results: {error}")
if not failed and (ctest_status != 0 or passed == 0):
    failed.append(f"ctest ended with status {ctest_status} after {passed} tests")
for name in failed:
    print(f"FAILED: {preset}: {name}", file=sys.stderr)
print(passed, len(failed))
