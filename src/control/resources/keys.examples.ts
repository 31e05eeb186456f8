import type { ExamplesOf } from "../api/examples.ts";
import type { keyOperations } from "./keys.ts";

const CURRENT = {
  kid: "public:1b075825-5e4b-4084-9f6e-45a5a426858e",
  alg: "RS256",
  bits: 2048,
  phoneLoginKid: "public:5d4a1b0e-7f0c-4e52-9a35-1c1f0a6be2d7",
  status: "current",
  createdAt: "2023-05-17T10:00:00Z",
  shared: false,
};

const NEXT = {
  ...CURRENT,
  kid: "public:9f61486d-2beb-4043-8458-c71ea22eda03",
  phoneLoginKid: "public:e0b7c2a4-93d5-4f18-8c6e-52fb7d41a908",
  status: "published",
};

export const keyExamples: ExamplesOf<typeof keyOperations> = {
  "GET /keys": [{ title: "The one of the server" }],
  "POST /keys/rotate": [
    { title: "All at once", response: { items: [CURRENT] } },
    {
      title: "The next key, not in use yet",
      body: { phase: "publish" },
      response: { items: [CURRENT, NEXT] },
    },
  ],
  "DELETE /keys/{kid}": [
    { title: "Not the next one", params: { kid: NEXT.kid }, response: { items: [CURRENT] } },
  ],
};
