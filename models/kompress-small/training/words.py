"""Words: how a text is split, which of them carry little, and what the model is told of their spelling.

The crate `headroom-kompress` splits and marks words in the same way; the words of a text are what stands between white space.
"""

import re

# The commonest words of English, which say little by themselves.
STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but by can
    could did do does doing down during each for from further had has have having he her here hers him his how i if in into is
    it its itself just me more most my of off on once only or other our out over own same she should so some such than that the
    their them then there these they this those through to too under until up very was we were what when where which while who
    whom why will with would you your s t""".split()
)

# What the model is told of a word's spelling, since its vocabulary has no capitals (`token_type_ids`).
PLAIN, CAPITAL_AT_START, CAPITAL, QUESTION = range(4)

_CONTENT = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*$")
_MUST_KEEP = re.compile(
    r"""\d|^[A-Z]{2,}\b|[A-Z].*[a-z].*[A-Z]|[\w]\.[\w]|/\w|\w/|^--?\w|_|://|=|@
    |^\W*(?:not|no|never|none|nor|without|cannot|must|should|may|shall|only|except|unless|\w+n't)\W*$""",
    re.VERBOSE,
)


def core(word):
    """The letters and digits of a word, in lower case."""
    return "".join(_CONTENT.findall(word)).lower()


def is_content(word):
    """Whether a word carries something by itself."""
    letters = core(word)
    return len(letters) > 1 and letters not in STOP_WORDS


def is_entity_like(word):
    """Whether a word may be a name or a number."""
    return any(c.isdigit() for c in word) or word.lstrip("\"'([*_`")[:1].isupper()


def is_must_keep(word):
    """Whether a word of a tool's output is a number, an identifier, a path, a flag or a negation."""
    return bool(_MUST_KEEP.search(word))


def stem(word):
    """Words that differ in their ending alone are one."""
    letters = core(word)
    return letters if any(c.isdigit() for c in letters) else letters[:5]


def spellings(words):
    """What the model is told of each word."""
    kinds, starts = [], True
    for word in words:
        capital = word.lstrip("\"'([*_`-")[:1].isupper()
        kinds.append(PLAIN if not capital else CAPITAL_AT_START if starts else CAPITAL)
        starts = bool(_SENTENCE_END.search(word))
    return kinds


def split(text):
    """The words of a text with their places: `(word, start, end)`."""
    return [(match.group(), match.start(), match.end()) for match in re.finditer(r"\S+", text)]
