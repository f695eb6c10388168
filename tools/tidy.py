#!/usr/bin/env python3
"""House rules that no compiler checks: floors, impure tokens, adapters, sizes, one test per operation,
the README's sample, the tests that docs/security.md names.

docs/architecture.md explains the floors. Prints each offence as FILE:LINE: what, and how to mend it;
exits 1 when there is one.
"""

import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent

PURE_LOW = "base wire crypto dsp codec"
PURE_MID = f"{PURE_LOW} proto model edge media identity"
MAY_INCLUDE = {
    "base": "",
    "wire": "base",
    "crypto": "base",
    "dsp": "base",
    "codec": "base",
    "net": "base",
    "proto": PURE_LOW,
    "model": "base",
    "edge": "base wire crypto codec proto model",
    "media": "base wire dsp codec proto/rtp",
    "identity": "base crypto model",
    "bridge": PURE_MID,
    "client": PURE_MID,
    "calling": "base model identity",
    "operations": "base model identity calling",
    "notify": "base model identity calling",
    "platform": f"{PURE_MID} bridge calling operations notify",
    "store": "base model",
    "server": f"{PURE_MID} bridge calling operations notify platform store net",
    "cli": f"{PURE_MID} bridge calling operations notify platform store net server client",
    "sim": f"{PURE_MID} bridge calling operations notify platform client",
}
IMPURE = {"net", "store", "server", "cli", "main.cpp"}

# Inside the pure floors time, randomness, threads and I/O are arguments.
IMPURE_TOKENS = re.compile(
    r"system_clock::now|steady_clock::now|high_resolution_clock|\bclock_gettime\b|\bgettimeofday\b"
    r"|std::(jthread|thread|mutex|shared_mutex|recursive_mutex|atomic|condition_variable|future|promise|async)\b"
    r"|\bthread_local\b|sleep_for|sleep_until|\busleep\b|\brandom_device\b|\bgetenv\b|std::rand\b|\bsrand\b"
    r"|std::(i|o)?fstream|\bfopen\b|std::filesystem|boost/asio|boost/beast|sys/socket\.h|std::c(out|err)\b"
)

# Each third-party library stands behind one folder or file.
ADAPTERS = {
    r"boost/json": ["src/model/", "src/operations/", "src/platform/", "src/sim/"],
    r"boost/describe": ["src/model/"],
    r"boost/url": ["src/model/", "src/operations/", "src/net/"],
    r"boost/asio": ["src/net/", "src/server/", "src/cli/"],
    r"boost/beast": ["src/net/"],
    r"openssl/": ["src/crypto/openssl/", "src/net/"],
    r"opus/": ["src/codec/"],
    r"speex/": ["src/dsp/"],
    r"srtp2?/": ["src/proto/srtp/"],
    r"sqlite3\.h": ["src/store/"],
    r"spdlog/": ["src/server/"],
    r"prometheus/": ["src/server/"],
    r"toml\+\+": ["src/server/"],
    r"CLI/": ["src/cli/"],
}

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 70
# FILE -> allowed lines. Entries may only shrink.
FILE_EXCEPTIONS: dict[str, int] = {}
# FILE:FUNCTION-LINE-TEXT -> allowed lines. Entries may only shrink.
FUNCTION_EXCEPTIONS: dict[str, int] = {}

SOURCE = re.compile(r"\.(cpp|hpp)$")
SIZED = re.compile(r"\.(cpp|hpp|ts|tsx|mjs|js|py)$")
INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]')
TEST_FILE = re.compile(r"_(test|fuzz|bench)\.cpp$|_test_support\.(hpp|cpp)$")

offences: list[str] = []


def offend(path: str, line: int, text: str) -> None:
    offences.append(f"{path}:{line}: {text}")


def tracked_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split("\n")
    return [f for f in listed if f and (ROOT / f).is_file()]


def allowed(floor: str, target: str) -> bool:
    if target.startswith(floor + "/"):
        return True
    return any(target.startswith(entry + "/") for entry in MAY_INCLUDE[floor].split())


