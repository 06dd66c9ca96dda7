"""The words of which the commonest passwords are made, written down for Caddy. Data only.

What people choose who must choose at once: keys in a row, names, teams, places, seasons,
pets, the field's own words.
"""

from __future__ import annotations

_GENERAL = """
password passwort passcode pass word secret login logon signin admin administrator root user guest
test testing tester demo default changeme change letmein welcome hello hi hey open sesame access
master system server computer laptop internet wifi router office work job staff team company
manager boss temp temporary new newpassword mypassword pw pwd trustno starwars batman superman
spiderman pokemon dragon monkey shadow sunshine princess queen king prince angel baby honey sugar
love lover loveyou iloveyou forever family mother father mum mummy mom dad daddy sister brother son
daughter friend friends football soccer cricket rugby tennis hockey baseball basketball golf
fishing surf surfing dog dogs cat cats puppy kitty kitten horse tiger lion bear eagle falcon wolf
fish bird buddy max bella charlie coco luna ruby daisy molly lucy jack toby milo rocky oscar
michael jessica ashley matthew daniel andrew joshua thomas james robert john david joseph anthony
william jennifer amanda sarah nicole hannah emma olivia sophie grace emily chloe mia amelia isla
noah liam oliver leo henry lucas harry george sam ben tom tim chris alex jordan taylor freedom
whatever nothing something everything anything please thanks thankyou money cash dollar bank coffee
chocolate cookie cheese pizza banana orange apple cherry peach pepper ginger flower rose lily
summer autumn winter spring january february march april june july august september october
november december monday tuesday wednesday thursday friday saturday sunday today tomorrow
birthday christmas easter holiday happy lucky magic mickey mustang ferrari porsche toyota holden
ford mazda honda red blue green yellow purple pink black white silver gold golden diamond star
moon sun sky fire water ocean beach river mountain island the my our your one two three four five
six seven eight nine ten zero hundred qwerty azerty abc xyz and is it on in at for you me i a
god jesus heaven peace hope faith heart life world music rock guitar piano dance party ninja
samurai killer hunter ranger soldier warrior wizard gandalf matrix hacker phoenix mercury apollo
google facebook twitter amazon netflix apple microsoft windows android iphone samsung
"""

_AUSTRALIAN = """
australia australian aussie oz straya sydney melbourne brisbane perth adelaide hobart darwin
canberra geelong newcastle wollongong cairns townsville bendigo ballarat parramatta bondi manly
queensland victoria tasmania nsw vic qld tas act nt wa sa kangaroo koala wombat platypus emu
kookaburra cockatoo galah magpie dingo echidna quokka wallaby crocodile possum bilby billabong
outback matilda waltzing wattle eucalyptus gumtree acacia banksia barbie barbeque bbq vegemite
timtam lamington pavlova anzac footy afl nrl collingwood carlton essendon richmond hawthorn
fremantle swans magpies tigers bombers broncos cowboys rabbitohs roosters panthers raiders sharks
storm eels bulldogs dragons knights titans wallabies socceroos matildas ashes uluru opal surfie
mate mates gday bloody ripper bonzer ute thong snag stubby schooner
"""

_FIELD = """
ndis ndia disability support supports care carer carers caring participant participants provider
plan plans budget claim claims roster shift service services health nurse nursing hospital medicare
worker client clients community coordinator caddy assist help helping wellness ability abilities
"""

WORDS = frozenset(f"{_GENERAL} {_AUSTRALIAN} {_FIELD}".split())
