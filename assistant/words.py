"""Words, stems and stop words, the same for questions, sentences and the keyword index."""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"[£$€]?\d[\d,.]*\d%?|\d+%?|[^\W\d_]+(?:['’][^\W\d_]+)?")

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are aren't as at be because been before being below between both but by can
    can't cannot could couldn't did didn't do does doesn't doing don't down during each few for from further get gets getting give
    given go goes going got had hadn't has hasn't have haven't having he her here hers herself him himself his how how's i i'd i'll
    i'm i've if in into is isn't it it's its itself just let let's like lot lots make makes many may me might more most much must my
    myself no nor not now of off on once one only or other our ours ourselves out over own per please pls quite rather really same say
    says said see shall she should shouldn't so some still such tell than that that's the their theirs them themselves then there
    there's these they they're they've thing things this those through to too u under until up upon us very want was wasn't we we'd
    we'll we're we've were weren't what what's whats when when's where where's whether which while who who's whom whose why why's will
    with within without won't would wouldn't yes yet you you'd you'll you're you've your yours yourself yourselves r ur im ive dont
    every meant percentage percent anything anyone anybody something someone somebody everything everyone everybody nothing nobody ever never actually according
    come came does do done did ask asked know known think thought find found look looked looking mean means show
    told tells telling summarise summarize describe explain explained mention mentions mentioned happen happens happened compare
    compared differ differs versus since across regarding concerning pros cons upsides downsides pluses minuses hows whats wheres whos whens whys thats
    theres arent isnt doesnt didnt wasnt cant couldnt wont wouldnt shouldnt havent hasnt youre theyre weve theyve""".split()
)
"Words that say nothing about the subject; also kept out of the keyword query, where very common words cost most of the time."


def words(text: str) -> list[str]:
    """Lower-case words and figures in order; apostrophes straightened, possessive 's dropped."""
    found = WORD.findall(text.lower().replace("’", "'"))
    return [word[:-2] if word.endswith("'s") else word for word in found]


@lru_cache(maxsize=1)
def _stemmer():
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Snowball stem of a lower-case word; figures without thousands commas."""
    if word[0].isdigit() or word[0] in "£$€":
        return word.replace(",", "")
    return _stemmer().stemWord(word)


def stems(text: str) -> list[str]:
    """Stems of all words in order."""
    return [stem(word) for word in words(text)]


def content_words(text: str) -> list[str]:
    """Words without stop words, in order."""
    return [word for word in words(text) if word not in STOP_WORDS]