def check_includes(path: str, lines: list[str]) -> None:
    floor = path.split("/")[1]
    test = bool(TEST_FILE.search(path))
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = match.group(1)
        for library, homes in ADAPTERS.items():
            if re.match(library, target) and not any(path.startswith(home) for home in homes):
                offend(path, number, f"<{target}> may be included only in {', '.join(homes)}")
        if target.split("/")[0] not in MAY_INCLUDE or "/" not in target or test or floor == "main.cpp":
            continue
        if floor not in MAY_INCLUDE:
            offend(path, number, f"src/{floor} is not a floor; name it in tools/tidy.py and docs/architecture.md")
        elif not allowed(floor, target):
            offend(path, number, f"{floor}/ may not include {target}: includes go strictly down (docs/architecture.md)")


def check_tokens(path: str, lines: list[str]) -> None:
    if path.split("/")[1] in IMPURE or TEST_FILE.search(path):
        return
    for number, line in enumerate(lines, 1):
        match = IMPURE_TOKENS.search(line.split("//")[0])
        if match:
            offend(path, number, f"{match.group(0)} in a pure floor: pass it in, or move the code to an impure folder")


def check_sizes(path: str, lines: list[str]) -> None:
    limit = FILE_EXCEPTIONS.get(path, MAX_FILE_LINES)
    if len(lines) > limit:
        offend(path, limit, f"{len(lines)} lines, at most {limit}: split it by concept")
    if not SOURCE.search(path):
        return
    for start, text, size in functions(lines):
        allowed_lines = FUNCTION_EXCEPTIONS.get(f"{path}:{text}", MAX_FUNCTION_LINES)
        if size > allowed_lines:
            offend(path, start, f"function of {size} lines, at most {allowed_lines}: split it")


def functions(lines: list[str]) -> Iterator[tuple[int, str, int]]:
    """Each function of a namespace or class: its first line's number and text, how many lines it has.

    Formatted code: what begins at an indent of 0 or 2, over however many lines, and ends with a brace has its body up
    to the next line that begins there with a brace.
    """
    begun = opened = None  # (number, indent, text)
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip())
        text = line.strip()
        if opened:
            if indent == opened[1] and text.startswith("}"):
                yield opened[0], opened[2], number - opened[0] + 1
                opened = None
            continue
        if text and indent <= 2:
            begun = (number, indent, text) if "(" in text and text[0].isalpha() or text.startswith("~") else None
        if begun and text.endswith("{"):
            begun, opened = None, begun
        elif text.endswith((";", "}")):
            begun = None


def check_operations(files: list[str]) -> None:
    """Every handler of src/operations/handlers.hpp has a scenario of its name."""
    header = ROOT / "src/operations/handlers.hpp"
    for number, line in enumerate(header.read_text(encoding="utf-8").splitlines(), 1):
        match = re.search(r"ApiError> (\w+)\(CallContext&", line)
        if match and f"tests/scenarios/{match.group(1)}_test.cpp" not in files:
            offend("src/operations/handlers.hpp", number, f"no tests/scenarios/{match.group(1)}_test.cpp")


def check_readme() -> None:
    """The README shows the first bot as it is."""
    bot = (ROOT / "samples/first-bot/bot.mjs").read_text(encoding="utf-8")
    if f"```js\n{bot}```" not in (ROOT / "README.md").read_text(encoding="utf-8"):
        offend("README.md", 1, "its first bot is not samples/first-bot/bot.mjs: copy that here")


def check_attacks(files: list[str]) -> None:
    """Each attack's row ends with the tests that show it: `FILE: SUITE.TEST`, further ones without FILE."""
    page = "docs/security.md"
    for number, line in enumerate((ROOT / page).read_text().splitlines(), 1):
        found = re.findall(r"`(?:(\S+): )?([^`]+)`", line.rstrip(" |").split(" | ")[-1])
        if not line.startswith("| ") or not found or not found[0][0]:
            continue
        text = ""
        for name, test in found:
            if name:
                text = "".join((ROOT / path).read_text() for path in files if f"/{path}".endswith(f"/{name}"))
            suite = re.fullmatch(r"(\w+)\.(\w+)", test)
            words = rf"\({suite[1]}, {suite[2]}\)" if suite else re.escape(test)
            if not re.search(words, text):
                offend(page, number, f"{test} is not there; name a test that shows it")


def main() -> int:
    files = tracked_files()
    for path in files:
        if not SIZED.search(path):
            continue
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        check_sizes(path, lines)
        if path.startswith("src/") and SOURCE.search(path):
            check_includes(path, lines)
            check_tokens(path, lines)
    check_operations(files)
    check_readme()
    check_attacks(files)
    print("\n".join(offences) if offences else f"tidy: {len(files)} files, no offence")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
