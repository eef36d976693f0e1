import type { OrderPageFragment } from '../../generated/operations.ts';
import { Icon } from '../parts/icons.tsx';
import { stepsOf, type StepState } from './steps.ts';

/** The way of an order in four steps, as a customer thinks of it. */
export function Progress({ order }: { order: OrderPageFragment }) {
  const steps = stepsOf(order);
  return (
    <ol className="progress" aria-label="How far it is">
      {steps.map(({ name, state }) => (
        <li key={name} className={state} aria-current={state === 'now' ? 'step' : undefined}>
          <span className="progress-mark">{state === 'done' && <Icon name="check" />}</span>
          <span className="progress-name">
            {name}
            <span className="visually-hidden">{`, ${spoken[state]}`}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

const spoken: Readonly<Record<StepState, string>> = {
  done: 'done',
  now: 'now',
  later: 'still to come',
  failed: 'failed',
};
