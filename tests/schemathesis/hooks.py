"""Gives every other sound case a task, an execution or a runner that exists, so that success is seen of each operation.

What is acted on is used up, so each case has one of its own: `seed.sql` made five hundred of each.
"""

import itertools
from collections import defaultdict

import schemathesis

CRON = itertools.cycle(["prune-history", "http-check", "database-health"])
SIDE = itertools.cycle(["heartbeat-monitor", "file-watcher"])
PENDING, FAILED, RUNNERS = "8001", "8002", "8003"

turns = defaultdict(itertools.count)
numbers = defaultdict(lambda: itertools.count(1))


def existing(path, name):
    if name == "task":
        return next(SIDE if "/side/" in path else CRON)
    if name == "instance":
        kind = RUNNERS
    else:
        kind = PENDING if path.endswith("/cancel") else FAILED
    return f"00000000-0000-7000-{kind}-{next(numbers[kind]) % 500 + 1:012d}"


@schemathesis.hook
def before_call(context, case, **kwargs):
    is_sound = case.meta is not None and case.meta.generation.mode.is_positive
    if not case.path_parameters or not is_sound or next(turns[case.operation.label]) % 2:
        return
    for name in case.path_parameters:
        case.path_parameters[name] = existing(case.operation.path, name)
    # A key that was used for another path is refused.
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"key-{next(numbers['key'])}"
    # No schema says which settings each task has; those that are made up are refused.
    if case.operation.path.endswith("/run") and isinstance(case.body, dict):
        case.body.pop("config", None)
