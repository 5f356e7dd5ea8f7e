import { Controller } from '@nestjs/common';
import { ListCapabilitiesRequest } from '@atelier/contracts/playground/v1';
import { Backends } from '../backends.js';
import { Endpoint } from '../http/endpoint.js';
import { typeName } from './image-job-json.js';
import { Capabilities } from './image-jobs.schema.js';

/** What the image playground can do on this installation. */
@Controller()
export class PlaygroundHealthController {
  constructor(private readonly backends: Backends) {}

  @Endpoint({
    method: 'GET',
    path: '/api/v1/health',
    tag: 'playground',
    summary: 'Capabilities of the image playground',
    access: 'read',
    answer: {
      description: 'Every type of image job and whether it is enabled.',
      schema: Capabilities,
      example: {
        status: 'healthy',
        capabilities: [{ type: 'batch_optimization', enabled: true, reason: null }],
      },
    },
    problems: [503],
  })
  async capabilities(): Promise<Capabilities> {
    const answer = await this.backends.playground.listCapabilities(ListCapabilitiesRequest.create());
    const capabilities = answer.capabilities.flatMap(({ type, enabled, reason }) => {
      const name = typeName(type);
      return name ? [{ type: name, enabled, reason: reason || null }] : [];
    });
    return { status: 'healthy', capabilities };
  }
}
