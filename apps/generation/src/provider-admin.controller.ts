import { Controller, Inject } from '@nestjs/common';
import type {
  ListCircuitBreakersRequest,
  ListProviderSettingsRequest,
  OverrideCircuitBreakerRequest,
  ProviderAdminServiceController,
  UpdateProviderSettingsRequest,
} from '@atelier/contracts/generation/v1';
import {
  ListCircuitBreakersResponse,
  ListProviderSettingsResponse,
  OverrideCircuitBreakerResponse,
  ProviderAdminServiceControllerMethods,
  UpdateProviderSettingsResponse,
} from '@atelier/contracts/generation/v1';
import { caller } from './caller.js';
import type { Clock } from './domain/ports.js';
import { controlViolations } from './domain/provider-control.js';
import { generationErrors } from './generation.errors.js';
import type { ProviderControl } from './infra/provider-control.js';
import type { ProviderRegistry } from './infra/provider-registry.js';
import { actionFromWire, breakerToWire, changeFromWire, controlToWire } from './wire/provider-control.js';
import { knownProviders } from './wire/provider.js';

/** What the controller speaks for. */
export interface ProviderAdminDesk {
  readonly control: ProviderControl;
  readonly providers: ProviderRegistry;
  /** True for a media model of this provider in the catalogue. */
  readonly isModelOf: (provider: string, modelId: string) => boolean;
  readonly clock: Pick<Clock, 'now'>;
}

/** Injection token of the desk. */
export const providerAdminDesk = Symbol('ProviderAdminDesk');

/** ProviderAdminService: wire ↔ domain. */
@Controller()
@ProviderAdminServiceControllerMethods()
export class ProviderAdminController implements ProviderAdminServiceController {
  constructor(@Inject(providerAdminDesk) private readonly desk: ProviderAdminDesk) {}

  async listProviderSettings(_request: ListProviderSettingsRequest): Promise<ListProviderSettingsResponse> {
    this.decider();
    await this.desk.control.refresh();
    return ListProviderSettingsResponse.create({ providers: knownProviders.map((provider) => this.show(provider)) });
  }

  async updateProviderSettings(request: UpdateProviderSettingsRequest): Promise<UpdateProviderSettingsResponse> {
    const decider = this.decider();
    const { provider } = request;
    checkProvider(provider);
    const changes = request.changes.map(changeFromWire);
    const violations = controlViolations(changes, (modelId) => this.desk.isModelOf(provider, modelId));
    if (violations.length > 0) throw generationErrors.INVALID_PROVIDER_SETTINGS({ violations });
    await this.desk.control.change(provider, changes, decider);
    return UpdateProviderSettingsResponse.create({ provider: this.show(provider) });
  }

  async listCircuitBreakers(_request: ListCircuitBreakersRequest): Promise<ListCircuitBreakersResponse> {
    this.decider();
    await this.desk.control.refresh();
    return ListCircuitBreakersResponse.create({ circuitBreakers: this.desk.providers.circuits().map(breakerToWire) });
  }

  async overrideCircuitBreaker(request: OverrideCircuitBreakerRequest): Promise<OverrideCircuitBreakerResponse> {
    const decider = this.decider();
    const { provider, modelId } = request;
    checkProvider(provider);
    const action = actionFromWire(request.action);
    const violations = [
      ...(action ? [] : [{ field: 'action', message: 'must be force_open, force_close or reset' }]),
      ...(modelId === '' || this.desk.isModelOf(provider, modelId)
        ? []
        : [{ field: 'model_id', message: 'is no model of this provider' }]),
    ];
    if (!action || violations.length > 0) throw generationErrors.INVALID_PROVIDER_SETTINGS({ violations });
    await this.desk.control.hold(provider, modelId, action, decider);
    const meant = this.desk.providers
      .circuits()
      .filter((circuit) => circuit.provider === provider && (modelId === '' || circuit.modelId === modelId));
    return OverrideCircuitBreakerResponse.create({ circuitBreakers: meant.map(breakerToWire) });
  }

  private show(provider: string) {
    const { control, providers } = this.desk;
    return controlToWire(
      provider,
      control.decisions,
      providers.health().find((one) => one.provider === provider),
    );
  }

  /** Who decides. Throws SCOPE_REQUIRED. */
  private decider(): { readonly userId: string; readonly nowMs: number } {
    const { userId, isAdmin } = caller();
    if (!isAdmin) throw generationErrors.SCOPE_REQUIRED({ message: 'Only administrators may do this.' });
    return { userId, nowMs: this.desk.clock.now() };
  }
}

function checkProvider(provider: string): void {
  if (!knownProviders.includes(provider)) throw generationErrors.PROVIDER_UNKNOWN();
}
