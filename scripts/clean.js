import { rmSync } from "node:fs";

// A build starts empty, so that a file deleted from src/ cannot live on in dist/.
rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
