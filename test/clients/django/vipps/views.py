import requests
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2Adapter,
    OAuth2CallbackView,
    OAuth2LoginView,
)
from django.conf import settings

from .provider import VippsProvider


class VippsAdapter(OAuth2Adapter):
    provider_id = VippsProvider.id
    authorize_url = f"{settings.VIPPS_BASE_URL}/access-management-1.0/access/oauth2/auth"
    access_token_url = f"{settings.VIPPS_BASE_URL}/access-management-1.0/access/oauth2/token"
    profile_url = f"{settings.VIPPS_BASE_URL}/vipps-userinfo-api/userinfo"
    basic_auth = True

    def complete_login(self, request, app, token, **kwargs):
        headers = {"Authorization": f"Bearer {token.token}"}
        response = requests.get(self.profile_url, headers=headers)
        response.raise_for_status()
        return self.get_provider().sociallogin_from_response(request, response.json())


oauth2_login = OAuth2LoginView.adapter_view(VippsAdapter)
oauth2_callback = OAuth2CallbackView.adapter_view(VippsAdapter)
