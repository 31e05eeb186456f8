import type { Checklist, ChecklistFormat, ChecklistTicks } from "../control/types.ts";
import { defined } from "../records/defined.ts";
import { Resource } from "./control-api.ts";

/** Whose checklist is meant. */
export interface ChecklistOf {
  /**
   * The client; it can be left out where one client alone has called, or where the sandbox has one sales unit
   * alone.
   */
  readonly clientId?: string;
}

/**
 * What Vipps asks before an application goes live (its checklists of 2023 and 2026, the FAQ and the standards),
 * held against the requests that came. The first call looks through the request log; from then on no verdict is
 * lost with what the log drops.
 */
export class ChecklistClient extends Resource {
  /**
   * @param of whose list it is
   * @returns each item with its status: `done` and `failed` are shown by requests or said by a person, `not seen`
   *   wants a request that shows it, `by hand` wants a person to say it
   * @throws ControlError when there is no such client, or when it is not clear whose list it is
   */
  read(of: ChecklistOf = {}): Promise<Checklist> {
    return this.api.get(["checklist"], { ...of });
  }

  /**
   * @param options whose list it is, and as what: a `text` for a terminal when left out, `markdown`, or `junit` for CI
   * @returns the list: what failed first, with what to do
   * @throws ControlError as `read`
   */
  report(options: ChecklistOf & { readonly format?: ChecklistFormat } = {}): Promise<string> {
    return this.api.text(["checklist", "report"], { ...options });
  }

  /**
   * Writes down what a person knows: of the branding, the terms, the accounts.
   *
   * @param items by the item's id whether it is done, with a note; null takes it back
   * @param of whose list it is
   * @returns the list as it is now
   * @throws ControlError for an item that requests show, and for none
   */
  tick(items: ChecklistTicks, { clientId }: ChecklistOf = {}): Promise<Checklist> {
    return this.api.patch(["checklist"], { items }, defined({ clientId }));
  }

  /** Begins anew: only requests from now on count, and what was ticked is open again. */
  reset(): Promise<void> {
    return this.api.delete(["checklist"]);
  }
}
