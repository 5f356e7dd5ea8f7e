import { Controller } from '@nestjs/common';
import {
  type ReferenceServiceController,
  ReferenceServiceControllerMethods,
  UpdateReferenceResponse,
  type UpdateReferenceRequest,
} from '@atelier/contracts/presets/v1';
import { currentCaller } from './current-caller.js';
import { References } from './domain/references.js';

/** Wire side of changing references. */
@Controller()
@ReferenceServiceControllerMethods()
export class ReferenceController implements ReferenceServiceController {
  constructor(private readonly references: References) {}

  async updateReference({ tag, newTag, name, role }: UpdateReferenceRequest): Promise<UpdateReferenceResponse> {
    const reference = await this.references.update(currentCaller().userId, tag, { tag: newTag, name, role });
    return UpdateReferenceResponse.create({ reference });
  }
}
