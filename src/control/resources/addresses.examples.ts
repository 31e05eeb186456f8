import type { ExamplesOf } from "../api/examples.ts";
import type { addressOperations } from "./addresses.ts";

export const addressExamples: ExamplesOf<typeof addressOperations> = {
  "GET /addresses": [
    {
      title: "Nothing was set",
      response: {
        url: "http://localhost:4747",
        issuer: "http://localhost:4747/access-management-1.0/access/",
        discoveryUrl:
          "http://localhost:4747/access-management-1.0/access/.well-known/openid-configuration",
        controlUrl: "http://localhost:4747/mock/api",
        browserUrl: "http://localhost:4747",
        publicUrl: null,
        pinnedIssuer: null,
        trustProxy: false,
      },
    },
  ],
};
