import { Component, type ReactNode } from 'react';

/** Keeps a fault in one part of the page from taking the rest of it along. `fallback` is shown in its place. */
export class Boundary extends Component<{ children: ReactNode; fallback: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? this.props.fallback : this.props.children;
  }
}
