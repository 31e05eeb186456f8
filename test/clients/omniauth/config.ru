# frozen_string_literal: true

# A shop on Rack whose customers log in with Vipps, through OmniAuth.

require "rack/protection"
require_relative "vipps"

use Rack::Session::Cookie, secret: "a secret of the shop, which has to be a long one: 0123456789abcdef0123456789abcdef"
use OmniAuth::Builder do
  provider :vipps, ENV.fetch("VIPPS_CLIENT_ID"), ENV.fetch("VIPPS_CLIENT_SECRET")
end

html = ->(text) { [200, { "content-type" => "text/html" }, [text]] }

map "/auth/vipps/callback" do
  run(lambda do |env|
    user = env["omniauth.auth"].info
    html.call("Logged in as #{user.name} (#{user.email})")
  end)
end

map "/auth/failure" do
  run ->(env) { html.call("Not logged in: #{Rack::Request.new(env).params["message"]}") }
end

map "/" do
  run(lambda do |env|
    token = Rack::Protection::AuthenticityToken.token(env["rack.session"])
    html.call(<<~HTML)
      <form method="post" action="/auth/vipps">
        <input type="hidden" name="authenticity_token" value="#{token}">
        <button>Log in with Vipps</button>
      </form>
    HTML
  end)
end
