import type { ExamplesOf } from "../api/examples.ts";
import type { statisticsOperations } from "./statistics.ts";

export const statisticsExamples: ExamplesOf<typeof statisticsOperations> = {
  "GET /statistics": [
    {
      title: "Demo Shop, while its login is too fresh to be there",
      query: { msn: "100001", from: "2023-05-01", to: "2023-05-31" },
      response: {
        items: [
          {
            msn: "100001",
            name: "Demo Shop",
            logins: 0,
            uniqueUsers: 0,
            withNin: 0,
            withoutNin: 0,
            days: [],
          },
        ],
      },
    },
  ],
};
