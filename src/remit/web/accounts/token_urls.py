"""Addresses of tokens."""

from django.urls import path

from remit.web.accounts import token_views

app_name = "tokens"
urlpatterns = [
    path("tokens/", token_views.my_tokens, name="mine"),
    path("tokens/<int:token>/revoke/", token_views.revoke, name="revoke"),
]
