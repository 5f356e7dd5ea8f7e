import { Controller } from '@nestjs/common';
import {
  GetPreferencesResponse,
  type PreferenceServiceController,
  PreferenceServiceControllerMethods,
  PutPreferencesResponse,
  ResetPreferencesResponse,
  type PutPreferencesRequest,
  type ResetPreferencesRequest,
} from '@atelier/contracts/presets/v1';
import { currentCaller } from './current-caller.js';
import { UserPreferences } from './domain/user-preferences.js';
import { fromWirePreferences, toWirePreferences } from './wire-preferences.js';

/** Wire side of preferences: everybody's own. */
@Controller()
@PreferenceServiceControllerMethods()
export class PreferenceController implements PreferenceServiceController {
  constructor(private readonly preferences: UserPreferences) {}

  async getPreferences(): Promise<GetPreferencesResponse> {
    const current = await this.preferences.get(currentCaller().userId);
    return GetPreferencesResponse.create({ preferences: toWirePreferences(current) });
  }

  async putPreferences({ preferences, ifMatch }: PutPreferencesRequest): Promise<PutPreferencesResponse> {
    const stored = await this.preferences.put(currentCaller().userId, fromWirePreferences(preferences), ifMatch);
    return PutPreferencesResponse.create({ preferences: toWirePreferences(stored) });
  }

  async resetPreferences({ ifMatch }: ResetPreferencesRequest): Promise<ResetPreferencesResponse> {
    await this.preferences.reset(currentCaller().userId, ifMatch);
    return ResetPreferencesResponse.create();
  }
}
