/** Keeps a failure of one view from taking the page away. */
import { Component, type ReactNode } from "react";
import { Failure } from "./state.tsx";

type Props = Readonly<{ children: ReactNode }>;
type State = Readonly<{ failed: { error: unknown } | undefined }>;

export class Boundary extends Component<Props, State> {
  override state: State = { failed: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { failed: { error } };
  }

  override render(): ReactNode {
    if (this.state.failed === undefined) return this.props.children;
    return (
      <Failure error={this.state.failed.error} retry={() => this.setState({ failed: undefined })} />
    );
  }
}
