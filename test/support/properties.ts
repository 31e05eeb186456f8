import fc from "fast-check";

/**
 * fast-check with one seed for everybody, so that the gate answers the same about the same commit.
 * `PROPERTY_SEED=random` looks elsewhere, and `PROPERTY_SEED=1234` repeats what was found there.
 */
const { PROPERTY_SEED = "20220101" } = process.env;

if (PROPERTY_SEED !== "random") fc.configureGlobal({ seed: Number(PROPERTY_SEED) });

export { fc };
