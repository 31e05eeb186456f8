/**
 * A plugin of Stryker: leaves prose alone. A string with a blank in it is a sentence for a reader, and
 * a test that quotes each of them would only write it a second time. Strings without one are mutated:
 * they are names and values of the protocol. So are templates, for the values in them.
 */
export const strykerPlugins = [
  {
    kind: "Ignore",
    name: "prose",
    value: {
      shouldIgnore({ node }) {
        const isProse = node.type === "StringLiteral" && /\S \S|^ | $/.test(node.value);
        return isProse ? "Prose" : undefined;
      },
    },
  },
];
