"""Which version each paper is of. Raise it whenever a paper says something else, so that two prints can be told apart.

The intake as a form says the version of its questions instead (`intake.questions`).
"""

VERSIONS = {
    "paper/case_summary.html": 1,
    "paper/consent.html": 1,
    "paper/docket.html": 1,
    "paper/family_card.html": 1,
    "paper/family_letter.html": 1,
    "paper/intake.html": 1,
    "paper/leaflet.html": 1,
    "paper/privacy_waiver.html": 1,
    "paper/referrals.html": 1,
    "paper/sample.html": 1,
    "paper/visit_forms.html": 1,
    "paper/visit_list.html": 1,
}
