def test_smoke(sign_in, people):
    alice = sign_in("alice")
    for path in (
        "/",
        "/panel",
        "/participants",
        "/participants/new",
        "/services",
        "/services/new",
        "/catalogue",
        "/catalogue/imports/new",
        "/settings",
        f"/participants/{people.acacia.participant_id}",
        f"/participants/{people.acacia.participant_id}/edit",
        f"/services/new?participant={people.acacia.participant_id}",
    ):
        r = alice.get(path)
        assert r.status_code == 200, (path, r.status_code)
