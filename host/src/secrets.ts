import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSigningKey, readSigningJwk, type SigningJwk } from '@ordergraph/identity';

/** What an installation must not lose: without the master key no sealed value can be read again. */
export interface KeptSecrets {
  /** The gateway signs with it who asks. */
  readonly contextSigningKey: SigningJwk;
  /** The development issuer and the exchange of API keys sign tokens with it. */
  readonly tokenSigningKey: SigningJwk;
  readonly sealingMasterKey: Buffer;
  readonly cursorSecret: string;
  readonly webhookSecret: string;
}

/** The secrets of a state directory, made the first time. Processes that share it agree on one set. */
export function keepSecrets(stateDirectory: string): KeptSecrets {
  mkdirSync(stateDirectory, { recursive: true });
  const file = join(stateDirectory, 'secrets.json');
  return readSecrets(file) ?? createSecrets(file);
}

function readSecrets(file: string): KeptSecrets | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  // Written below, and readable by its owner alone.
  const kept = JSON.parse(text) as Record<string, unknown>;
  return {
    contextSigningKey: readSigningJwk(kept['contextSigningKey']),
    tokenSigningKey: readSigningJwk(kept['tokenSigningKey']),
    sealingMasterKey: Buffer.from(String(kept['sealingMasterKey']), 'base64'),
    cursorSecret: String(kept['cursorSecret']),
    webhookSecret: String(kept['webhookSecret']),
  };
}

/** New secrets, kept nowhere. */
export function newSecrets(): KeptSecrets {
  return {
    contextSigningKey: generateSigningKey(),
    tokenSigningKey: generateSigningKey(),
    sealingMasterKey: randomBytes(32),
    cursorSecret: randomBytes(32).toString('base64url'),
    webhookSecret: randomBytes(32).toString('base64url'),
  };
}

function createSecrets(file: string): KeptSecrets {
  const secrets = newSecrets();
  const text = JSON.stringify({ ...secrets, sealingMasterKey: secrets.sealingMasterKey.toString('base64') }, null, 2);
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${text}\n`, { mode: 0o600 });
  try {
    // Fails when another process was faster, whose secrets then count.
    linkSync(fresh, file);
    return secrets;
  } catch (error) {
    const others = readSecrets(file);
    if (!others) throw error;
    return others;
  } finally {
    rmSync(fresh, { force: true });
  }
}
