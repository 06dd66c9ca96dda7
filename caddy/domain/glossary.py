"""The words of the NDIS and of Caddy, each in a sentence or three: the one source of them.

The glossary page lists them, and hard fields show theirs (`components/help.html`).
"""

from __future__ import annotations

import re

GLOSSARY: dict[str, str] = {
    "ABN": "The Australian Business Number of a business: 11 digits. Invoices and claims must "
    "carry the provider's.",
    "Adjustment": "An entry that adds money to a budget or takes some away, with a reason. The "
    "budget's history keeps each one.",
    "Agreed price": "The price of a unit in the service agreement. It may be lower than the price "
    "limit, but never higher.",
    "Allocated": "The money that a plan puts into a budget, with all its adjustments.",
    "Answer": "A file that comes back after a claim. The results file says which lines were "
    "accepted. The remittance file says what was paid.",
    "Audit log": "The list of who did what, and when. Nobody can change it or take lines out.",
    "Bulk payment request": "The file of up to 5,000 claim lines that a provider gives the NDIA "
    "for NDIA managed plans. Caddy makes it when you build a claim.",
    "Burn rate": "How much money is used a day. It tells when the money would run out. For the "
    "whole organisation it counts the last 28 days. For a budget it counts the days since its "
    "funding period began, or since the plan began while that period is under two weeks old.",
    "Capacity building": "Funding that helps a person learn skills and do more by themselves. Each "
    "category's money must stay in that category.",
    "Capital": "Funding for things that last, such as equipment, home changes or special housing. "
    "Each category's money must stay in that category.",
    "Claim": "A request for payment of services that were delivered. It goes to the NDIA, to a "
    "plan manager or to the participant. Once it is sent, it is never edited.",
    "Claim reference": "The code of one claim line. Each code is used once, so an answer can find "
    "the line that it is about.",
    "Claim type": "What a line asks to be paid for: the support itself, or something around it, "
    "such as travel or a late cancellation. Most services are direct support.",
    "Committed": "Money set aside for shifts that are planned but not finished yet.",
    "Consent": "A record that the participant agrees to something, such as sharing their "
    "information. It should be read again at least once a year.",
    "Core": "Funding for daily needs, such as help at home, transport and going out. Money can "
    "move between core categories unless the plan says otherwise.",
    "Core pool": "One budget for all the flexible core money of a plan. A service in any core "
    "category can draw on it.",
    "Credit": "An entry that takes back a claim line that was wrong. The service behind it can "
    "then be corrected and claimed again.",
    "Direct support": "The support itself, given to the person. It needs no special claim type.",
    "Financial year": "In Australia it runs from 1 July to 30 June.",
    "Flexible": "Money that may pay for any item of its category. For core money, it may pay for "
    "any core category.",
    "Funding period": "A part of the plan for which money is released, such as three months. Money "
    "that is not released yet cannot be spent. What is left over goes to the next part.",
    "Group support": "One worker supports several people at once. Each person pays the item's "
    "limit divided by the number of people.",
    "GST": "A tax of 10% on many things in Australia. Nearly all NDIS supports are free of it. "
    "Where it counts, the price limit includes it.",
    "Held back": "A service that cannot be claimed yet. Caddy says why, and gives a link to fix "
    "it where it can be fixed.",
    "Invoice": "A bill for services. It goes to the plan manager, or to the participant who "
    "manages their own plan.",
    "Irregular SIL support": "Extra help in a shared home that the usual roster does not cover. "
    "Only some items allow a claim for it.",
    "Item family": "Items for the same support at different times, such as weekday, evening and "
    "Sunday. Choose one, and Caddy proposes the one that fits the time.",
    "MMM": "The Modified Monash Model. It gives each place a number, from 1 for a city to 7 for "
    "very remote. It decides how much travel time may be claimed, and the price zone.",
    "NDIA": "The National Disability Insurance Agency. It runs the scheme and pays its claims.",
    "NDIA managed": "The NDIA holds the money of the plan and pays providers. Claims go in the "
    "NDIA's bulk file, and the provider must be registered.",
    "NDIA requested report": "A report about the participant that the NDIA asked for. Its hours "
    "can be claimed for some items.",
    "NDIS": "The National Disability Insurance Scheme. It pays for supports that people with "
    "disability need.",
    "NDIS Commission": "The body that watches over the quality and safety of NDIS services. "
    "Reportable incidents must be told to it.",
    "NDIS number": "The participant's own number: 9 digits that begin with 43.",
    "Night-time sleepover": "A night shift of at least 8 hours in which the worker may sleep. It "
    "starts before midnight and ends after it.",
    "Nominee": "A person who may act or sign for the participant.",
    "Non-face-to-face support": "Work for the participant that is done without them, such as "
    "writing a plan for their support. Only some items allow a claim for it.",
    "Pace": "Compares the share of money used with the share of time gone. Too fast, and the money "
    "runs out. Too slow, and the person misses out on support.",
    "Participant": "A person with an NDIS plan.",
    "Plan": "The participant's NDIS funding for a period. It is split into support categories.",
    "Plan managed": "A plan manager pays the bills of the plan. Caddy makes an invoice for them.",
    "Plan management": "Who looks after the money of a plan: the NDIA, a plan manager or the "
    "participant. It decides where a claim goes.",
    "Plan manager": "A business that pays the bills of a plan for the participant.",
    "Plan review": "The time when the NDIA looks at a plan and sets the next one.",
    "Policy": "A rule of the organisation in writing. Staff read it and say that they did. It has "
    "a date by which it is read again.",
    "Practice Standards": "The NDIS rules of good service. Auditors check providers against them.",
    "Price limit": "The most that may be charged for a unit of an item. It depends on the date and "
    "on where the participant is when supported.",
    "Price zone": "The area whose price limits apply: national, remote (MMM 6) or very remote "
    "(MMM 7). It goes by where the participant is when supported.",
    "Provider": "The business that gives supports. Here it is your own organisation.",
    "Provider travel": "Travel to a participant. Time is limited each way: 30 minutes in MMM 1 to "
    "3, and 60 minutes in MMM 4 and 5. Kilometres and tolls are lines of their own.",
    "Quotable support": "An item without a price limit. The price comes from a quote.",
    "Receivable": "Money that was claimed and is not paid yet.",
    "Registration number": "The number that the NDIS gives a registered provider. Every line of "
    "the NDIA's bulk file carries it.",
    "Remittance": "The file or letter that says what was paid in one transfer.",
    "Reportable incident": "A death, serious injury, abuse or neglect, unlawful contact, sexual "
    "misconduct, or an unauthorised restrictive practice. The NDIS Commission must be told. Most "
    "must be told within 24 hours.",
    "Restrictive practice": "Anything that limits a person's rights or freedom of movement, such "
    "as a locked door. It must be allowed for that person. If it was not, it is reportable.",
    "Risk assessment": "A written look at what could go wrong, and what is done about it. It "
    "should be read again at least once a year.",
    "Self managed": "The participant, or someone for them, pays the bills of the plan. Caddy makes "
    "an invoice for them.",
    "Service": "One delivery of a support item to a participant by a worker. People also call it "
    "a shift or a support.",
    "Service agreement": "What the provider and the participant agreed: which items, at what "
    "price, from when to when.",
    "Severity": "How bad an incident was for the people in it. It is not the same as reportable: "
    "the kind of incident decides that.",
    "Short notice cancellation": "A support that was called off so late that a fee may be claimed. "
    "For support workers that is under 7 days. For others it is under 2 clear business days.",
    "SIL": "Supported Independent Living: help for people in their home, often a shared one, by "
    "day and night.",
    "Specialist Disability Accommodation": "A home built for people with high needs. The funding "
    "is for the building, and not for the help in it.",
    "Spent": "The cost of services that were delivered, whether or not they are paid yet.",
    "Stated support": "Money that may be used only for what the plan names: one category, or one "
    "item.",
    "Support Catalogue": "The NDIA's list of all support items with their price limits. The NDIA "
    "brings out a new one each year.",
    "Support category": "A part of a plan's funding, such as Daily Life or Transport. Each is "
    "core, capital or capacity building.",
    "Support coordinator": "A person who helps a participant use their plan and find services.",
    "Support item": "One line of the Support Catalogue, with a number such as 01_011_0107_1_1, a "
    "unit and a price limit.",
    "Support plan": "What a participant wants and how they like to be supported, in writing.",
    "Telehealth": "A support given by phone or video.",
    "Time band": "The time of day or week that decides the price: weekday, evening, night, "
    "Saturday, Sunday or public holiday.",
    "Traffic light": "Green, amber or red by how much of a budget is spent. Each has a word and a "
    "shape too, so that colour is never alone.",
    "Unauthorised restrictive practice": "A restrictive practice that was not allowed, or was not "
    "used in the way that was allowed. The Commission is told within 5 business days, or within "
    "24 hours where someone was hurt.",
    "Unit": "What an item is sold by: an hour, a day, a week, a month, a year, or each.",
    "Worker screening": "A check that a person may work with people with disability. It lasts 5 "
    "years. Without it a worker is not put on the roster where you ask for it.",
}

_BY_LOWER = {term.lower(): term for term in GLOSSARY}


def anchor(term: str) -> str:
    """Return the part of the glossary's address that leads to a term.

    >>> anchor("Short notice cancellation")
    'short-notice-cancellation'
    """
    return re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def meaning(term: str) -> str:
    """Return what a term means, however its letters are cased. Raises KeyError for others.

    >>> meaning("sil") == GLOSSARY["SIL"]
    True
    """
    return GLOSSARY[_BY_LOWER[term.lower()]]


def entries() -> list[tuple[str, str, str]]:
    """Return every term with its anchor and its meaning, by the alphabet."""
    return [(term, anchor(term), text) for term, text in sorted(GLOSSARY.items(), key=_letters)]


def _letters(entry: tuple[str, str]) -> str:
    return entry[0].lower()
