import type {
  Check,
  CheckedLogin,
  CheckInput,
  ChecklistFormat,
  CheckNext,
  CheckOutcome,
} from "../control/types.ts";
import { Resource } from "./control-api.ts";

/**
 * The runs in which an application was checked, step by step. `checkClient()` of the sandbox goes all of them; who
 * drives logins in a way of his own can do the same with these.
 */
export class Checks extends Resource {
  /** @returns the newest runs; the newest last */
  async list(): Promise<Check[]> {
    const { items } = await this.api.get<{ readonly items: Check[] }>(["checks"]);
    return items;
  }

  /**
   * @param input which client and which probes; every probe when left out
   * @returns the run, which has begun
   * @throws ControlError when the sandbox has faults or scenarios of its own, or another run is under way
   */
  begin(input: CheckInput = {}): Promise<Check> {
    return this.api.post(["checks"], input);
  }

  /**
   * @param id the run's id
   * @returns how it stands
   * @throws ControlError when there is no such run
   */
  get(id: string): Promise<Check> {
    return this.api.get(["checks", id]);
  }

  /**
   * @param id the run's id
   * @returns what is to be done now; what the login is to meet has been made
   * @throws ControlError when there is no such run
   */
  next(id: string): Promise<CheckNext> {
    return this.api.get(["checks", id, "next"]);
  }

  /**
   * @param id the run's id
   * @param outcome how the login has ended
   * @returns what that login was judged to be
   * @throws ControlError when that login is not under way
   */
  end(id: string, outcome: CheckOutcome): Promise<CheckedLogin> {
    return this.api.post(["checks", id, "outcome"], outcome);
  }

  /**
   * @param id the run's id
   * @param format a `text` for a terminal when left out, `markdown`, or `junit` for CI
   * @returns what came of it: what failed first, with the requests and what to do
   * @throws ControlError when there is no such run
   */
  report(id: string, format?: ChecklistFormat): Promise<string> {
    return this.api.text(["checks", id, "report"], { format });
  }

  /**
   * Removes a run. One that is under way ends, and leaves the sandbox as it was before.
   *
   * @param id the run's id
   * @throws ControlError when there is no such run
   */
  remove(id: string): Promise<void> {
    return this.api.delete(["checks", id]);
  }
}
