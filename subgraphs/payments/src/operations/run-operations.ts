import { crashPoint, type Runtime, type Task } from '@ordergraph/subgraph-server';
import { noteUnknown, settleOperation } from '../commands/settle-operation.ts';
import type { OperationInFlight, PaymentResources } from '../resources.ts';
import { carrierOf, startCarrying, type Carrier } from './carrier.ts';
import { claimOperations, type ClaimedOperation } from './claim.ts';
import { perform, type Finding } from './perform.ts';
import { operationsTask } from './plan-operation.ts';

/** Where a process may die between two steps of an operation; the next start takes it up from what is written. */
export const crashPoints = [
  'payments.before-provider-call',
  'payments.after-provider-call',
  'payments.after-recording',
] as const;

const parallelOperations = 8;
// Long enough to record what the provider said in its last moment.
const recordingMs = 20_000;

async function ask(runtime: Runtime<PaymentResources>, claimed: ClaimedOperation): Promise<Finding | null> {
  const { settings, provider } = runtime.resources;
  const signal = AbortSignal.timeout(settings.providerTimeoutMs);
  try {
    return await perform(provider(runtime), claimed, signal);
  } catch (error) {
    runtime.log(`The outcome of ${claimed.kind} ${claimed.id} is unknown; the provider is asked what it did.`, error);
    return null;
  }
}

/** Carries one operation to the provider and records what came of it, in a transaction that continues the command's. */
async function carry(runtime: Runtime<PaymentResources>, claimed: ClaimedOperation): Promise<void> {
  crashPoint('payments.before-provider-call');
  const finding = await ask(runtime, claimed);
  crashPoint('payments.after-provider-call');
  if (!finding) return runtime.transactAsSystem(claimed.tenantId, (tx) => noteUnknown(tx, claimed));
  await runtime.transact(claimed.cause, (tx) => settleOperation(tx, claimed, finding));
  crashPoint('payments.after-recording');
}

/** The carrier of a running subgraph. An operation that hangs holds up no other. */
function createCarrier(runtime: Runtime<PaymentResources>): Carrier {
  const { inFlight, settings } = runtime.resources;
  let isLookDue = false;
  const wakeTask = (): void => runtime.wake(`task:${operationsTask}`);

  return {
    leaseMs: settings.providerTimeoutMs + recordingMs,
    hasRoom() {
      if (inFlight.size < parallelOperations) return true;
      isLookDue = true;
      return false;
    },
    take(operation, isFollowed = false) {
      const carried: OperationInFlight = {
        paymentId: operation.paymentId,
        isFollowed,
        isKnown: carry(runtime, operation)
          .catch((error: unknown) =>
            runtime.log(`Recording ${operation.kind} ${operation.id} failed; it is taken up again.`, error),
          )
          .finally(() => {
            inFlight.delete(carried);
            // Others may have waited for the room, or for this one to be known.
            if (!isLookDue && !carried.isFollowed) return;
            isLookDue = false;
            wakeTask();
          }),
      };
      inFlight.add(carried);
    },
    look(paymentId) {
      const ahead = [...inFlight].filter((other) => paymentId !== null && other.paymentId === paymentId);
      for (const other of ahead) other.isFollowed = true;
      if (ahead.length === 0) wakeTask();
    },
  };
}

/** Carries what is due to the provider: what the process that planned it could not carry at once, or did not survive. */
export const runOperations: Task<PaymentResources> = {
  name: operationsTask,
  everyMs: 500,
  async run(runtime) {
    let carrier = carrierOf(runtime.em);
    if (!carrier) startCarrying(runtime.em, (carrier = createCarrier(runtime)));
    if (!carrier.hasRoom()) return 0;
    const free = parallelOperations - runtime.resources.inFlight.size;
    const claimed = await claimOperations(runtime, free, carrier.leaseMs);
    for (const operation of claimed) carrier.take(operation, true);
    return claimed.length;
  },
};
