"""Tool output labelled by rules, so that the model has seen logs, commands, paths and Markdown.

The texts are made up here or are this repository's own documentation. What must be kept (numbers, identifiers, paths, flags,
negations) is worth 1, what binds sentences together 0, other words something in between that is hardly trusted.
"""

from words import is_content, is_must_keep

_SERVICES = "api gateway billing worker scheduler cache indexer auth-service payments ingest".split()
_VERBS = "started stopped restarted finished accepted rejected retried flushed rotated reloaded".split()
_THINGS = "connection request batch checkpoint session lease snapshot partition certificate migration".split()
_FILES = "src/server.ts lib/pool.rs cmd/main.go app/models/user.py config/prod.yaml tests/test_retry.py Dockerfile".split()
_FLAGS = "--verbose --dry-run -n --max-retries=5 --output json -f --no-cache".split()
_ERRORS = "ECONNREFUSED TimeoutError KeyError NullPointerException E0308 ENOSPC 503 PermissionDenied".split()


def _log_line(rng):
    service, thing = rng.choice(_SERVICES), rng.choice(_THINGS)
    level = rng.choice(["INFO", "INFO", "INFO", "WARN", "ERROR", "DEBUG"])
    time = f"2025-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}Z"
    tail = rng.choice(
        [
            f"the {thing} was {rng.choice(_VERBS)} after {rng.randint(1, 900)} ms",
            f"{rng.choice(_ERRORS)} while the {thing} was being {rng.choice(_VERBS)}, will not be retried",
            f"{rng.choice(_VERBS)} {thing} id={rng.randrange(16**8):08x} in {rng.choice(_FILES)}:{rng.randint(1, 400)}",
            f"there are {rng.randint(2, 99)} of {rng.randint(100, 999)} {thing}s left in the queue",
        ]
    )
    return f"{time} {level} {service}: {tail}"


def _command(rng):
    return rng.choice(
        [
            f"You should run `deploy {rng.choice(_FLAGS)} {rng.choice(_FILES)}` before the {rng.choice(_THINGS)} is {rng.choice(_VERBS)}.",
            f"The option {rng.choice(_FLAGS)} is not needed unless {rng.choice(_SERVICES)} was {rng.choice(_VERBS)} by hand.",
            f"In order to change the {rng.choice(_THINGS)}, please edit {rng.choice(_FILES)} and set MAX_{rng.choice(_THINGS).upper()} to {rng.randint(2, 512)}.",
            f"Note that the {rng.choice(_SERVICES)} listens on port {rng.randint(1024, 65535)} and that it never writes to /var/lib/{rng.choice(_SERVICES)}.",
        ]
    )


def _labelled(words):
    targets, weights = [], []
    for word in words:
        if is_must_keep(word):
            target, weight = 1.0, 1.0
        elif is_content(word):
            target, weight = 0.45, 0.2
        else:
            target, weight = 0.0, 0.8
        targets.append(target)
        weights.append(weight)
    return words, targets, weights


def tool_outputs(repository, rng):
    """Labelled texts: `(words, targets, weights)`."""
    texts = [" ".join(_log_line(rng) for _ in range(rng.randint(4, 9))) for _ in range(80)]
    texts += [" ".join(_command(rng) for _ in range(rng.randint(4, 8))) for _ in range(80)]
    for path in sorted([*repository.glob("*.md"), *repository.glob("docs/*.md")]):
        words = path.read_text().split()
        texts += [" ".join(words[at : at + 150]) for at in range(0, len(words), 450)]
    return [_labelled(text.split()) for text in texts]
