/** A part of the page that fails takes nothing else down: it says so in its place, and tries again at the next moment. */
import { Component, type ComponentChildren, type VNode } from 'preact';

interface Props {
  /** What it is, for people. */
  readonly part: string;
  /** Whenever this changes, the part is tried anew. */
  readonly revision: string | number;
  readonly children: ComponentChildren;
}

interface Standing {
  readonly problem: string | null;
  readonly failedAt: string | number | null;
}

/** The part, or what became of it. */
export class Guarded extends Component<Props, Standing> {
  override state: Standing = { problem: null, failedAt: null };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ problem: error instanceof Error ? error.message : String(error), failedAt: this.props.revision });
  }

  override render(): VNode {
    const { part, revision, children } = this.props;
    const { problem, failedAt } = this.state;
    if (problem === null || failedAt !== revision) return <>{children}</>;
    return (
      <section class="card failed" role="alert" data-failed={part}>
        <p class="bad">
          {part} cannot be shown at this moment: {problem}.
        </p>
        <p class="quiet">The rest of the page goes on. Another moment or another room is tried at once.</p>
      </section>
    );
  }
}
