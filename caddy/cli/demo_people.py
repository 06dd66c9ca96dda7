"""Names, places and notes for believable demo data. Nobody in it is real."""

from __future__ import annotations

from caddy.domain.permissions import Role

STAFF = (
    (Role.ADMIN, "Alex", "Admin"),
    (Role.COORDINATOR, "Casey", "Coordinator"),
    (Role.SUPPORT_WORKER, "Sam", "Supporter"),
    (Role.FINANCE, "Frankie", "Finance"),
    (Role.VIEWER, "Vic", "Viewer"),
)

FIRST_NAMES = tuple(
    (
        "Amelia Noah Charlotte Oliver Isla Jack Mia William Ava Leo Grace Henry Zara Arjun Priya "
        "Wei Mei Linh Minh Fatima Yusuf Aisha Omar Sofia Mateo Elena Luca Chloe Ethan Ruby Thomas "
        "Matilda Archie Evie Oscar Hazel Jarrah Kirra Talia Koa Marama Tane Ngaire Ioane Sione "
        "Ana Dimitri Eleni Giulia Marco Ingrid Lars Chidi Amara Kofi Nadia Rania Hassan Soo-jin "
        "Haruto Yuki Ravi Anika Deepa Joan Barry Noelene Trevor Maureen Keith Shirley Colin"
    ).split()
)
LAST_NAMES = tuple(
    (
        "Nguyen Smith Jones Williams Brown Taylor Wilson Singh Patel Kaur Chen Wang Li Zhang Tran "
        "Pham Ali Khan Hussein Rossi Russo Papadopoulos Georgiou Kelly Murphy Walsh Campbell "
        "Stewart Reid Anderson Thompson White Martin Harris Robinson Clarke Lewis Young Hall "
        "Wright Mitchell Roberts Turner Phillips Evans Parker Edwards Collins Morris Cook Rogers "
        "Morgan Bell Bailey Cooper Richardson Cox Ward Peterson Gray Ramirez Watson Brooks "
        "Bennett Wood Barnes Ross Henderson Tupou Fonoti Okafor Mensah Haddad Rahman Silva Costa "
        "Novak Kowalski Petrov"
    ).split()
)
SUBURBS = (
    ("Newtown", "NSW", "2042"),
    ("Parramatta", "NSW", "2150"),
    ("Wollongong", "NSW", "2500"),
    ("Dubbo", "NSW", "2830"),
    ("Footscray", "VIC", "3011"),
    ("Geelong", "VIC", "3220"),
    ("Bendigo", "VIC", "3550"),
    ("Ipswich", "QLD", "4305"),
    ("Cairns", "QLD", "4870"),
    ("Fremantle", "WA", "6160"),
    ("Elizabeth", "SA", "5112"),
    ("Glenorchy", "TAS", "7010"),
    ("Palmerston", "NT", "0830"),
    ("Belconnen", "ACT", "2617"),
)
STREETS = ("Wattle", "Banksia", "Station", "Church", "High", "Park", "Ocean", "Mill", "Victoria")
GOALS = (
    "Cook dinner for my family once a week",
    "Catch the bus to work by myself",
    "Meet friends at the pool on Fridays",
    "Speak more clearly on the phone",
    "Live in my own place by next year",
    "Finish the barista course",
    "Feel calmer in busy places",
    "Keep my garden going",
)
INTERESTS = (
    "AFL",
    "swimming",
    "trains",
    "painting",
    "gardening",
    "K-pop",
    "fishing",
    "dogs",
    "chess",
)
TAGS = ("north team", "south team", "school leaver", "shared house", "new in 2026", "Auslan")
NOTES = (
    "Went to the library and chose two books. Chatted about the weekend.",
    "Prepared lunch together; needed prompting with the stove only.",
    "Walked to the shops, handled the change without help.",
    "Quiet day, some fatigue. Rested after lunch, then music.",
    "Practised the bus route to work. Next time from the stop alone.",
    "Morning routine went smoothly. All medication taken on time.",
    "Swimming: ten minutes longer than last week.",
    "Home exercises from the physio done twice through.",
    "Called the coordinator about the new shower chair.",
    "Cleaned the kitchen together and planned the week's meals.",
)
ORGANIZATIONS = (
    "Acacia Community Support",
    "Banksia Care",
    "Coolibah Living",
    "Desert Pea Services",
    "Eucalypt Support Co-op",
    "Flannel Flower Homes",
    "Grevillea Support Network",
    "Hakea Disability Services",
)
