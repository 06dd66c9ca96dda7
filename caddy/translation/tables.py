"""Which parts of a template people read: the one list of attributes, names and macros.

What stands between two tags is always read; only what HTML cannot tell is listed here.
"""

from __future__ import annotations

# Attributes whose value is shown or read out.
ATTRIBUTES = frozenset({"alt", "aria-description", "aria-label", "data-label"}) | frozenset(
    {"data-title", "label", "placeholder", "title"}
)
# Names that templates give to words of Caddy's own, where they set or go through constants.
NAMES = frozenset("add heading label needs reasons said title what who words".split())
# Names under which Python hands words of its own to a template: never what somebody typed.
# They are looked up as they are shown; what no catalogue has, stays as it is.
LOOKED_UP = frozenset("hint label most nobody noun refusal said sentence short what_for".split())
# Things whose texts are all Caddy's own.
OURS = frozenset({"age_labels", "gst_words", "labels", "shelf"})
# Which arguments of a macro are words, by place and by name. Of a tuple the first is.
ARGUMENTS: dict[str, tuple[frozenset[int], frozenset[str]]] = {
    name: (frozenset(places), frozenset(keywords.split()))
    for name, places, keywords in (
        ("_key", (1,), "word"),
        ("badge", (0,), "word"),
        ("breadcrumb", range(9), ""),
        ("button", (0,), "words"),
        ("card", (0,), "title"),
        ("card_head", (0, 3), "title words"),
        ("deed", (1,), "words"),
        ("dialog", (1,), "title"),
        ("empty_state", (0, 1), "title text"),
        ("fact", (0, 1), "name label value"),
        ("file_drop", (1, 2), "hint words"),
        ("filter_fold", (1,), "label"),
        ("go", (1,), "words"),
        ("help_link", (1,), "words"),
        ("in_place", (2,), "label"),
        ("list", (0,), "name"),
        ("menu_of", (0,), "label"),
        ("number", (0, 2, 4), "label note words"),
        ("options", (1, 2, 3), "label"),
        ("pick", (1,), "what"),
        ("progress", (0,), "label"),
        ("push", (0,), "words"),
        ("score", (), "title"),
        ("specimen", (0, 1), "name about"),
        ("stat", (0, 1, 2), "label value note"),
        ("sums", (2,), "head"),
        ("table", (0,), "caption"),
        ("tabs", (0, 1), "label"),
        ("task", (0,), "title"),
        ("toasts", (0,), ""),
    )
}
# Functions whose answer is a part of a sentence; any other macro stands by itself.
IN_SENTENCES = frozenset("amount category_name claim_number help_link shown_amount figure".split())
# Elements whose content is a name or a program's, never words.
NOT_READ = frozenset({"code", "pre", "script", "style"})
# Blocks of layouts that stand inside a tag.
INSIDE_A_TAG = frozenset({"theme"})
