import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/**
 * The next message from a process.
 *
 * @throws Error when the process ends instead
 */
export async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const over = new AbortController();
  const { signal } = over;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message),
      once(child, "exit", { signal }).then(([code, by]) => {
        throw new Error(`a process that was measured ended with ${by ?? code}`);
      }),
    ]);
  } finally {
    over.abort();
  }
}
