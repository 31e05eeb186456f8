from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider


class VippsProvider(OAuth2Provider):
    id = "vipps"
    name = "Vipps"
    account_class = ProviderAccount

    def extract_uid(self, data):
        return data["sub"]

    def extract_common_fields(self, data):
        return {
            "email": data["email"],
            "first_name": data["given_name"],
            "last_name": data["family_name"],
        }


provider_classes = [VippsProvider]
