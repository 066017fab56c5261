"""Doors: whoever is not signed in is sent there and back, the whole page and not a part of it."""

from django.test import Client
from django.urls import reverse

from tests.lib.web_world import World


def test_a_page_sends_to_sign_in_and_back(world: World) -> None:
    answer = Client().get(reverse("landing"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login/?next=/")


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in_and_back(world: World) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "https://remit.example/engagements/care-north/?month=2026-03"}
    answer = Client().get(reverse("landing"), headers=asked)
    back = "/account/login/?next=/engagements/care-north/%3Fmonth%3D2026-03"
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, back)


def test_the_way_back_never_leads_to_another_site(world: World) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/"}
    assert Client().get(reverse("landing"), headers=asked).headers["HX-Redirect"] == "/account/login/?next=/"
