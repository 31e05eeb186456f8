// A shop in Go whose customers log in with Vipps.
package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/coreos/go-oidc"
	"golang.org/x/oauth2"
)

func main() {
	provider, err := oidc.NewProvider(context.Background(), os.Getenv("VIPPS_ISSUER"))
	if err != nil {
		log.Fatal(err)
	}
	vipps := oauth2.Config{
		ClientID:     os.Getenv("VIPPS_CLIENT_ID"),
		ClientSecret: os.Getenv("VIPPS_CLIENT_SECRET"),
		Endpoint:     provider.Endpoint(),
		RedirectURL:  "http://localhost:" + os.Getenv("PORT") + "/callback",
		Scopes:       []string{oidc.ScopeOpenID, "name", "email"},
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: vipps.ClientID})

	http.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		state := base64.RawURLEncoding.EncodeToString(random)
		http.SetCookie(w, &http.Cookie{Name: "state", Value: state, HttpOnly: true})
		http.Redirect(w, r, vipps.AuthCodeURL(state), http.StatusFound)
	})

	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		state, err := r.Cookie("state")
		if err != nil || state.Value != r.FormValue("state") {
			http.Error(w, "this login was begun elsewhere", http.StatusBadRequest)
			return
		}
		if failure := r.FormValue("error"); failure != "" {
			http.Error(w, failure+": "+r.FormValue("error_description"), http.StatusUnauthorized)
			return
		}
		token, err := vipps.Exchange(r.Context(), r.FormValue("code"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		idToken, _ := token.Extra("id_token").(string)
		if _, err := verifier.Verify(r.Context(), idToken); err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		info, err := provider.UserInfo(r.Context(), oauth2.StaticTokenSource(token))
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		var user struct{ Name, Email string }
		if err := info.Claims(&user); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "Logged in as %s (%s)", user.Name, user.Email)
	})

	log.Fatal(http.ListenAndServe("localhost:"+os.Getenv("PORT"), nil))
}
