# frozen_string_literal: true

require "omniauth-oauth2"

module OmniAuth
  module Strategies
    # Login with Vipps.
    class Vipps < OmniAuth::Strategies::OAuth2
      option :name, "vipps"
      option :scope, "openid name email"
      option :pkce, true
      option :client_options,
             site: ENV.fetch("VIPPS_BASE_URL"),
             authorize_url: "/access-management-1.0/access/oauth2/auth",
             token_url: "/access-management-1.0/access/oauth2/token",
             auth_scheme: :basic_auth

      uid { raw_info["sub"] }

      info { { name: raw_info["name"], email: raw_info["email"] } }

      def raw_info
        @raw_info ||= access_token.get("/vipps-userinfo-api/userinfo").parsed
      end

      # The redirect URI is compared as a whole, so the code that came with it must not be in it.
      def callback_url
        full_host + callback_path
      end
    end
  end
end
