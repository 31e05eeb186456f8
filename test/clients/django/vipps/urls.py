from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from .provider import VippsProvider

urlpatterns = default_urlpatterns(VippsProvider)
