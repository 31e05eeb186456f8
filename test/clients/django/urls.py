from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import include, path


@login_required
def welcome(request):
    return HttpResponse(f"Logged in as {request.user.get_full_name()} ({request.user.email})")


urlpatterns = [
    path("", welcome),
    path("accounts/", include("allauth.urls")),
]
