import { Controller, Res } from '@nestjs/common';
import { metricsRegistry } from '@atelier/service-defaults';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../http/endpoint.js';

/** For Prometheus. */
@Controller()
export class MetricsController {
  @Endpoint({
    method: 'GET',
    path: '/metrics',
    tag: 'operations',
    summary: 'Prometheus metrics of this process',
    access: 'operator',
    answer: { description: 'Text exposition format.', contentType: 'text/plain' },
  })
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    await reply.type(metricsRegistry.contentType).send(await metricsRegistry.metrics());
  }
}
