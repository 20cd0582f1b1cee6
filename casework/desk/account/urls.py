from django.contrib.auth.decorators import login_required
from django.urls import path

from casework.desk.account import lock_views, security, views

# These stand before allauth's: an address named as one of its own takes its place.
urlpatterns = [
    path("account/profile/", views.profile, name="profile"),
    path("account/sessions/", views.sessions, name="sessions"),
    path("account/sessions/end/", views.end_session, name="end_session"),
    path("account/sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
    path("account/session/", lock_views.session_state, name="session_state"),
    path("account/session/lock/", lock_views.lock_session, name="lock_session"),
    path("account/session/unlock/", lock_views.unlock, name="unlock"),
    path("account/session/passkey/", lock_views.unlock_passkey, name="unlock_passkey"),
    path("account/second-factor/<uuid:reset_id>/keep/", views.keep_factor, name="keep_factor"),
    path("account/logout/", security.sign_out, name="account_logout"),
    path("account/signed-out/", security.signed_out, name="signed_out"),
    path("account/2fa/", login_required(security.SecurityView.as_view()), name="mfa_index"),
    path("account/2fa/totp/activate/", security.ActivateAppView.as_view(), name="mfa_activate_totp"),
    path("account/2fa/webauthn/add/", security.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("account/2fa/totp/deactivate/", login_required(security.RemoveAppView.as_view()), name="mfa_deactivate_totp"),
    path("account/2fa/totp/replace/", security.ReplaceAppView.as_view(), name="replace_totp"),
    path(
        "account/2fa/recovery-codes/",
        login_required(security.RecoveryCodesView.as_view()),
        name="mfa_view_recovery_codes",
    ),
    path("account/2fa/recovery-codes/generate/", security.MakeCodesView.as_view(), name="mfa_generate_recovery_codes"),
    path(
        "account/2fa/recovery-codes/download/",
        login_required(security.DownloadCodesView.as_view()),
        name="mfa_download_recovery_codes",
    ),
    path(
        "account/2fa/webauthn/keys/<int:pk>/remove/",
        security.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("language/", views.choose_language, name="choose_language"),
]
