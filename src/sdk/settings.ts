import type { ControlApi } from "./control-api.ts";
import type { Settings, SettingsPatch } from "./types.ts";

/** What a config says that is neither a record nor the clock. */
export class SettingsClient {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /** @returns the profile, every switch as it stands, and the automatic login */
  read(): Promise<Settings> {
    return this.#api.get(["settings"]);
  }

  /**
   * Changes what is named, and of the rules only those that are named.
   *
   * @param changes the new values
   * @returns the settings as they are now
   * @throws ControlError when a value does not fit; nothing is changed then
   */
  update(changes: SettingsPatch): Promise<Settings> {
    return this.#api.patch(["settings"], changes);
  }
}
