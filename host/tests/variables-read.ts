import { readGatewayEnvironment } from '@ordergraph/gateway/environment';
import { readEnvironment } from '../src/environment.ts';

/** The names of all variables that the host and the gateway look at. */
export function variablesRead(): Set<string> {
  const names = new Set<string>();
  const nothingSet = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_target, name) {
        names.add(String(name));
        return undefined;
      },
    },
  );
  readEnvironment(undefined, nothingSet);
  readGatewayEnvironment(nothingSet);
  return names;
}
