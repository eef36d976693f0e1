import { prometheusText, type LiveMetrics } from '../subscriptions/metrics.ts';
import type { Step } from './server.ts';

/** Answers `GET /metrics` in Prometheus' text format. */
export function createMetrics(read: () => LiveMetrics): Step {
  return ({ url = '', method }, response) => {
    if (method !== 'GET' || url.split('?')[0] !== '/metrics') return 'go on';
    response.writeHead(200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(prometheusText(read()));
    return 'answered';
  };
}
