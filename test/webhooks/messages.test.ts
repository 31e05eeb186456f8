import { createHash, createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { epochSeconds } from "../../src/records/time.ts";
import { consentRevoked, loginPing, signatureHeaders } from "../../src/webhooks/messages.ts";

it("tells of a revoked consent in the very bytes that are documented", () => {
  const body = consentRevoked("c9d10444-d992-4850-ac60-9d3502095008", epochSeconds(1592571488));
  expect(body).toBe(
    "eyJhbGciOiJub25lIiwidHlwIjogIkpXVCJ9Cg.eyJleHAiOjE1OTI1NzE3ODgsImlhdCI6MTU5MjU3MTQ4OCwibmJmIjox" +
      "NTkyNTcxNDg4LCJzdWIiOiJjOWQxMDQ0NC1kOTkyLTQ4NTAtYWM2MC05ZDM1MDIwOTUwMDgiLCJldmVudCI6IkNPTlNFT" +
      "lRfUkVWT0tFRCJ9",
  );
});

it("tells of a login's end by its auth_req_id alone", () => {
  expect(loginPing("qwieuhwqiuhdiuwqh123")).toBe('{"auth_req_id":"qwieuhwqiuhdiuwqh123"}');
});

it.each([
  ["https://shop.example.com/ping?a=1&b=%20", "shop.example.com", "/ping?a=1&b=%20"],
  ["https://shop.example.com:443", "shop.example.com", "/"],
  ["http://localhost:3000/ping#part", "localhost:3000", "/ping"],
])("signs a request to %s by method, path, date, host and digest", (address, host, path) => {
  const body = '{"auth_req_id":"blåbær"}';
  const headers = signatureHeaders(new URL(address), body, "secret+/=", epochSeconds(1684317600));
  const digest = createHash("sha256").update(Buffer.from(body)).digest("base64");
  const signed = `POST\n${path}\nWed, 17 May 2023 10:00:00 GMT;${host};${digest}`;
  const signature = createHmac("sha256", "secret+/=").update(signed).digest("base64");
  expect(headers).toEqual({
    "x-ms-date": "Wed, 17 May 2023 10:00:00 GMT",
    "x-ms-content-sha256": digest,
    Authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
  });
});

it("signs as in the worked example that Vipps publishes", () => {
  // The secret is used as the text that it is, although it is base64.
  const secret =
    "A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A==";
  const url = new URL("https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63");
  const body = '{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}';
  const date = epochSeconds(Date.parse("Thu, 30 Mar 2023 08:38:32 GMT") / 1000);
  expect(signatureHeaders(url, body, secret, date)).toEqual({
    "x-ms-date": "Thu, 30 Mar 2023 08:38:32 GMT",
    "x-ms-content-sha256": "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4=",
    Authorization:
      "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&" +
      "Signature=agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U=",
  });
});
