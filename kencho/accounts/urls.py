"""Addresses of one's own account; signing in lies under /accounts/."""

from django.urls import path

from kencho.accounts import views

app_name = "accounts"
urlpatterns = [
    path("my/account/", views.account, name="account"),
    path("my/account/erase/", views.account_erase, name="account_erase"),
    path("my/second-factor/", views.second_factor_page, name="second_factor"),
    path("my/tokens/", views.token_list, name="token_list"),
    path("my/tokens/add/", views.token_add, name="token_add"),
    path("my/tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
]
