import { createMemoryStore } from "../../src/store/memory.ts";
import { describeStore } from "./store.ts";

describeStore("memory", async () => createMemoryStore());
